"""Real unlearning runs of one small network, and what `forecast` says of them before: one JSON.

    PYTHONPATH=python python3 real_runs.py SUBJECT ORDERS.json DIGITS.csv.gz PROGRAM.js FOLDER OUT.json

SUBJECT is one of subjects.py. ORDERS.json has the batches (study.ts writes them): those of the forecast's own batch
orders, so that both see the same samples at every step.
"""

from __future__ import annotations

import copy
import inspect
import json
import platform
import resource
import sys
import time
from pathlib import Path

import numpy as np
import torch
from linear_forecast import LinearForecast
from subjects import LOSSES, RATES, WEIGHTS, Mark, Subject, is_left, is_met, level, subject
from torch import nn
from unlearning_stability import Export, export, forecast

COLUMNS = inspect.signature(export).parameters["project"].default

ALTERNATING = (1, 3)
FLIPPED_SHARE = 0.01
PROJECTED = (0, 1)
"""Seeds of the projections to as many columns as `export` keeps by default, of networks with more parameters."""


def optimizer_of(model: nn.Module, setting: dict) -> torch.optim.Optimizer:
    if setting["procedure"] == "adam":
        return torch.optim.Adam(model.parameters(), lr=setting["lr"])
    return torch.optim.SGD(model.parameters(), lr=setting["lr"], momentum=setting["momentum"])


def real_run(of: Subject, setting: dict, batches: list) -> dict:
    """The loop as scripts have it, watched after every step until goal and limit are passed."""
    model, loss_of = copy.deepcopy(of.model), LOSSES[of.loss]
    optimizer = optimizer_of(model, setting)
    (xr, yr), (xf, yf) = of.sets["retain"], of.sets["forget"]
    both, start = torch.cat([xr, xf]), torch.cat([value.detach().reshape(-1) for value in of.model.parameters()])
    signs: list[torch.Tensor] = []
    for module in model:
        if isinstance(module, nn.ReLU):
            module.register_forward_hook(lambda _, given, __: signs.append(given[0][len(xr) :].reshape(-1) > 0))
    with torch.no_grad():
        model(both)
    at_start = torch.cat(signs) if signs else None
    found = {"goal": None, "limit": None, "retainLoss": None, "moved": None, "flipped": None, "flippedFrom": None}
    for step, (of_retain, of_forget) in enumerate(batches, start=1):
        loss = 0.0
        if of_retain is not None:
            loss = loss + loss_of(model(xr[of_retain]), yr[of_retain])
        if of_forget is not None:
            loss = loss - setting["weight"] * loss_of(model(xf[of_forget]), yf[of_forget])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        signs.clear()
        with torch.no_grad():
            outputs = model(both)
        retain, forget = level(of.loss, outputs[: len(xr)], yr), level(of.loss, outputs[len(xr) :], yf)
        share = None if at_start is None else float((torch.cat(signs) != at_start).float().mean())
        if found["flippedFrom"] is None and share is not None and share > FLIPPED_SHARE:
            found["flippedFrom"] = step
        overflow = not np.isfinite(retain.loss + forget.loss)
        if found["limit"] is None and (overflow or is_left(retain, of.limit)):
            found["limit"] = step
        if found["goal"] is None and (overflow or is_met(forget, of.goal)):
            weights = torch.cat([value.detach().reshape(-1) for value in model.parameters()])
            moved = float((weights - start).norm() / start.norm())
            found |= {"goal": step, "retainLoss": short(retain.loss), "moved": short(moved), "flipped": short(share)}
        if overflow or (found["goal"] and found["limit"]):
            break
    return found


def short(x: float | None) -> float | None:
    return float(f"{x:.3g}") if x is not None and np.isfinite(x) else None


def asked(name: str) -> list[dict]:
    """Eight settings of each procedure."""
    kind, forgetting = name.split("-")
    return [
        {
            **{"subject": name, "procedure": procedure, "lr": lr, "weight": weight},
            "momentum": 0.9 if procedure == "momentum" else 0,
        }
        for procedure, rates in RATES.get(kind, RATES[forgetting]).items()
        for lr in rates
        for weight in WEIGHTS
    ]


