"""Exports that are wrong in plausible ways, for the check to reject: FOLDER/<mistake>/<network>/{retain,forget}.npy.

PYTHONPATH=examples/pytorch:python python3 wrong_exports.py FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from train_and_export import Network, networks
from unlearning_growth import Samples, flat
from unlearning_stability.factors import factor_blocks


def loss_gradients(network: Network, samples: Samples) -> torch.Tensor:
    """What .grad holds after backward(): rounding errors, at a minimum that fits every sample."""
    inputs, targets = samples
    losses = (network.loss_of_batch(network.model(inputs[[i]]), targets[[i]]) for i in range(len(inputs)))
    return torch.stack([flat(torch.autograd.grad(loss, network.tensors())) for loss in losses])


def output_gradients(network: Network, samples: Samples) -> torch.Tensor:
    """J without Lambda^{1/2}: half the curvature of torch.nn.MSELoss, no curvature of cross-entropy at all."""
    return torch.cat(list(factor_blocks(network.model, samples[0], "squared", network.parameters)))


def main(folder: Path) -> None:
    for network in networks():
        sets = {"retain": network.retain, "forget": network.forget}
        for mistake in (loss_gradients, output_gradients):
            target = folder / mistake.__name__.replace("_", " ") / network.name
            target.mkdir(parents=True, exist_ok=True)
            for name, samples in sets.items():
                np.save(target / f"{name}.npy", mistake(network, samples).detach().numpy().astype(np.float32))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
