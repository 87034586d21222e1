"""How far the network of examples/pytorch goes from its minimum with steps that the theory does not describe.

    PYTHONPATH=examples/pytorch python3 other_optimizers.py

Full batches, last layer only, started at the same distance along the direction that the plain step expands most.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters
from train_and_export import FORGET, RETAIN, Network, environment, networks
from unlearning_growth import Unlearning, movable_directions, second_moment, step_matrices

ETA, START, SHOWN = 0.2, 1e-6, (1, 10, 50)
SIDES = {"stable (alpha 0.1)": 0.1, "diverges (alpha 0.3)": 0.3}
OPTIMIZERS: dict[str, Callable[[list[torch.nn.Parameter]], torch.optim.Optimizer]] = {
    "plain SGD": lambda tensors: torch.optim.SGD(tensors, lr=ETA),
    "momentum 0.9": lambda tensors: torch.optim.SGD(tensors, lr=ETA, momentum=0.9),
    "weight decay 0.01": lambda tensors: torch.optim.SGD(tensors, lr=ETA, weight_decay=0.01),
    "Adam, lr 0.001": lambda tensors: torch.optim.Adam(tensors, lr=0.001),
}


def distances(network: Network, optimizer_of: Callable, alpha: float, dtype: torch.dtype) -> list[float]:
    """|w - w*| after each number of steps in SHOWN; losses and weights in `dtype`."""
    tensors = network.tensors()
    minimum = parameters_to_vector(tensors).detach().clone()
    batch = (range(RETAIN), range(FORGET))
    plain = Unlearning(network.model, tensors, network.loss_of_batch, network.retain, network.forget, alpha, ETA)
    directions = movable_directions(plain, minimum)
    _, start = second_moment(step_matrices(plain, minimum, directions, [batch]))
    model = network.model.to(dtype)
    vector_to_parameters((minimum + START * directions @ start).to(dtype), tensors)
    optimizer = optimizer_of(tensors)
    found = []
    for step in range(1, max(SHOWN) + 1):
        losses = [network.loss_of_batch(model(x.to(dtype)), y.to(dtype)) for x, y in (network.retain, network.forget)]
        optimizer.zero_grad()
        ((1 - alpha) * losses[0] - alpha * losses[1]).backward()
        optimizer.step()
        if step in SHOWN:
            found.append(float((parameters_to_vector(tensors).detach().double() - minimum).norm()))
    network.model.to(torch.float64)
    vector_to_parameters(minimum, tensors)
    return found


def main() -> None:
    network = next(network for network in networks() if network.name == "last-layer")
    print(f"{environment()}\n\n{'|w - w*|':20}" + "".join(f"{side:>30}" for side in SIDES))
    print(f"{'steps':20}" + "".join(f"{step:>10}" for _ in SIDES for step in SHOWN))
    rows = [(name, optimizer, torch.float64) for name, optimizer in OPTIMIZERS.items()]
    rows.insert(1, ("plain SGD, float32", OPTIMIZERS["plain SGD"], torch.float32))
    for name, optimizer, dtype in rows:
        found = [value for alpha in SIDES.values() for value in distances(network, optimizer, alpha, dtype)]
        print(f"{name:20}" + "".join(f"{value:>10.2g}" for value in found))


if __name__ == "__main__":
    main()
