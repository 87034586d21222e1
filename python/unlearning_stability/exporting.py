"""Files of a model at w*, as `unlearning-stability forecast` (and `analyze`) reads them: docs/forecast.md, "Files"."""

from __future__ import annotations

import os
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from .factors import check_finite, weighted
from .jacobians import Data, Names, Samples, output_blocks, output_jacobians, samples_of, split_parameters

Loss = Literal["cross-entropy", "squared", "logistic"]
LOSSES = ("cross-entropy", "squared", "logistic")


@dataclass(frozen=True)
class Export:
    """The files of an export, by set, and what they were made with."""

    files: dict[str, Path]
    loss: Loss
    factors: dict[str, Path] = field(default_factory=dict)
    """Files of factors for `analyze`, by set, if they were asked for; their member is `factors`."""
    samples: dict[str, Samples] = field(default_factory=dict, repr=False)

    def record(self, model: torch.nn.Module, steps: int) -> None:
        """Adds the outputs of the model after so many real steps, once; the forecast then says how far off it was."""
        for name, path in self.files.items():
            found = all_outputs(model, self.samples[name])
            with zipfile.ZipFile(path, "a") as archive:
                if "real_steps.npy" in archive.namelist():
                    raise ValueError(f"{path} has real outputs already")
                write_member(archive, "real_outputs", found)
                write_member(archive, "real_steps", np.array([steps]))


def export(
    model: torch.nn.Module,
    retain: Data,
    forget: Data,
    test: Data | None = None,
    loss: Loss = "cross-entropy",
    project: int | None = 4096,
    seed: int = 0,
    params: Names = "trainable",
    out: str | os.PathLike[str] = "unlearning",
    factors: bool = False,
    block_bytes: int = 2**28,
) -> Export:
    """Writes OUT/retain.npz, forget.npz and, if given, test.npz; a block of samples at a time.

    Args:
        model: in evaluation mode, at the weights where unlearning starts.
        retain, forget, test: (inputs, labels), dicts with `labels`, datasets or loaders: see `samples_of`.
        loss: as docs/forecast.md defines them.
        project: columns of a random-sign projection of the parameters; with as many parameters or fewer, or None,
            there is none.
        seed: of the projection.
        params: "trainable", "all", or names and patterns ("*.lora_*") of those that unlearning moves.
        factors: also writes retain-factors.npz .. for `analyze`, never projected.
        block_bytes: memory for the Jacobians of one block; automatic differentiation takes a few times as much.

    Raises:
        ValueError: bad input, before anything is written or with nothing left behind.
    """
    if loss not in LOSSES:
        raise ValueError(f"loss must be {', '.join(LOSSES)} (docs/forecast.md converts MSELoss); got {loss}")
    if project is not None and project < 1:
        raise ValueError(f"project must be at least 1, or None; got {project}")
    chosen, _ = split_parameters(model, params)
    weights = torch.cat([value.reshape(-1) for value in chosen.values()])
    sketch = None if project is None or project >= len(weights) else Projection(len(weights), project, seed)
    given = {"retain": retain, "forget": forget, "test": test}
    samples = {name: samples_of(data) for name, data in given.items() if data is not None}
    for name, of_set in samples.items():
        if len(of_set) == 0:
            raise ValueError(f"{name} must hold at least one sample; got none")
        if of_set.read(0, 1)[1] is None:
            raise ValueError(f"{name} must have labels: (inputs, labels), or a dict with labels")
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / f"{name}.npz" for name in samples}
    curved = {name: folder / f"{name}-factors.npz" for name in samples if factors and name != "test"}
    for name, of_set in samples.items():
        blocks = output_jacobians(model, of_set, params, block_bytes)
        write_set(name, blocks, of_set, weights, loss, sketch, files[name], curved.get(name))
    return Export(files, loss, curved, samples)


