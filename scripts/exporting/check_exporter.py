"""Checks the PyTorch exporter against Hessians by automatic differentiation, for every loss and awkward models.

    PYTHONPATH=examples/pytorch:python python3 check_exporter.py FOLDER

With the targets that the outputs already meet, the Gauss-Newton curvature is the Hessian. Factors for another loss must
differ, and bad input must end in a ValueError that leaves no file.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from export_factors import export_factors as by_old_name
from torch.nn import functional
from unlearning_growth import flat
from unlearning_stability import export_factors

# Factors in float32: 2^-24 each, twice that in a product.
TOLERANCE = 2e-7
LOSSES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "squared": lambda outputs: (outputs - outputs.detach()).square().sum() / 2,
    "mse": lambda outputs: functional.mse_loss(outputs, outputs.detach()),
    "cross-entropy": lambda outputs: functional.cross_entropy(outputs, outputs.detach().softmax(1)),
    "binary-cross-entropy": lambda outputs: functional.binary_cross_entropy_with_logits(
        outputs, outputs.detach().sigmoid()
    ),
}


class Tied(torch.nn.Module):
    """One weight in two places, a normalisation with fixed statistics, and a parameter without use."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = torch.nn.Linear(4, 4), torch.nn.Linear(4, 4, bias=False)
        self.second.weight = self.first.weight
        self.norm, self.unused = torch.nn.BatchNorm1d(4), torch.nn.Parameter(torch.ones(2))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.second(self.norm(torch.tanh(self.first(inputs)))) + 0 * self.unused.sum()


class Scaled(torch.nn.Module):
    """A parameter without axes, a learnable temperature, and one layer that is not trained."""

    def __init__(self) -> None:
        super().__init__()
        self.frozen, self.linear = torch.nn.Linear(4, 5), torch.nn.Linear(5, 3)
        self.temperature = torch.nn.Parameter(torch.tensor(1.5))
        self.frozen.requires_grad_(False)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.linear(torch.tanh(self.frozen(inputs))) * self.temperature


class Squeezed(torch.nn.Module):
    """Drops the axis of the batch with that of its one output, if the batch is of one."""

    def __init__(self, axis: int | None) -> None:
        super().__init__()
        self.linear, self.axis = torch.nn.Linear(4, 1), axis

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        outputs = self.linear(inputs)
        return outputs.squeeze() if self.axis is None else outputs.squeeze(self.axis)


def hessian(model: torch.nn.Module, sample: torch.Tensor, loss: str) -> np.ndarray:
    tensors = [value for value in model.parameters() if value.requires_grad]
    gradient = flat(torch.autograd.grad(LOSSES[loss](model(sample[None])), tensors, create_graph=True))
    return torch.stack([flat(torch.autograd.grad(entry, tensors, retain_graph=True)) for entry in gradient]).numpy()


def largest_difference(path: Path, model: torch.nn.Module, inputs: torch.Tensor, loss: str, exported: str) -> float:
    """Of the curvatures of all samples from the file, and their Hessians; relative to the largest entry."""
    export_factors(path, model, inputs, exported, block_bytes=2000)
    factors = np.load(path).astype(np.float64)
    curvatures = np.einsum("icp,icq->ipq", factors, factors)
    hessians = np.stack([hessian(model, sample, loss) for sample in inputs])
    return float(np.abs(curvatures - hessians).max() / np.abs(hessians).max())


def refused(path: Path, model: torch.nn.Module, inputs: torch.Tensor, **options: object) -> bool:
    """Whether it ends in a ValueError and leaves nothing behind."""
    try:
        export_factors(path, model, inputs, **{"loss": "squared", **options})
    except ValueError:
        return not path.exists() and not Path(f"{path}.partial").exists()
    return False


def main(folder: Path) -> int:
    torch.manual_seed(1)
    torch.set_default_dtype(torch.float64)
    model, inputs = Tied().eval(), torch.randn(7, 4)
    failed = []
    for loss in LOSSES:
        for exported in LOSSES:
            difference = largest_difference(folder / "checked.npy", model, inputs, loss, exported)
            if (difference <= TOLERANCE) != (loss == exported):
                failed.append(f"factors for {exported} against the Hessian of {loss}: {difference:.1e}")
    scaled, path = Scaled().eval(), folder / "checked.npy"
    for loss in LOSSES:
        difference = largest_difference(path, scaled, inputs, loss, loss)
        if difference > TOLERANCE:
            failed.append(f"factors of a model with a parameter without axes, {loss}: {difference:.1e}")
    trainable = sum(value.numel() for value in scaled.parameters() if value.requires_grad)
    every = sum(value.numel() for value in scaled.parameters())
    shapes = {
        "trainable parameters by default": (export_factors(path, scaled, inputs, "squared"), (7, 3, trainable)),
        "all parameters where they are named": (
            export_factors(path, scaled, inputs, "squared", [name for name, _ in scaled.named_parameters()]),
            (7, 3, every),
        ),
        "an output of the batch's length": (
            export_factors(path, Squeezed(-1).eval(), inputs, "squared"),
            (7, 5),
        ),
        "an output that drops the batch of one": (
            export_factors(path, Squeezed(None).eval(), inputs, "squared"),
            (7, 5),
        ),
    }
    if by_old_name is not export_factors:
        failed.append("export_factors of examples/pytorch is another function")
    failed += [f"{name}: {shape}, not {right}" for name, (shape, right) in shapes.items() if shape != right]
    spoiled = inputs.clone()
    spoiled[5] = torch.nan
    path = folder / "refused.npy"
    bad = {
        "training mode": refused(path, Tied().train(), inputs),
        "no samples": refused(path, model, inputs[:0]),
        "NaN": refused(path, model, spoiled, block_bytes=2000),
        "an unknown parameter": refused(path, model, inputs, parameters=["third.weight"]),
        "an unknown loss": refused(path, model, inputs, loss="hinge"),
        "nothing trainable": refused(path, torch.nn.Linear(4, 2).requires_grad_(False).eval(), inputs),
        "outputs of three axes": refused(path, torch.nn.Linear(4, 2).eval(), inputs[:, None, :]),
    }
    failed += [f"accepted: {name}" for name, holds in bad.items() if not holds]
    print(
        "\n".join(failed) or f"exporter: factors of {len(LOSSES)} losses match Hessians, {len(bad)} bad inputs refused"
    )
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
