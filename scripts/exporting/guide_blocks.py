"""Runs the Python of docs/exporting.md in FOLDER, on the regression network of examples/pytorch.

    PYTHONPATH=examples/pytorch:python python3 guide_blocks.py FOLDER NAME...

A block stands behind a line `<!-- runs: NAME -->`; those named are run in this order, in one namespace.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import torch
from train_and_export import Network, networks

GUIDE = Path(__file__).parents[2] / "docs" / "exporting.md"


def block(name: str, page: Path = GUIDE) -> str:
    found = re.findall(rf"<!-- runs: {name} -->\n+```python\n(.*?)```", page.read_text(), re.DOTALL)
    if len(found) != 1:
        raise ValueError(f"{page.name} must have one block {name}; got {len(found)}")
    return found[0]


def jax_names(network: Network) -> dict[str, object]:
    """The same network for the JAX blocks, if JAX is installed."""
    try:
        import jax
        import jax.numpy as jnp
    except ImportError:
        return {}
    jax.config.update("jax_enable_x64", True)

    def apply(params: dict[str, jax.Array], batch: jax.Array) -> jax.Array:
        hidden = jnp.tanh(batch @ params["0.weight"].T + params["0.bias"])
        return hidden @ params["2.weight"].T + params["2.bias"]

    params = {name: jnp.asarray(value.detach().numpy()) for name, value in network.model.named_parameters()}
    return {"apply": apply, "params": params}


def main(folder: Path, names: list[str]) -> None:
    network = networks()[0]
    given = {
        "model": network.model,
        "retain_inputs": network.retain[0],
        "retain_targets": network.retain[1],
        "forget_inputs": network.forget[0],
        "loss": torch.nn.MSELoss(),
    }
    if any(name.startswith("jax") for name in names):
        given |= jax_names(network)
        given |= {key: given[key].numpy() for key in ("retain_inputs", "forget_inputs")}
        sys.path.insert(0, str(GUIDE.parents[1] / "examples" / "jax"))
    os.chdir(folder)
    for name in names:
        exec(compile(block(name), f"{GUIDE.name}: {name}", "exec"), given)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
