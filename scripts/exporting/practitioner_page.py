"""Runs the Python of docs/unlearning-in-pytorch.md on a small network, and prints what the page shows.

    PYTHONPATH=examples/pytorch:python python3 practitioner_page.py FOLDER PROGRAM.js

Its files are in FOLDER/unlearning afterwards.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import torch
from guide_blocks import block
from torch.nn.functional import cross_entropy
from train_and_export import environment

PAGE = Path(__file__).parents[2] / "docs" / "unlearning-in-pytorch.md"
BLOCKS = ("export", "forecast", "stop")


def data(n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Three classes around corners."""
    y = torch.arange(n) % 3
    return torch.randn(n, 6) / 2 + 1.5 * torch.eye(6)[y], y


def trained(samples: tuple[torch.Tensor, torch.Tensor]) -> torch.nn.Module:
    model = torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
    for _ in range(60):
        optimizer.zero_grad()
        cross_entropy(model(samples[0]), samples[1]).backward()
        optimizer.step()
    return model


def batches(retain: tuple, forget: tuple, size: int, epochs: int):  # noqa: ANN201
    """Epochs over both sets, as two loaders give them; the longer one goes on."""
    loaders = [
        torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*samples), batch_size=size, shuffle=True)
        for samples in (retain, forget)
    ]
    other = iter(loaders[0])
    for _ in range(epochs):
        for of_forget in loaders[1]:
            of_retain = next(other, None)
            if of_retain is None:
                other = iter(loaders[0])
                of_retain = next(other)
            yield of_retain, of_forget


def main(folder: Path, program: str) -> None:
    os.environ["UNLEARNING_STABILITY"] = os.path.abspath(program)
    os.chdir(folder)
    torch.manual_seed(1)
    torch.set_num_threads(1)
    x, y = data(72)
    kept = y < 2
    given = {"retain": (x[kept], y[kept]), "forget": (x[~kept][:12], y[~kept][:12]), "test": data(30)}
    given |= {"model": trained((x, y)), "torch": torch, "cross_entropy": cross_entropy, "batches": batches}
    print(environment())
    for name in BLOCKS:
        exec(compile(block(name, PAGE), f"{PAGE.name}: {name}", "exec"), given)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
