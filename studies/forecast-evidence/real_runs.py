"""Real unlearning runs of one small network on digits, and what `forecast` says of them before: one JSON.

    PYTHONPATH=python python3 real_runs.py SUBJECT ORDERS.json DIGITS.csv.gz PROGRAM.js FOLDER OUT.json

SUBJECT is mlp-random, mlp-class, cnn-random or cnn-class. ORDERS.json has the batches (study.ts writes them): those of
the forecast's own batch orders, so that both see the same samples at every step.
"""

from __future__ import annotations

import copy
import gzip
import json
import platform
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from linear_forecast import LinearForecast
from torch import nn
from torch.nn.functional import cross_entropy
from unlearning_stability import Export, export, forecast

PER_CLASS = 27
"""Training samples of each of ten classes; as many are forgotten, of one class or of all."""
FORGOTTEN_CLASS = 3
RATES = {
    "random": {
        "sgd": (0.04, 0.08, 0.16, 0.32),
        "momentum": (0.004, 0.008, 0.016, 0.032),
        "alternating": (0.08, 0.16, 0.32, 0.64),
    },
    "class": {
        "sgd": (0.01, 0.02, 0.04, 0.08),
        "momentum": (0.001, 0.002, 0.004, 0.008),
        "alternating": (0.02, 0.04, 0.08, 0.16),
    },
}
"""Chosen by real runs alone, so that most meet their goal within 300 steps; likewise the limit."""
WEIGHTS = (0.25, 1.0)
KEPT = 0.05
"""Retain accuracy may fall by that much; at 0.02 most real runs leave the limit at the step of the goal."""
ALTERNATING = (1, 3)
FLIPPED_SHARE = 0.01


@dataclass
class Levels:
    """Mean loss and accuracy of a set."""

    loss: float
    accuracy: float


def network(kind: str) -> nn.Module:
    if kind == "mlp":
        return nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 10))
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(32, 10)),
    )


