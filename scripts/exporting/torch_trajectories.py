"""Trajectories of PyTorch's optimizers on a small problem, for the real steps of this project to be compared with.

    python3 torch_trajectories.py FILE [STORED]

Writes FILE: for every procedure the problem, the batches that a loader gave, and the parameters after every step. With
STORED, another such file, exit code 1 unless the two agree to rounding. Losses (x_i . w)^2 / 2, so the minimum is 0; all
in float64.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator

import torch
from torch.utils.data import DataLoader

ALPHA, PARAMETERS, STEPS = 0.2, 3, 12
RETAIN, FORGET = 4, 2
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
RATE = 0.1
# A sum of a few products in every one of the steps, of numbers of about 1.
ROUNDING = 1e-13

Batches = Iterator[tuple[list[int] | None, list[int] | None]]


def loader(count: int, size: int, seed: int, drop_last: bool = False) -> Iterator[list[int]]:
    """Batches of a DataLoader that begins its next epoch when it is through."""
    own = DataLoader(
        range(count), batch_size=size, shuffle=True, drop_last=drop_last, generator=torch.Generator().manual_seed(seed)
    )
    while True:
        for batch in own:
            yield batch.tolist()


def both(retain: Iterator[list[int]], forget: Iterator[list[int]]) -> Batches:
    while True:
        yield next(retain), next(forget)


def alternating(retain: Iterator[list[int]], forget: Iterator[list[int]], ascent: int, descent: int) -> Batches:
    while True:
        for _ in range(ascent):
            yield None, next(forget)
        for _ in range(descent):
            yield next(retain), None


def frozen(optimizer: torch.optim.Optimizer, w: torch.Tensor, moments: torch.Tensor) -> None:
    """Puts the state where its next update of the second moments gives these; no bias of Adam's is left after so many steps."""
    state, zeros = optimizer.state[w], torch.zeros_like(w)
    is_adam = "betas" in optimizer.defaults
    if not state:
        state.update(step=torch.tensor(1e9), exp_avg=zeros) if is_adam else state.update(step=1, momentum_buffer=zeros)
    state["exp_avg_sq" if is_adam else "square_avg"] = (moments - (1 - BETA2) * w.grad**2) / BETA2


def trajectory(
    sets: tuple[torch.Tensor, torch.Tensor],
    start: torch.Tensor,
    optimizer_of: Callable[[list[torch.Tensor]], torch.optim.Optimizer],
    batches: Batches,
    moments: torch.Tensor | None,
) -> dict:
    w = start.clone().requires_grad_()
    optimizer = optimizer_of([w])
    drawn: dict[str, list[list[int]]] = {"retain": [], "forget": []}
    path = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        retain, forget = next(batches)
        for name, rows, batch, weight in (
            ("retain", sets[0], retain, 1 - ALPHA),
            ("forget", sets[1], forget, -ALPHA),
        ):
            if batch is not None:
                drawn[name].append(batch)
                (weight * ((rows[batch] @ w) ** 2 / 2).mean()).backward()
        if moments is not None:
            frozen(optimizer, w, moments)
        optimizer.step()
        path.append(w.detach().tolist())
    return {"batches": drawn, "path": path}