def child_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def mark_words(name: str, mark: Mark) -> str:
    return "{}-{}={}".format(name, *mark)


def by_order(runs: list[dict]) -> dict:
    """Runs over batch orders, a list each."""
    return {key: [run[key] for run in runs] for key in runs[0]}


def forecasts(files: Export, setting: dict, of: Subject, orders: dict, program: str) -> dict:
    """What the command says of a setting: the steps of goal and limit in every batch order."""
    document = forecast(
        files,
        command=program,
        lr=setting["lr"],
        forget_weight=setting["weight"],
        momentum=setting["momentum"] or None,
        optimizer="adam" if setting["procedure"] == "adam" else None,
        schedule="alternating:{}:{}".format(*ALTERNATING) if setting["procedure"] == "alternating" else None,
        batch_retain=orders["batch"]["retain"],
        batch_forget=orders["batch"]["forget"],
        steps=orders["steps"],
        seeds=orders["orders"],
        seed=orders["seed"],
        goal=mark_words("forget", of.goal),
        limit=mark_words("retain", of.limit),
    ).document
    # The first order goes on beyond the last step.
    found = {mark: [order[f"{mark}Step"] for order in document["orders"]] for mark in ("goal", "limit")}
    last = orders["steps"]
    return {mark: [step if step and step <= last else None for step in steps] for mark, steps in found.items()}


def main(name: str, orders_file: str, digits_file: str, program: str, folder: str, out: str) -> None:
    torch.set_num_threads(1)
    orders = json.loads(Path(orders_file).read_text())
    of = subject(name, digits_file, orders["seed"])
    assert {key: len(labels) for key, (_, labels) in of.sets.items()} == orders["samples"]
    given = (of.model, of.sets["retain"], of.sets["forget"])
    began = time.process_time()
    files = export(*given, loss=of.loss, project=None, out=Path(folder) / name)
    exporting = time.process_time() - began
    linear = LinearForecast(files.files, of)
    parameters = sum(value.numel() for value in of.model.parameters())
    seeds = PROJECTED if parameters > COLUMNS else ()
    folders = [Path(folder) / f"{name}-{seed}" for seed in seeds]
    projected = [export(*given, loss=of.loss, seed=seed, out=to) for seed, to in zip(seeds, folders)]
    records, settings = [], asked(name)
    for k, setting in enumerate(settings):
        batches = orders["alternating" if setting["procedure"] == "alternating" else "simultaneous"]
        began = time.process_time()
        real = by_order([real_run(of, setting, order) for order in batches])
        took, children = time.process_time() - began, child_seconds()
        said = forecasts(files, setting, of, orders, program)
        seconds = {"real": short(took), "forecast": short(child_seconds() - children)}
        others = {way: linear.run(way, setting, batches[0]) for way in ("true", "frozen", "dropped")}
        if projected and setting["procedure"] != "adam":
            others["projected"] = [forecasts(sketch, setting, of, orders, program) for sketch in projected]
        key = {part: setting[part] for part in ("subject", "procedure", "lr", "weight")}
        records.append(key | {"real": real, "forecast": said, **others, "seconds": seconds})
        print(f"{name}: {k + 1} of {len(settings)} settings", file=sys.stderr, flush=True)
    levels = {key: {"loss": at.loss, "accuracy": at.accuracy} for key, at in of.before.items()}
    described = {
        **{"name": name, "loss": of.loss, "parameters": parameters},
        **{"goal": mark_words("forget", of.goal), "limit": mark_words("retain", of.limit)},
        "exportSeconds": short(exporting),
        "before": {key: {part: short(x) for part, x in found.items()} for key, found in levels.items()},
    }
    versions = f"Python {platform.python_version()}, PyTorch {torch.__version__}, NumPy {np.__version__}"
    Path(out).write_text(json.dumps({"environment": versions, "subject": described, "records": records}))


if __name__ == "__main__":
    main(*sys.argv[1:])
