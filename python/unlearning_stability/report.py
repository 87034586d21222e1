"""`unlearning-stability forecast`, called from Python, and its answer."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from .exporting import Export

PROGRAM = "UNLEARNING_STABILITY"
"""Environment variable that names the program."""

COLOURS = {"retain": "#1f6f8b", "forget": "#c8553d", "test": "#7a7a7a"}


class ForecastError(ValueError):
    """What the program refuses, in its words."""


@dataclass(frozen=True)
class Report:
    """What an unlearning run will do. `document` is what `forecast --json` prints (docs/forecast.md)."""

    document: dict[str, Any]

    @property
    def verdict(self) -> str:
        return self.document["verdict"]["text"]

    @property
    def word(self) -> str:
        """nothing, forgets or breaks."""
        return self.document["verdict"]["word"]

    @property
    def forget_step(self) -> int | None:
        """First step at which the goal is met; may lie beyond the last step."""
        return self.document["verdict"]["goalStep"]

    @property
    def limit_step(self) -> int | None:
        """First step at which the retain set is out of its limit."""
        return self.document["verdict"]["limitStep"]

    @property
    def stop_window(self) -> tuple[int, int] | None:
        """First and last step at which to stop; None unless the run forgets in time."""
        window = self.document["stopWindow"]
        return None if window is None else (window[0], window[1])

    def plot(self, path: str | os.PathLike[str] | None = None, quantity: str = "loss") -> Picture:
        """Curves of the loss (or accuracy) with the window in which to stop, as SVG; also written to a file."""
        picture = Picture(svg_of(self, quantity))
        if path is not None:
            Path(path).write_text(picture)
        return picture

    def _repr_html_(self) -> str:
        return f"<p><strong>{escape(self.verdict)}</strong></p>{self.plot()}"

    def __str__(self) -> str:
        return self.verdict


class Picture(str):
    """SVG that notebooks show."""

    def _repr_svg_(self) -> str:
        return str(self)


def forecast(files: Export, *, command: str | list[str] | None = None, **options: object) -> Report:
    """Forecasts an unlearning run.

    Args:
        files: what `export` returned.
        command: the program: its path, or words; by default the environment variable UNLEARNING_STABILITY, else
            `unlearning-stability` on the PATH.
        options: those of the command with underscores: lr=0.01, forget_weight=0.1, batch_size=64, epochs=5,
            momentum=0.9, goal="forget-accuracy=0.1", sweep=True ..

    Raises:
        ForecastError: if the program refuses the input. FileNotFoundError: if there is no program.
    """
    words = [f"--{name}={path}" for name, path in files.files.items()] + [f"--loss={files.loss}"]
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if value is not None and value is not False:
            words.append(option if value is True else f"{option}={value}")
    with tempfile.TemporaryFile("w+", encoding="utf8") as stdout:
        line, last = [*program(command), "forecast", *words, "--json"], ""
        with subprocess.Popen(line, stdout=stdout, stderr=subprocess.PIPE, text=True, encoding="utf8") as process:
            for text in process.stderr:
                last = text.strip() or last
                if process.poll() is None:
                    print(text, end="", file=sys.stderr)
        if process.returncode != 0:
            raise ForecastError(last or f"the program ended with exit code {process.returncode}")
        stdout.seek(0)
        return Report(json.load(stdout))


def program(command: str | list[str] | None) -> list[str]:
    """Words that start the program; a .js file is run by node."""
    found = command or os.environ.get(PROGRAM) or shutil.which("unlearning-stability")
    if found is None:
        raise FileNotFoundError(f"unlearning-stability is not on the PATH: give command=, or set {PROGRAM}")
    if not isinstance(found, str):
        return list(found)
    return ["node", found] if found.endswith(".js") else [found]


def svg_of(report: Report, quantity: str) -> str:
    """Curves of all sets, 640 x 280; losses that overflow (None) are left out."""
    document, steps = report.document, report.document["steps"]
    curves = {name: document[name][quantity] for name in COLOURS if document[name] and document[name].get(quantity)}
    values = [value for curve in curves.values() for value in curve if value is not None]
    if not values:
        raise ValueError(f"quantity must be loss, or accuracy where there are classes; got {quantity}")
    top, last = max(values) or 1, max(steps[-1], 1)
    left, width, height, base = 50, 570, 220, 240

    def x(step: float) -> float:
        return round(left + width * step / last, 1)

    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 280" width="640" font-family="sans-serif"']
    parts[0] += f' font-size="12" role="img"><title>{escape(report.verdict)}</title>'
    if report.stop_window:
        start, end = report.stop_window
        wide = max(1, x(end) - x(start))
        parts.append(f'<rect x="{x(start)}" y="{base - height}" width="{wide}" height="{height}" fill="#e3efdd"/>')
        parts.append(f'<text x="{x(start)}" y="{base - height - 5}">stop: {start} to {end}</text>')
    parts.append(f'<path d="M{left} {base - height}V{base}H{left + width}" fill="none" stroke="#444"/>')
    ends = [("end", left - 5, base, "0"), ("end", left - 5, base - height + 10, f"{top:.3g}")]
    ends += [("middle", left, base + 15, "0"), ("end", left + width, base + 15, f"step {last}")]
    parts += [f'<text text-anchor="{anchor}" x="{a}" y="{b}">{text}</text>' for anchor, a, b, text in ends]
    for k, (name, curve) in enumerate(curves.items()):
        points = [(x(step), value) for step, value in zip(steps, curve) if value is not None]
        path = " ".join(f"{at},{round(base - height * value / top, 1)}" for at, value in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
        parts.append(f'<text x="{left + 110 * k}" y="275" fill="{COLOURS[name]}">{name} {quantity}</text>')
    return "".join(parts) + "</svg>"
