"""Forecasts on the Jacobian that are wrong on purpose, in output space with NumPy: what the evidence must refute."""

from __future__ import annotations

import numpy as np


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


class LinearForecast:
    """The linearised network with a wrong gradient in the outputs, cross-entropy with hard labels.

    - frozen: the quadratic forecast, g* + Lambda* (z - f*): gradient and curvature of the loss as at w*.
    - dropped: g(z) - g*: the gradient at w* left out, as if w* were a minimum of every sample. From w* it never moves.
    - true: g(z), which the command computes by its own code.
    """

    def __init__(self, files: dict, retained: int) -> None:
        archives = [np.load(files[name]) for name in ("retain", "forget")]
        jacobian = np.concatenate([archive["jacobian"] for archive in archives]).astype(np.float32)
        self.n, self.c = jacobian.shape[:2]
        rows = jacobian.reshape(self.n * self.c, -1)
        self.gram, self.retained = rows @ rows.T, retained
        self.start = np.concatenate([archive["outputs"] for archive in archives]).astype(np.float64)
        self.labels = np.concatenate([archive["labels"] for archive in archives])
        self.hot = np.eye(self.c)[self.labels]

    def gradient(self, way: str, z: np.ndarray, of: np.ndarray) -> np.ndarray:
        p, hot, delta = softmax(self.start[of]), self.hot[of], z[of] - self.start[of]
        if way == "frozen":
            return p - hot + p * (delta - (p * delta).sum(1, keepdims=True))
        return softmax(z[of]) - (p if way == "dropped" else hot)

    def run(self, way: str, setting: dict, batches: list, goal: tuple[str, float], limit: float) -> dict:
        """Steps of goal and limit, null where they are not met, and the retain loss at the goal."""
        z, velocity = self.start.copy(), np.zeros(self.n * self.c)
        found: dict = {"goal": None, "limit": None, "retainLoss": None}
        for step, (of_retain, of_forget) in enumerate(batches, start=1):
            push = np.zeros(self.n * self.c)
            for of, shift, weight in ((of_retain, 0, 1.0), (of_forget, self.retained, -setting["weight"])):
                if of is None:
                    continue
                samples = np.asarray(of) + shift
                slopes = weight / len(samples) * self.gradient(way, z, samples)
                places = (samples[:, None] * self.c + np.arange(self.c)).reshape(-1)
                push += slopes.reshape(-1).astype(np.float32) @ self.gram[places]
            velocity = setting["momentum"] * velocity + push
            z -= setting["lr"] * velocity.reshape(z.shape)
            if not np.isfinite(z).all():
                return found | {key: found[key] or step for key in ("goal", "limit")}
            right = z.argmax(1) == self.labels
            if found["limit"] is None and right[: self.retained].mean() < limit - 1e-9:
                found["limit"] = step
            if found["goal"] is None and self.is_met(z, right, goal):
                found |= {"goal": step, "retainLoss": float(f"{self.loss(z, slice(self.retained)):.3g}")}
            if found["goal"] and found["limit"]:
                break
        return found

    def is_met(self, z: np.ndarray, right: np.ndarray, goal: tuple[str, float]) -> bool:
        forget = slice(self.retained, None)
        if goal[0] == "accuracy":
            return bool(right[forget].mean() <= goal[1] + 1e-9)
        return self.loss(z, forget) >= goal[1]

    def loss(self, z: np.ndarray, part: slice) -> float:
        """Mean loss of samples."""
        top = z[part].max(1)
        each = top + np.log(np.exp(z[part] - top[:, None]).sum(1)) - (z[part] * self.hot[part]).sum(1)
        return float(each.mean())
