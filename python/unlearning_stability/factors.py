"""Per-sample curvature factors of a PyTorch model, as `unlearning-stability analyze` reads them.

The generalised Gauss-Newton curvature of sample i is H_i = J_i^T Lambda_i J_i: J_i the c x p Jacobian of the c outputs
in the p parameters, Lambda_i the c x c second derivative of the loss in the outputs. Its factors are the rows of
Lambda_i^{1/2} J_i. At a minimum that fits every sample exactly, H_i is the Hessian of the loss of sample i.

These are NOT the gradients of the loss. Those are J_i^T (dl/df), and vanish at such a minimum.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from typing import Literal

import numpy as np
import torch

from .jacobians import Data, Names, output_jacobians, samples_of

Loss = Literal["squared", "mse", "cross-entropy", "binary-cross-entropy"]

BLOCK_BYTES = 2**28
"""Memory for the Jacobians of one block of samples; automatic differentiation needs a few times as much."""


def export_factors(
    path: str | os.PathLike[str],
    model: torch.nn.Module,
    inputs: Data,
    loss: Loss,
    parameters: Names = "trainable",
    block_bytes: int = BLOCK_BYTES,
) -> tuple[int, ...]:
    """Writes the factors of all samples to a .npy file, float32, in blocks: n x p is never in memory.

    Args:
        path: the file; it appears when it is complete.
        model, inputs, parameters: see `jacobians`. Labels are not needed: Lambda does not depend on them.
        loss: see `weighted`.
        block_bytes: memory for the Jacobians of one block.

    Returns:
        The shape: (n, p) for one output, (n, c, p) for c outputs.

    Raises:
        ValueError: what `output_jacobians` refuses, no samples, or a factor that is not finite in float32.
    """
    partial = f"{os.fspath(path)}.partial"
    shape: tuple[int, ...] = (0,)
    samples = samples_of(inputs)
    try:
        with open(partial, "wb") as file:
            start = 0
            for block in factor_blocks(model, samples, loss, parameters, block_bytes):
                values = block.to("cpu", torch.float32).contiguous().numpy().astype("<f4", copy=False)
                check_finite(values, start)
                if start == 0:
                    shape = (len(samples), *values.shape[1:])
                    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
                    np.lib.format.write_array_header_1_0(file, header)
                file.write(values.data)
                start += len(values)
        os.replace(partial, path)
    finally:
        if os.path.exists(partial):
            os.remove(partial)
    return shape


def factor_blocks(
    model: torch.nn.Module,
    inputs: Data,
    loss: Loss,
    parameters: Names = "trainable",
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[torch.Tensor]:
    """The factors of consecutive samples in the model's precision: (b, p) for one output, else (b, c, p)."""
    for jacobian, outputs in output_jacobians(model, samples_of(inputs), parameters, block_bytes):
        factors = weighted(jacobian, outputs, loss)
        yield factors.squeeze(1) if factors.shape[1] == 1 else factors


def weighted(jacobian: torch.Tensor, outputs: torch.Tensor, loss: Loss) -> torch.Tensor:
    """Lambda^{1/2} J for Jacobians (b, c, p) and outputs (b, c).

    - squared: |f - y|^2 / 2; Lambda = 1.
    - mse: torch.nn.MSELoss, the mean of (f - y)^2 over the outputs; Lambda = 2/c.
    - cross-entropy: torch.nn.CrossEntropyLoss, with class or probability targets. With q = softmax(f),
      Lambda = diag(q) - q q^T = sum_k q_k (e_k - q)(e_k - q)^T, so the factors are sqrt(q_k) (J_k - sum_j q_j J_j):
      c of them, of rank c - 1.
    - binary-cross-entropy: torch.nn.BCEWithLogitsLoss, the mean over the outputs. With q = sigmoid(f),
      Lambda = diag(q (1 - q))/c.
    """
    count = outputs.shape[1]
    if loss == "squared":
        return jacobian
    if loss == "mse":
        return math.sqrt(2 / count) * jacobian
    if loss == "cross-entropy":
        q = outputs.softmax(dim=1).unsqueeze(2)
        return q.sqrt() * (jacobian - (q * jacobian).sum(dim=1, keepdim=True))
    if loss == "binary-cross-entropy":
        q = outputs.sigmoid().unsqueeze(2)
        return (q * (1 - q) / count).sqrt() * jacobian
    raise ValueError(f"loss must be squared, mse, cross-entropy or binary-cross-entropy; got {loss}")


def check_finite(values: np.ndarray, start: int) -> None:
    """Refuses what `analyze` would refuse, before it is written. `start` is the number of the first sample."""
    finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
    if not finite.all():
        raise ValueError(f"factors must be finite in float32; those of sample {start + int(np.argmin(finite))} are not")
