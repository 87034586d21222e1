"""Checks that the JAX exporter writes the factors of the PyTorch exporter.

    PYTHONPATH=examples/pytorch python3 compare_with_jax.py FOLDER

Files go into FOLDER. Inner products of factors are compared, so that the order
of the parameters does not matter. Exit code 1 if they differ by more than float32 allows, or if factors for another
loss are accepted.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import jax
import jax.numpy as jnp
import numpy as np
import torch
from unlearning_stability import export_factors
from train_and_export import Network, networks

# A sum of up to 123 products of factors, each off by 2^-24 of itself.
TOLERANCE = 1e-6


def jax_exporter() -> ModuleType:
    """examples/jax/export_factors.py."""
    path = Path(__file__).parents[2] / "examples" / "jax" / "export_factors.py"
    spec = importlib.util.spec_from_file_location("jax_export_factors", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def gram(path: Path) -> np.ndarray:
    factors = np.load(path).astype(np.float64)
    rows = factors.reshape(-1, factors.shape[-1])
    return rows @ rows.T


def largest_difference(network: Network, loss: str, folder: Path) -> float:
    """Of the Gram matrices of both exporters, relative to the largest entry."""
    named = {name: jnp.asarray(value.detach().numpy()) for name, value in network.model.named_parameters()}
    params = {name: named.pop(name) for name in network.parameters}

    def apply(params: dict[str, jax.Array], batch: jax.Array) -> jax.Array:
        w = {**named, **params}
        hidden = jnp.tanh(batch @ w["0.weight"].T + w["0.bias"])
        return hidden @ w["2.weight"].T + w["2.bias"]

    path = folder / "factors.npy"
    jax_exporter().export_factors(path, apply, params, jnp.asarray(network.retain[0].numpy()), loss, block=5)
    from_jax = gram(path)
    export_factors(path, network.model, network.retain[0], network.loss, network.parameters)
    from_torch = gram(path)
    return float(np.abs(from_jax - from_torch).max() / np.abs(from_torch).max())


def main(folder: Path) -> int:
    jax.config.update("jax_enable_x64", True)
    print(f"jax {jax.__version__}, torch {torch.__version__}: largest difference of inner products, relative")
    failed = False
    for network in networks():
        difference = largest_difference(network, network.loss, folder)
        for_other_loss = largest_difference(network, "squared", folder)
        print(f"{network.name:16}{difference:10.1e}   exported as another loss {for_other_loss:.1g}")
        failed |= not difference <= TOLERANCE < for_other_loss
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