def cases(moments: torch.Tensor) -> dict[str, tuple[dict, Callable, Batches, bool]]:
    """Fields of the problem, optimizer, batches, and whether its second moments are frozen."""

    def sgd(**options: object) -> Callable:
        return lambda tensors: torch.optim.SGD(tensors, lr=0.3, **options)

    def adam(kind: type, **options: object) -> Callable:
        return lambda tensors: kind(tensors, lr=RATE, betas=(BETA1, BETA2), eps=EPSILON, **options)

    def rmsprop(tensors: list[torch.Tensor]) -> torch.optim.Optimizer:
        return torch.optim.RMSprop(tensors, lr=RATE, alpha=BETA2, eps=EPSILON, momentum=BETA1)

    def simultaneous(seed: int) -> Batches:
        return both(loader(RETAIN, 1, seed), loader(FORGET, 1, seed + 1))

    scales = (1 / (moments.sqrt() + EPSILON)).tolist()
    of_adam = {"momentum": BETA1, "preconditioner": scales}
    epochs, eta = {"sampling": "reshuffled", "batch": {"retain": 1, "forget": 1}}, {"eta": 0.3}
    uneven = {**epochs, **eta, "batch": {"retain": 3, "forget": 1}}
    # Adam's average of the gradients is 1 - beta_1 times the velocity.
    slow = {"eta": RATE * (1 - BETA1)}
    return {
        "momentum": ({**epochs, **eta, "optimizer": {"momentum": 0.9}}, sgd(momentum=0.9), simultaneous(1), False),
        "nesterov": (
            {**epochs, **eta, "optimizer": {"momentum": 0.9, "nesterov": True}},
            sgd(momentum=0.9, nesterov=True),
            simultaneous(3),
            False,
        ),
        "weight decay": ({**epochs, **eta, "optimizer": {"weightDecay": 0.05}}, sgd(weight_decay=0.05), simultaneous(5), False),
        "nesterov and weight decay": (
            {**epochs, **eta, "optimizer": {"momentum": 0.5, "nesterov": True, "weightDecay": 0.05}},
            sgd(momentum=0.5, nesterov=True, weight_decay=0.05),
            simultaneous(7),
            False,
        ),
        "Adam, frozen second moments": ({**epochs, **slow, "optimizer": of_adam}, adam(torch.optim.Adam), simultaneous(9), True),
        "AdamW, frozen second moments": (
            {**epochs, **slow, "optimizer": {**of_adam, "weightDecay": 0.2 / (1 - BETA1)}},
            adam(torch.optim.AdamW, weight_decay=0.2),
            simultaneous(11),
            True,
        ),
        "alternating 1:2, momentum": (
            {**epochs, **eta, "schedule": {"ascent": 1, "descent": 2}, "optimizer": {"momentum": 0.5}},
            sgd(momentum=0.5),
            alternating(loader(RETAIN, 1, 13), loader(FORGET, 1, 14), 1, 2),
            False,
        ),
        "short last batch": ({**uneven, "dropLast": False}, sgd(), both(loader(RETAIN, 3, 15), loader(FORGET, 1, 16)), False),
        "last batch left out": (
            {**uneven, "dropLast": True},
            sgd(),
            both(loader(RETAIN, 3, 17, True), loader(FORGET, 1, 18)),
            False,
        ),
        # Its buffer is the velocity itself, and no average.
        "RMSprop with momentum, frozen second moments": (
            {**epochs, "eta": RATE, "optimizer": of_adam},
            rmsprop,
            simultaneous(19),
            True,
        ),
    }


def main(path: str, stored: str | None = None) -> int:
    generator = torch.Generator().manual_seed(0)
    random = lambda *shape: torch.randn(*shape, dtype=torch.float64, generator=generator)  # noqa: E731
    sets, start = (random(RETAIN, PARAMETERS), random(FORGET, PARAMETERS) / 2), random(PARAMETERS)
    moments = random(PARAMETERS) ** 2 + 0.1
    found = []
    for name, (fields, optimizer_of, batches, is_frozen) in cases(moments).items():
        run = trajectory(sets, start, optimizer_of, batches, moments if is_frozen else None)
        data = {"retain": [[row] for row in sets[0].tolist()], "forget": [[row] for row in sets[1].tolist()]}
        found.append({"name": name, "problem": {**data, "alpha": ALPHA, **fields}, "start": start.tolist(), **run})
    with open(path, "w") as file:
        json.dump({"environment": f"PyTorch {torch.__version__}", "trajectories": found}, file)
        file.write("\n")
    if stored is None:
        return 0
    with open(stored) as file:
        known = {run["name"]: run["path"] for run in json.load(file)["trajectories"]}
    worst = max(
        float((torch.tensor(run["path"], dtype=torch.float64) - torch.tensor(known[run["name"]], dtype=torch.float64)).abs().max())
        for run in found
    )
    print(f"trajectories of {len(found)} procedures in PyTorch: those stored to {worst:.1e}")
    return 0 if worst <= ROUNDING else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
