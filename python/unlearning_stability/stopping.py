"""Watches a real unlearning loop beside its forecast."""

from __future__ import annotations

import math
import warnings

from .report import Report

LEVELS = ("retain_loss", "retain_accuracy", "forget_loss", "forget_accuracy", "test_loss", "test_accuracy")


class StopAt:
    """Says when a real loop should stop, and when it leaves its forecast.

        stop = StopAt(report)
        for step, batches in enumerate(loader, start=1):
            ...  # optimizer.step()
            if stop(step, forget_loss=..., retain_loss=...):
                break
        print(stop.reason)

    It stops where the goal is met or the limit is left *as measured*, and by the forecast where that level is not
    given: at its forget step, and at the last step of its window. A level has left the forecast if it is off its band
    within 3 steps (or a tenth) by more than `tolerance` of what the forecast moves up to the goal; StopAt then warns
    once, says so in `left`, and the steps of the forecast no longer stop anything. Give levels of whole sets, or of a
    fixed part of them; those of single batches are noise.
    """

    def __init__(self, report: Report, tolerance: float = 0.25) -> None:
        if not 0 < tolerance < math.inf:
            raise ValueError(f"tolerance must be > 0 and finite; got {tolerance}")
        self.report, self.tolerance = report, tolerance
        self.reason: str | None = None
        self.left: str | None = None

    def __call__(self, step: int, **levels: float) -> bool:
        """After so many real steps, with any of retain_loss, retain_accuracy, forget_loss, .. measured then."""
        for name, value in levels.items():
            if name not in LEVELS:
                raise TypeError(f"levels must be of {', '.join(LEVELS)}; got {name}")
            band = None if self.left else self.missed_band(step, name, float(value))
            if band is not None:
                self.left = f"step {step}: {name.replace('_', ' ')} {value:.3g} has left the forecast {band}"
                warnings.warn(self.left, stacklevel=2)
        self.reason = self.reason_at(step, levels)
        return self.reason is not None

    def reason_at(self, step: int, levels: dict[str, float]) -> str | None:
        document, window = self.report.document, self.report.stop_window
        goal, limit = document["goal"], document["limit"]
        forget = levels.get(f"forget_{goal['quantity']}")
        if forget is not None and passed(forget, goal["value"], up=goal["quantity"] == "loss"):
            return f"step {step}: the goal is met, forget {goal['quantity']} {forget:.3g}"
        retain = levels.get(f"retain_{limit['quantity']}") if limit else None
        if retain is not None and passed(retain, limit["value"], up=limit["quantity"] == "loss", strictly=True):
            return f"step {step}: the limit is left, retain {limit['quantity']} {retain:.3g}"
        if window is None or self.left is not None:
            return None
        if forget is None and step >= window[0]:
            return f"step {step}: the goal is met, as forecast"
        return f"step {step}: the last of the forecast's window" if step >= window[1] else None

    def missed_band(self, step: int, name: str, value: float) -> str | None:
        """The band that a level is off, in words; None if it is not."""
        found, steps = self.report.document, self.report.document["steps"]
        which, quantity = name.split("_")
        curves = found[which]
        if not curves or not curves[quantity] or step > steps[-1]:
            return None
        bands = [curves.get(side, curves)[quantity] for side in ("low", "high")]
        slack = max(3, math.ceil(step / 10))
        near = [min(max(at, 0), steps[-1]) for at in range(step - slack, step + slack + 1)]
        low = min(between(steps, bands[0], at) for at in near)
        high = max(between(steps, bands[1], at) for at in near)
        until = min(self.report.forget_step or steps[-1], steps[-1])
        moved = [level for at, level in zip(steps, curves[quantity]) if at <= until and level is not None]
        moved.append(between(steps, curves[quantity], until))
        moved = [level for level in moved if level < math.inf]
        allowed = self.tolerance * (max(moved) - min(moved))
        return None if low - allowed <= value <= high + allowed else f"{low:.3g} .. {high:.3g}"


def passed(value: float, mark: float, up: bool, strictly: bool = False) -> bool:
    """Whether a level has come to a mark from below (up) or above; NaN has."""
    if math.isnan(value) or (not strictly and value == mark):
        return True
    return value > mark if up else value < mark


def between(steps: list[int], curve: list[float | None], step: int) -> float:
    """The level at a step, between two looks on the line; None, an overflow, is infinite."""
    k = max(i for i, at in enumerate(steps) if at <= step)
    here = math.inf if curve[k] is None else curve[k]
    if steps[k] == step or k + 1 == len(steps):
        return here
    after = math.inf if curve[k + 1] is None else curve[k + 1]
    return here + (after - here) * (step - steps[k]) / (steps[k + 1] - steps[k])