def digits(path: str, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Training images (n, 1, 8, 8) and labels, as many of each class, and 300 held-out ones."""
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt(file, delimiter=",", dtype=np.float32)
    rows = rows[np.random.default_rng(seed).permutation(len(rows))]
    place = np.zeros(len(rows), dtype=int)
    for digit in range(10):
        place[rows[:, 64] == digit] = np.arange((rows[:, 64] == digit).sum())
    parts = rows[place < PER_CLASS], rows[place >= PER_CLASS][:300]
    return tuple(
        torch.from_numpy(array)
        for part in parts
        for array in (part[:, :64].reshape(-1, 1, 8, 8) / 16, part[:, 64].astype(np.int64))
    )


def train(model: nn.Module, x: torch.Tensor, y: torch.Tensor, seed: int) -> None:
    """As usual: 60 epochs of SGD with momentum, not to the last digit of the loss."""
    random = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(60):
        for batch in torch.randperm(len(x), generator=random).split(32):
            optimizer.zero_grad()
            cross_entropy(model(x[batch]), y[batch]).backward()
            optimizer.step()


def level(outputs: torch.Tensor, labels: torch.Tensor) -> Levels:
    right = (outputs.argmax(1) == labels).float().mean()
    return Levels(float(cross_entropy(outputs, labels)), float(right))


def is_met(found: Levels, goal: tuple[str, float]) -> bool:
    quantity, value = goal
    return found.loss >= value if quantity == "loss" else found.accuracy <= value + 1e-9


def real_run(
    trained: nn.Module,
    sets: dict[str, tuple[torch.Tensor, torch.Tensor]],
    setting: dict,
    batches: list,
    goal: tuple[str, float],
    limit: float,
) -> dict:
    """The loop as scripts have it, watched after every step until goal and limit are passed."""
    model = copy.deepcopy(trained)
    optimizer = torch.optim.SGD(model.parameters(), lr=setting["lr"], momentum=setting["momentum"])
    (xr, yr), (xf, yf) = sets["retain"], sets["forget"]
    both, start = torch.cat([xr, xf]), torch.cat([value.detach().reshape(-1) for value in trained.parameters()])
    signs: list[torch.Tensor] = []
    for module in model:
        if isinstance(module, nn.ReLU):
            module.register_forward_hook(lambda _, given, __: signs.append(given[0][len(xr) :].reshape(-1) > 0))
    with torch.no_grad():
        model(both)
    at_start = torch.cat(signs)
    found = {"goal": None, "limit": None, "retainLoss": None, "moved": None, "flipped": None, "flippedFrom": None}
    for step, (of_retain, of_forget) in enumerate(batches, start=1):
        loss = 0.0
        if of_retain is not None:
            loss = loss + cross_entropy(model(xr[of_retain]), yr[of_retain])
        if of_forget is not None:
            loss = loss - setting["weight"] * cross_entropy(model(xf[of_forget]), yf[of_forget])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        signs.clear()
        with torch.no_grad():
            outputs = model(both)
        retain, forget = level(outputs[: len(xr)], yr), level(outputs[len(xr) :], yf)
        share = float((torch.cat(signs) != at_start).float().mean())
        if found["flippedFrom"] is None and share > FLIPPED_SHARE:
            found["flippedFrom"] = step
        overflow = not np.isfinite(retain.loss + forget.loss)
        if found["limit"] is None and (overflow or retain.accuracy < limit - 1e-9):
            found["limit"] = step
        if found["goal"] is None and (overflow or is_met(forget, goal)):
            weights = torch.cat([value.detach().reshape(-1) for value in model.parameters()])
            moved = float((weights - start).norm() / start.norm())
            found |= {"goal": step, "retainLoss": short(retain.loss), "moved": short(moved), "flipped": short(share)}
        if overflow or (found["goal"] and found["limit"]):
            break
    return found


def short(x: float) -> float | None:
    return float(f"{x:.3g}") if np.isfinite(x) else None


def asked(name: str) -> list[dict]:
    """Eight settings of each of three procedures."""
    return [
        {
            **{"subject": name, "procedure": procedure, "lr": lr, "weight": weight},
            "momentum": 0.9 if procedure == "momentum" else 0,
        }
        for procedure, rates in RATES[name.split("-")[1]].items()
        for lr in rates
        for weight in WEIGHTS
    ]


def child_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def by_order(runs: list[dict]) -> dict:
    """Runs over batch orders, a list each."""
    return {key: [run[key] for run in runs] for key in runs[0]}


def forecasts(files: Export, setting: dict, goal: tuple[str, float], limit: float, orders: dict, program: str) -> dict:
    """What the command says of a setting: the steps of goal and limit in every batch order."""
    document = forecast(
        files,
        command=program,
        lr=setting["lr"],
        forget_weight=setting["weight"],
        momentum=setting["momentum"] or None,
        schedule="alternating:{}:{}".format(*ALTERNATING) if setting["procedure"] == "alternating" else None,
        batch_retain=orders["batch"]["retain"],
        batch_forget=orders["batch"]["forget"],
        steps=orders["steps"],
        seeds=orders["orders"],
        seed=orders["seed"],
        goal=f"forget-{goal[0]}={goal[1]}",
        limit=f"retain-accuracy={limit}",
    ).document
    # The first order goes on beyond the last step.
    found = {mark: [order[f"{mark}Step"] for order in document["orders"]] for mark in ("goal", "limit")}
    last = orders["steps"]
    return {mark: [step if step and step <= last else None for step in steps] for mark, steps in found.items()}


def main(name: str, orders_file: str, digits_file: str, program: str, folder: str, out: str) -> None:
    torch.set_num_threads(1)
    kind, forgetting = name.split("-")
    orders = json.loads(Path(orders_file).read_text())
    seed = orders["seed"]
    torch.manual_seed(seed)
    x, y, test_x, test_y = digits(digits_file, seed)
    model = network(kind).eval()
    train(model, x, y, seed)
    chosen = torch.zeros(len(y), dtype=torch.bool)
    if forgetting == "class":
        chosen = y == FORGOTTEN_CLASS
    else:
        chosen[np.random.default_rng(seed + 1).permutation(len(y))[:PER_CLASS]] = True
    sets = {"retain": (x[~chosen], y[~chosen]), "forget": (x[chosen], y[chosen])}
    assert len(sets["retain"][0]) == orders["samples"]["retain"] and int(chosen.sum()) == orders["samples"]["forget"]
    with torch.no_grad():
        before = {key: level(model(a), b) for key, (a, b) in sets.items()} | {"test": level(model(test_x), test_y)}
    goal = ("accuracy", 0.1) if forgetting == "class" else ("loss", float(f"{before['test'].loss:.3f}"))
    limit = float(f"{before['retain'].accuracy - KEPT:.4f}")
    began = time.process_time()
    files = export(model, sets["retain"], sets["forget"], out=Path(folder) / name)
    exporting = time.process_time() - began
    linear = LinearForecast(files.files, len(sets["retain"][0]))
    records, settings = [], asked(name)
    for k, setting in enumerate(settings):
        batches = orders["alternating" if setting["procedure"] == "alternating" else "simultaneous"]
        began = time.process_time()
        real = by_order([real_run(model, sets, setting, order, goal, limit) for order in batches])
        took, children = time.process_time() - began, child_seconds()
        said = forecasts(files, setting, goal, limit, orders, program)
        seconds = {"real": short(took), "forecast": short(child_seconds() - children)}
        wrong = {way: linear.run(way, setting, batches[0], goal, limit) for way in ("true", "frozen", "dropped")}
        key = {part: setting[part] for part in ("subject", "procedure", "lr", "weight")}
        records.append(key | {"real": real, "forecast": said, **wrong, "seconds": seconds})
        print(f"{name}: {k + 1} of {len(settings)} settings", file=sys.stderr, flush=True)
    subject = {
        **{"name": name, "parameters": sum(value.numel() for value in model.parameters())},
        **{"goal": f"forget-{goal[0]}={goal[1]}", "limit": f"retain-accuracy={limit}"},
        "exportSeconds": short(exporting),
        "before": {key: {"loss": short(at.loss), "accuracy": short(at.accuracy)} for key, at in before.items()},
    }
    versions = f"Python {platform.python_version()}, PyTorch {torch.__version__}, NumPy {np.__version__}"
    Path(out).write_text(json.dumps({"environment": versions, "subject": subject, "records": records}))


if __name__ == "__main__":
    main(*sys.argv[1:])
