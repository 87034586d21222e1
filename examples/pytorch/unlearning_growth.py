"""Gradient unlearning as it is run in PyTorch, and how fast the model leaves its minimum.

Nothing here uses factors or curvature formulas: growth is measured on real steps of torch.optim.SGD, so that it can
stand beside what `unlearning-stability analyze` predicts from exported factors.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

Samples = tuple[torch.Tensor, torch.Tensor]
"""Inputs and targets, samples along the first axis."""
Batch = tuple[Sequence[int], Sequence[int]]
"""Sample numbers of a retain batch and of a forget batch."""


@dataclass(frozen=True)
class Unlearning:
    """Descent on retain batches, ascent on forget batches. `loss` is a mean over the batch."""

    model: torch.nn.Module
    parameters: Sequence[torch.nn.Parameter]
    loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    retain: Samples
    forget: Samples
    alpha: float
    eta: float

    def step(self, batch: Batch) -> None:
        """w <- w - eta grad[(1 - alpha) loss(retain batch) - alpha loss(forget batch)]."""
        optimizer = torch.optim.SGD(self.parameters, lr=self.eta)
        retain, forget = (list(numbers) for numbers in batch)
        descent = self.loss(self.model(self.retain[0][retain]), self.retain[1][retain])
        ascent = self.loss(self.model(self.forget[0][forget]), self.forget[1][forget])
        optimizer.zero_grad()
        ((1 - self.alpha) * descent - self.alpha * ascent).backward()
        optimizer.step()

    def moved(self, start: torch.Tensor, batch: Batch) -> torch.Tensor:
        """Where one step leads from the weights `start`."""
        with torch.no_grad():
            vector_to_parameters(start, self.parameters)
        self.step(batch)
        return parameters_to_vector(self.parameters).detach().clone()


def all_batches(counts: tuple[int, int], sizes: tuple[int, int], sampling: str) -> list[Batch]:
    """Every pair of batches; all are equally likely."""
    subsets = {
        "without-replacement": lambda n, size: itertools.combinations(range(n), size),
        "with-replacement": lambda n, size: itertools.product(range(n), repeat=size),
    }[sampling]
    retain, forget = (list(subsets(n, size)) for n, size in zip(counts, sizes, strict=True))
    return list(itertools.product(retain, forget))


def movable_directions(unlearning: Unlearning, minimum: torch.Tensor, tolerance: float = 1e-9) -> torch.Tensor:
    """Orthonormal directions in which some sample has curvature: range of the Hessian of the summed losses, p x r."""
    with torch.no_grad():
        vector_to_parameters(minimum, unlearning.parameters)
    total = sum(
        unlearning.loss(unlearning.model(inputs), targets) for inputs, targets in (unlearning.retain, unlearning.forget)
    )
    gradient = flat(torch.autograd.grad(total, unlearning.parameters, create_graph=True))
    rows = [flat(torch.autograd.grad(entry, unlearning.parameters, retain_graph=True)) for entry in gradient]
    values, vectors = torch.linalg.eigh(torch.stack(rows).detach())
    return vectors[:, values > tolerance * values[-1]]


def flat(parts: Sequence[torch.Tensor]) -> torch.Tensor:
    return torch.cat([part.reshape(-1) for part in parts])


def step_matrices(
    unlearning: Unlearning,
    minimum: torch.Tensor,
    directions: torch.Tensor,
    batches: Sequence[Batch],
    length: float = 1e-4,
) -> torch.Tensor:
    """The linear part of the step with each pair of batches, by central differences of real steps: batches x r x r."""

    def column(direction: torch.Tensor, batch: Batch) -> torch.Tensor:
        there, back = (unlearning.moved(minimum + sign * length * direction, batch) for sign in (1, -1))
        return directions.T @ (there - back) / (2 * length)

    return torch.stack([torch.stack([column(d, batch) for d in directions.T], dim=1) for batch in batches])


def second_moment(matrices: torch.Tensor) -> tuple[float, torch.Tensor]:
    """Growth of E|w - w*|^2 in one step, and the direction that carries most of it.

    E[d' d'^T] = mean of A d d^T A^T over the batches: the largest eigenvalue of the mean of A (x) A, and the leading
    eigenvector of the matrix that belongs to it.
    """
    size = matrices.shape[-1]
    operator = torch.einsum("bij,bkl->ikjl", matrices, matrices).reshape(size**2, size**2) / len(matrices)
    values, vectors = torch.linalg.eigh((operator + operator.T) / 2)
    moment = vectors[:, -1].reshape(size, size)
    shares, axes = torch.linalg.eigh((moment + moment.T) / 2)
    return float(values[-1]), axes[:, shares.abs().argmax()]


def run(
    unlearning: Unlearning,
    minimum: torch.Tensor,
    directions: torch.Tensor,
    start: torch.Tensor,
    batches: Iterator[Batch],
    radius: float = 1e-5,
) -> Iterator[float]:
    """log(|w - w*| after a step / before it) for each step of one run, put back to |w - w*| = radius after each."""
    displacement = radius * start / start.norm()
    for batch in batches:
        moved = directions.T @ (unlearning.moved(minimum + directions @ displacement, batch) - minimum)
        yield float((moved.norm() / radius).log())
        displacement = radius * moved / moved.norm()
