"""Trains two small networks until they interpolate, exports their factors, and really unlearns.

    PYTHONPATH=python python3 examples/pytorch/train_and_export.py FOLDER

writes FOLDER/<network>/retain.npy and forget.npy for `unlearning-stability analyze`, and FOLDER/runs.json: for each
setting the growth that PyTorch's own steps show. Deterministic: fixed seeds, one thread.
"""

from __future__ import annotations

import json
import math
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from unlearning_growth import (
    Samples,
    Unlearning,
    all_batches,
    movable_directions,
    run,
    second_moment,
    step_matrices,
)
from unlearning_stability import export_factors
from unlearning_stability.factors import Loss

RETAIN, FORGET = 12, 4
RUN_STEPS, SETTLING = 2000, 200


@dataclass(frozen=True)
class Network:
    """A trained network, its samples, and what unlearning moves."""

    name: str
    model: torch.nn.Sequential
    loss: Loss
    loss_of_batch: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    retain: Samples
    forget: Samples
    parameters: tuple[str, ...]

    def tensors(self) -> list[torch.nn.Parameter]:
        return [value for name, value in self.model.named_parameters() if name in self.parameters]


@dataclass(frozen=True)
class Setting:
    network: str
    alpha: float
    eta: float
    batch: tuple[int, int]
    sampling: str = "without-replacement"


SETTINGS = (
    Setting("regression", 0.3, 0.2, (RETAIN, FORGET)),
    Setting("regression", 0.05, 0.7, (RETAIN, FORGET)),
    Setting("regression", 0.3, 0.1, (1, 1)),
    Setting("last-layer", 0.1, 0.2, (RETAIN, FORGET)),
    Setting("last-layer", 0.3, 0.2, (RETAIN, FORGET)),
    Setting("last-layer", 0.1, 0.1, (2, 1)),
    Setting("last-layer", 0.1, 0.47, (2, 1)),
    Setting("last-layer", 0.1, 0.6, (2, 1)),
    Setting("last-layer", 0.1, 0.1, (2, 1), "with-replacement"),
    Setting("classification", 0.3, 0.3, (RETAIN, FORGET)),
    Setting("classification", 0.3, 0.3, (1, 1)),
)


def networks() -> list[Network]:
    """More weights than samples; `last-layer` is the regression network again, of which only the last layer moves."""
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    regression, inputs, values = trained(seed=2, hidden=4, outputs=1)
    classifier, images, scores = trained(seed=2, hidden=10, outputs=3)
    # Probabilities as targets: with hard labels cross-entropy has no minimum.
    probabilities = scores.softmax(dim=1)
    every = tuple(name for name, _ in regression.named_parameters())
    mse, cross_entropy = ("mse", functional.mse_loss), ("cross-entropy", functional.cross_entropy)
    return [
        Network("regression", regression, *mse, *split(inputs, values), every),
        Network("last-layer", regression, *mse, *split(inputs, values), ("2.weight", "2.bias")),
        Network("classification", classifier, *cross_entropy, *split(images, probabilities), every),
    ]


def split(inputs: torch.Tensor, targets: torch.Tensor) -> tuple[Samples, Samples]:
    """Retain set and forget set."""
    return (inputs[:RETAIN], targets[:RETAIN]), (inputs[RETAIN:], targets[RETAIN:])


def trained(seed: int, hidden: int, outputs: int) -> tuple[torch.nn.Sequential, torch.Tensor, torch.Tensor]:
    """A network fitted to random values on random inputs; and both."""
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(8, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, outputs))
    inputs = torch.randn(RETAIN + FORGET, 8)
    values = 0.5 * torch.randn(RETAIN + FORGET, outputs)
    optimizer = torch.optim.LBFGS(
        model.parameters(),
        max_iter=5000,
        tolerance_grad=1e-15,
        tolerance_change=0,
        history_size=50,
        line_search_fn="strong_wolfe",
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = functional.mse_loss(model(inputs), values)
        loss.backward()
        return loss

    optimizer.step(closure)
    return model.eval(), inputs, values


def largest_gradient(network: Network) -> float:
    """Largest per-sample loss gradient: the theory assumes 0."""
    largest = 0.0
    for inputs, targets in (network.retain, network.forget):
        for sample in range(len(inputs)):
            loss = network.loss_of_batch(network.model(inputs[[sample]]), targets[[sample]])
            parts = torch.autograd.grad(loss, network.tensors())
            largest = max(largest, math.sqrt(sum(float(part.square().sum()) for part in parts)))
    return largest


def observed(network: Network, setting: Setting) -> dict:
    """What real steps show: growth of E|w - w*|^2 over all batches, and 2 log growth of |w - w*| along one run."""
    tensors = network.tensors()
    minimum = torch.nn.utils.parameters_to_vector(tensors).detach().clone()
    loss, retain, forget = network.loss_of_batch, network.retain, network.forget
    unlearning = Unlearning(network.model, tensors, loss, retain, forget, setting.alpha, setting.eta)
    batches = all_batches((RETAIN, FORGET), setting.batch, setting.sampling)
    directions = movable_directions(unlearning, minimum)
    growth, start = second_moment(step_matrices(unlearning, minimum, directions, batches))
    torch.manual_seed(3)
    drawn = (batches[k] for k in torch.randint(len(batches), (RUN_STEPS,)).tolist())
    steps = torch.tensor(list(run(unlearning, minimum, directions, start, drawn)))[SETTLING:]
    with torch.no_grad():
        torch.nn.utils.vector_to_parameters(minimum, tensors)
    blocks = 2 * steps.reshape(20, -1).mean(dim=1)
    return {
        **asdict(setting),
        "batches": len(batches),
        "logGrowth": math.log(growth),
        "run": {
            "growth": float(blocks.mean()),
            "standardError": float(blocks.std()) / math.sqrt(len(blocks)),
        },
    }


def environment() -> str:
    """Versions; Debian builds PyTorch under a version of its own."""
    query = ["dpkg-query", "--show", "--showformat=${Version}", "python3-torch"]
    of_debian = torch.__file__.startswith("/usr/lib/python3/dist-packages/") and shutil.which(query[0])
    package = f" (python3-torch {subprocess.check_output(query, text=True)})" if of_debian else ""
    return f"PyTorch {torch.__version__}{package}, NumPy {np.__version__}, Python {platform.python_version()}"


def main(folder: Path) -> None:
    described = {}
    trained_networks = {network.name: network for network in networks()}
    for name, network in trained_networks.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for part, (inputs, _) in (("retain", network.retain), ("forget", network.forget)):
            shape = export_factors(
                folder / name / f"{part}.npy", network.model, inputs, network.loss, network.parameters
            )
        described[name] = {
            "loss": network.loss,
            "parameters": shape[-1],
            "largestGradient": largest_gradient(network),
        }
    runs = [observed(trained_networks[setting.network], setting) for setting in SETTINGS]
    document = {"environment": environment(), "networks": described, "runs": runs}
    (folder / "runs.json").write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: train_and_export.py FOLDER")
    main(Path(sys.argv[1]))
