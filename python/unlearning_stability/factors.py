"""Per-sample curvature factors of a PyTorch model, as `unlearning-stability analyze` reads them.

The generalised Gauss-Newton curvature of sample i is H_i = J_i^T Lambda_i J_i: J_i the c x p Jacobian of the c outputs
in the p parameters, Lambda_i the c x c second derivative of the loss in the outputs. Its factors are the rows of
Lambda_i^{1/2} J_i. At a minimum that fits every sample exactly, H_i is the Hessian of the loss of sample i.

These are NOT the gradients of the loss. Those are J_i^T (dl/df), and vanish at such a minimum.

Needs PyTorch 2.0 or later (torch.func), or 1.13 (functorch), and NumPy.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np
import torch

try:
    from torch.func import functional_call, jacrev, vmap
except ImportError:  # PyTorch 1.13
    from functorch import jacrev, vmap
    from torch.nn.utils.stateless import functional_call

Loss = Literal["squared", "mse", "cross-entropy", "binary-cross-entropy"]

BLOCK_BYTES = 2**28
"""Memory for the Jacobians of one block of samples; automatic differentiation needs a few times as much."""


def export_factors(
    path: str | os.PathLike[str],
    model: torch.nn.Module,
    inputs: torch.Tensor,
    loss: Loss,
    parameters: Iterable[str] | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> tuple[int, ...]:
    """Writes the factors of all samples to a .npy file, float32, in blocks: n x p is never in memory.

    Args:
        path: the file; it appears when it is complete.
        model: in evaluation mode; takes a batch, returns outputs of shape (batch,) or (batch, c).
        inputs: n samples along the first axis. Labels are not needed: Lambda does not depend on them.
        loss: see `weighted`.
        parameters: names from `model.named_parameters()`, for unlearning that moves only these; by default those that
            are trainable (`requires_grad`).
        block_bytes: memory for the Jacobians of one block.

    Returns:
        The shape: (n, p) for one output, (n, c, p) for c outputs.

    Raises:
        ValueError: if the model is in training mode, its outputs have another shape, a name is unknown, nothing is
            trainable, or a factor is not finite in float32.
    """
    partial = f"{os.fspath(path)}.partial"
    shape: tuple[int, ...] = (0,)
    try:
        with open(partial, "wb") as file:
            start = 0
            for block in factor_blocks(model, inputs, loss, parameters, block_bytes):
                values = block.to("cpu", torch.float32).contiguous().numpy().astype("<f4", copy=False)
                check_finite(values, start)
                if start == 0:
                    shape = (len(inputs), *values.shape[1:])
                    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
                    np.lib.format.write_array_header_1_0(file, header)
                file.write(values.data)
                start += len(values)
        if start == 0:
            raise ValueError("inputs must hold at least one sample; got none")
        os.replace(partial, path)
    finally:
        if os.path.exists(partial):
            os.remove(partial)
    return shape


def factor_blocks(
    model: torch.nn.Module,
    inputs: torch.Tensor,
    loss: Loss,
    parameters: Iterable[str] | None = None,
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[torch.Tensor]:
    """The factors of consecutive samples in the model's precision: (b, p) for one output, else (b, c, p)."""
    if model.training:
        raise ValueError(
            "the model must be in evaluation mode, so that samples do not depend on each other: model.eval()"
        )
    chosen, rest = split_parameters(model, parameters)
    tied = tied_names(model)
    device = next(iter(chosen.values())).device

    def outputs_twice(weights: dict[str, torch.Tensor], sample: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        state = {**rest, **weights}
        state.update((alias, state[name]) for alias, name in tied.items())
        outputs = functional_call(model, state, (sample.unsqueeze(0),))
        if outputs.ndim not in (1, 2) or len(outputs) != 1:
            raise ValueError(
                f"outputs must have the shape (batch,) or (batch, c); got {tuple(outputs.shape)} for a batch of one"
                " (.squeeze() drops the batch too: .squeeze(-1))"
            )
        return outputs.reshape(-1), outputs.reshape(-1)

    jacobians = vmap(jacrev(outputs_twice, has_aux=True), in_dims=(None, 0))

    def block(samples: torch.Tensor) -> torch.Tensor:
        jacobian, outputs = jacobians(chosen, samples.to(device))
        # (b, c, ...) of a parameter of any number of axes, none included.
        flat = torch.cat([part.reshape(*part.shape[:2], -1) for part in jacobian.values()], dim=2)
        factors = weighted(flat.detach(), outputs.detach(), loss)
        return factors.squeeze(1) if factors.shape[1] == 1 else factors

    if len(inputs) == 0:
        return
    first = block(inputs[:1])
    yield first
    size = max(1, block_bytes // (first.numel() * first.element_size()))
    for start in range(1, len(inputs), size):
        yield block(inputs[start : start + size])


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


def split_parameters(
    model: torch.nn.Module, names: Iterable[str] | None
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The chosen parameters, by default the trainable ones, and the other parameters and buffers; all detached."""
    parameters = {name: value.detach() for name, value in model.named_parameters()}
    trainable = [name for name, value in model.named_parameters() if value.requires_grad]
    chosen = set(trainable if names is None else names)
    unknown = sorted(chosen - parameters.keys())
    if names is None and not trainable:
        raise ValueError("the model must have a trainable parameter (requires_grad), or name parameters; got none")
    if unknown or not chosen:
        raise ValueError(f"parameters must be of {', '.join(parameters)}; got {', '.join(unknown) or 'none'}")
    rest = {name: value for name, value in parameters.items() if name not in chosen}
    rest.update((name, value.detach()) for name, value in model.named_buffers())
    return {name: value for name, value in parameters.items() if name in chosen}, rest


def tied_names(model: torch.nn.Module) -> dict[str, str]:
    """Further names of parameters that stand in several places, which `named_parameters` lists once."""
    first = {id(value): name for name, value in model.named_parameters()}
    everywhere = (pair for prefix, module in model.named_modules() for pair in module.named_parameters(prefix, False))
    return {name: first[id(value)] for name, value in everywhere if first[id(value)] != name}


def check_finite(values: np.ndarray, start: int) -> None:
    """Refuses what `analyze` would refuse, before it is written. `start` is the number of the first sample."""
    finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
    if not finite.all():
        raise ValueError(f"factors must be finite in float32; those of sample {start + int(np.argmin(finite))} are not")
