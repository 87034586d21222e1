"""Forecasts on the Jacobian in NumPy, a second implementation: as they are, and wrong on purpose, to be refuted."""

from __future__ import annotations

import numpy as np
import torch
from subjects import Subject, is_left, is_met, level


def softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def sigmoid(z: np.ndarray) -> np.ndarray:
    return np.exp(-np.logaddexp(0, -z))


class LinearForecast:
    """The linearised network with a wrong gradient in the outputs.

    - frozen: the quadratic forecast, g* + Lambda* (z - f*): gradient and curvature of the loss as at w*. Of the squared
      loss it is the true one.
    - dropped: g(z) - g*: the gradient at w* left out, as if w* were a minimum of every sample. From w* it never moves.
    - true: g(z), which the command computes by its own code.
    """

    def __init__(self, files: dict, of: Subject) -> None:
        archives = [np.load(files[name]) for name in ("retain", "forget")]
        jacobian = np.concatenate([archive["jacobian"] for archive in archives])
        self.n, self.c = jacobian.shape[:2]
        self.rows, self.of = jacobian.reshape(self.n * self.c, -1).astype(np.float64), of
        self.retained = len(archives[0]["outputs"])
        self.start = np.concatenate([archive["outputs"] for archive in archives]).astype(np.float64)
        self.labels = torch.cat([of.sets[name][1] for name in ("retain", "forget")])
        labels = self.labels.numpy()
        self.targets = np.eye(self.c)[labels] if of.loss == "cross-entropy" else labels.astype(np.float64)

    def slopes(self, z: np.ndarray, of: np.ndarray) -> np.ndarray:
        guess = {"cross-entropy": softmax, "logistic": sigmoid, "squared": lambda z: z}[self.of.loss]
        return guess(z) - self.targets[of]

    def bent(self, delta: np.ndarray, of: np.ndarray) -> np.ndarray:
        """Lambda* delta."""
        z = self.start[of]
        if self.of.loss == "cross-entropy":
            p = softmax(z)
            return p * (delta - (p * delta).sum(1, keepdims=True))
        return delta if self.of.loss == "squared" else sigmoid(z) * sigmoid(-z) * delta

    def gradient(self, way: str, z: np.ndarray, of: np.ndarray) -> np.ndarray:
        if way == "true":
            return self.slopes(z, of)
        at_start = self.slopes(self.start[of], of)
        return at_start + self.bent(z - self.start[of], of) if way == "frozen" else self.slopes(z, of) - at_start

    def run(self, way: str, setting: dict, batches: list) -> dict:
        """Steps of goal and limit, null where they are not met, and the retain loss at the goal."""
        z, delta = self.start.copy(), np.zeros(self.rows.shape[1])
        optimize = adam(setting["lr"]) if setting["procedure"] == "adam" else sgd(setting["lr"], setting["momentum"])
        found: dict = {"goal": None, "limit": None, "retainLoss": None}
        for step, (of_retain, of_forget) in enumerate(batches, start=1):
            push = np.zeros(len(delta))
            for of, shift, weight in ((of_retain, 0, 1.0), (of_forget, self.retained, -setting["weight"])):
                if of is None:
                    continue
                samples = np.asarray(of) + shift
                slopes = weight / len(samples) * self.gradient(way, z[samples], samples)
                places = (samples[:, None] * self.c + np.arange(self.c)).reshape(-1)
                push += slopes.reshape(-1) @ self.rows[places]
            delta -= optimize(push, step)
            z = self.start + (self.rows @ delta).reshape(z.shape)
            if not np.isfinite(z).all():
                return found | {key: found[key] or step for key in ("goal", "limit")}
            self.watch(z, step, found)
            if found["goal"] and found["limit"]:
                break
        return found

    def watch(self, z: np.ndarray, step: int, found: dict) -> None:
        parts = slice(self.retained), slice(self.retained, None)
        retain, forget = (level(self.of.loss, torch.from_numpy(z[part]), self.labels[part]) for part in parts)
        if found["limit"] is None and is_left(retain, self.of.limit):
            found["limit"] = step
        if found["goal"] is None and is_met(forget, self.of.goal):
            found |= {"goal": step, "retainLoss": float(f"{retain.loss:.3g}")}


def sgd(lr: float, momentum: float):
    velocity = 0

    def step(gradient: np.ndarray, _: int) -> np.ndarray:
        nonlocal velocity
        velocity = momentum * velocity + gradient
        return lr * velocity

    return step


def adam(lr: float, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8):
    first = second = 0

    def step(gradient: np.ndarray, k: int) -> np.ndarray:
        nonlocal first, second
        first = betas[0] * first + (1 - betas[0]) * gradient
        second = betas[1] * second + (1 - betas[1]) * gradient**2
        return lr * (first / (1 - betas[0] ** k)) / (np.sqrt(second / (1 - betas[1] ** k)) + eps)

    return step