class Projection:
    """x -> R x of p parameters to m columns: each goes to four of them, with random signs (count sketches).

    Inner products stay right on average, with a standard deviation of at most about |x| |y| sqrt(2/m).
    """

    def __init__(self, p: int, columns: int, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.columns, self.seed = columns, seed
        ends = np.linspace(0, columns, min(4, columns) + 1).astype(int)
        self.places = [torch.from_numpy(random.integers(a, b, p)) for a, b in zip(ends, ends[1:])]
        self.signs = [torch.from_numpy(random.integers(0, 2, p, dtype=np.int8) * 2 - 1) for _ in self.places]

    def __call__(self, jacobian: torch.Tensor) -> torch.Tensor:
        found = jacobian.new_zeros(*jacobian.shape[:2], self.columns)
        for place, sign in zip(self.places, self.signs):
            found.index_add_(2, place.to(jacobian.device), jacobian * sign.to(jacobian))
        return found / len(self.places) ** 0.5


def write_set(
    name: str,
    blocks: Iterator[tuple[torch.Tensor, torch.Tensor]],
    samples: Samples,
    weights: torch.Tensor,
    loss: Loss,
    sketch: Projection | None,
    path: Path,
    factor_path: Path | None,
) -> None:
    """One archive of a set, and one of its factors; both appear when they are complete."""
    n, start, shown = len(samples), 0, time.monotonic()
    outputs, labels, pulls, losses, largest = [], [], [], 0.0, 0.0
    targets = [path] if factor_path is None else [path, factor_path]
    partial = [Path(f"{target}.partial") for target in targets]
    try:
        with ExitStack() as stack:
            archives = [stack.enter_context(zipfile.ZipFile(file, "w")) for file in partial]
            with ExitStack() as members:
                streams: list[ArrayStream] = []
                for jacobian, found in blocks:
                    _, label = samples.read(start, start + len(found))
                    label = label.to(found.device)
                    rows = sketch(jacobian) if sketch else jacobian
                    kinds = [rows] if factor_path is None else [rows, factors_of(jacobian, found, loss)]
                    if not streams:
                        opened = map(ArrayStream, archives, ["jacobian", "factors"], [n, n], kinds)
                        streams = [members.enter_context(stream) for stream in opened]
                    for stream, kind in zip(streams, kinds):
                        stream.write(kind, start)
                    pulls.append(jacobian @ weights.to(jacobian))
                    outputs.append(found)
                    labels.append(label)
                    if factor_path is not None:
                        each, slopes = losses_of(found, label, loss)
                        losses += float(each.sum())
                        gradients = torch.einsum("bc,bcp->bp", slopes.to(jacobian), jacobian)
                        largest = max(largest, float(gradients.norm(dim=1).max()))
                    start += len(found)
                    if time.monotonic() - shown > 5:
                        shown = time.monotonic()
                        print(f"export of {name}: {start} of {n} samples", file=sys.stderr)
            ids = np.arange(n) if samples.ids is None else np.asarray(samples.ids)
            for title, parts in {"outputs": outputs, "labels": labels, "jw": pulls}.items():
                write_member(archives[0], title, numpy_of(torch.cat(parts)))
            write_member(archives[0], "ids", ids)
            write_member(archives[0], "kind", np.array("jacobian"))
            if sketch:
                write_member(archives[0], "projection", np.array([sketch.seed, sketch.columns]))
            for archive in archives[1:]:
                facts = {"kind": np.array("factors"), "n": np.array([n]), "ids": ids}
                facts |= {"mean_loss": np.array([losses / n]), "largest_gradient": np.array([largest])}
                for title, array in facts.items():
                    write_member(archive, title, array)
        for file, target in zip(partial, targets):
            os.replace(file, target)
    finally:
        for file in partial:
            file.unlink(missing_ok=True)


class ArrayStream:
    """A member of an .npz archive that is written a block of samples at a time."""

    def __init__(self, archive: zipfile.ZipFile, name: str, n: int, like: torch.Tensor) -> None:
        self.type = "<f8" if like.dtype == torch.float64 else "<f4"
        self.file = archive.open(f"{name}.npy", "w", force_zip64=True)
        header = {"descr": self.type, "fortran_order": False, "shape": (n, *like.shape[1:])}
        np.lib.format.write_array_header_1_0(self.file, header)

    def write(self, block: torch.Tensor, start: int) -> None:
        values = np.ascontiguousarray(numpy_of(block), dtype=self.type)
        check_finite(values, start)
        self.file.write(values.data)

    def __enter__(self) -> ArrayStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def write_member(archive: zipfile.ZipFile, name: str, array: np.ndarray) -> None:
    with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
        np.lib.format.write_array(file, array)


def numpy_of(tensor: torch.Tensor) -> np.ndarray:
    """Half precision as single, everything else as it is."""
    tensor = tensor.detach().cpu()
    return (tensor.float() if tensor.dtype in (torch.bfloat16, torch.float16) else tensor).numpy()


def factors_of(jacobian: torch.Tensor, outputs: torch.Tensor, loss: Loss) -> torch.Tensor:
    """Lambda^{1/2} J of the loss of a sample."""
    if loss == "logistic":
        return weighted(jacobian, outputs, "binary-cross-entropy") * outputs.shape[1] ** 0.5
    return weighted(jacobian, outputs, loss)


def losses_of(outputs: torch.Tensor, labels: torch.Tensor, loss: Loss) -> tuple[torch.Tensor, torch.Tensor]:
    """Loss of every sample (b,) and its slopes in the outputs (b, c)."""
    if labels.ndim == 1 and outputs.shape[1] > 1:
        labels = torch.nn.functional.one_hot(labels.long(), outputs.shape[1])
    y = labels.reshape(outputs.shape).to(outputs)
    if loss == "squared":
        return (outputs - y).square().sum(1) / 2, outputs - y
    if loss == "logistic":
        each = torch.nn.functional.binary_cross_entropy_with_logits(outputs, y, reduction="none").sum(1)
        return each, outputs.sigmoid() - y
    return -(y * outputs.log_softmax(1)).sum(1), outputs.softmax(1) * y.sum(1, keepdim=True) - y


def all_outputs(model: torch.nn.Module, samples: Samples) -> np.ndarray:
    """Outputs (n, c) of all samples."""
    mode = model.training
    model.eval()
    try:
        return np.concatenate([numpy_of(block) for block in output_blocks(model, samples)])
    finally:
        model.train(mode)
