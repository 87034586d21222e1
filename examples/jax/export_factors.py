"""Per-sample curvature factors of a JAX model, as `unlearning-stability analyze` reads them.

The same factors as python/unlearning_stability/factors.py: the rows of Lambda_i^{1/2} J_i, J_i the Jacobian of the outputs
of sample i in the parameters, Lambda_i the second derivative of the loss in the outputs. Not gradients of the loss.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

Loss = Literal["squared", "mse", "cross-entropy"]


def export_factors(
    path: str | os.PathLike[str],
    apply: Callable[[Any, jax.Array], jax.Array],
    params: Any,  # noqa: ANN401 (a pytree)
    inputs: jax.Array,
    loss: Loss,
    block: int = 32,
) -> tuple[int, ...]:
    """Writes the factors of all samples to a .npy file, float32, a block of samples at a time.

    Args:
        path: the file.
        apply: apply(params, batch) gives outputs of shape (batch,) or (batch, c), without dropout and with fixed
            statistics of any normalisation. To move only some parameters, close over the others.
        params: a pytree; the columns are its raveled leaves.
        inputs: n samples along the first axis.
        loss: squared, |f - y|^2 / 2; mse, the mean of (f - y)^2 over the outputs; or cross-entropy, of the softmax.
        block: samples at a time.

    Returns:
        The shape: (n, p) for one output, (n, c, p) for c outputs.

    Raises:
        ValueError: if outputs have another shape, or there is no sample or no parameter.
    """
    if len(inputs) == 0:
        raise ValueError("inputs must hold at least one sample; got none")
    weights, unravel = ravel_pytree(params)
    if weights.size == 0:
        raise ValueError("params must hold at least one number; got none")

    def outputs_twice(weights: jax.Array, sample: jax.Array) -> tuple[jax.Array, jax.Array]:
        outputs = apply(unravel(weights), sample[None])
        if outputs.ndim not in (1, 2) or len(outputs) != 1:
            raise ValueError(
                f"outputs must have the shape (batch,) or (batch, c); got {outputs.shape} for a batch of one"
                " (.squeeze() drops the batch too: .squeeze(-1))"
            )
        return outputs.reshape(-1), outputs.reshape(-1)

    @jax.jit
    def factors(samples: jax.Array) -> jax.Array:
        jacobian, outputs = jax.vmap(jax.jacrev(outputs_twice, has_aux=True), in_axes=(None, 0))(weights, samples)
        return weighted(jacobian, outputs, loss)

    with open(path, "wb") as file:
        for start in range(0, len(inputs), block):
            values = np.asarray(factors(inputs[start : start + block]), dtype="<f4")
            values = values.squeeze(1) if values.shape[1] == 1 else values
            if start == 0:
                shape = (len(inputs), *values.shape[1:])
                header = {"descr": "<f4", "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(file, header)
            file.write(np.ascontiguousarray(values).data)
    return shape


def weighted(jacobian: jax.Array, outputs: jax.Array, loss: Loss) -> jax.Array:
    """Lambda^{1/2} J for Jacobians (b, c, p) and outputs (b, c)."""
    if loss == "squared":
        return jacobian
    if loss == "mse":
        return jnp.sqrt(2 / outputs.shape[1]) * jacobian
    if loss == "cross-entropy":
        q = jax.nn.softmax(outputs)[:, :, None]
        return jnp.sqrt(q) * (jacobian - (q * jacobian).sum(axis=1, keepdims=True))
    raise ValueError(f"loss must be squared, mse or cross-entropy; got {loss}")
