"""A check of one theorem by Hypothesis and vectorised NumPy, for `npm run bench`: which side is each drawn problem on?

    python3 hypothesis_check.py INSTANCES.json ERROR MOST_SAMPLES

INSTANCES.json: a list of {retain, forget, alpha, batch: [retain, forget], eta}, samples as lists of factors, batches by
Bernoulli trials. Hypothesis draws which of them is next, so that both programs decide the same ones; drawing them by
strategies of its own would cost it more. The certificates are those of docs/statistics.md with the same error
probability, hundreds of steps at once: the mean of x above 1 (Ville), lambda_1(E Y) below 1 (matrix betting, the bound
of second order). Batches are not set apart by their sizes, so that fewer stable problems are decided.

Prints one JSON document: seconds of processor time, and the side of each instance (null: not decided).
"""

import json
import math
import sys
import time

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

STAGES = 5


class Problem:
    """The real step of a drawn problem on the span of its factors."""

    def __init__(self, instance: dict[str, object]) -> None:
        alpha, eta = instance["alpha"], instance["eta"]
        sets = [instance["retain"], instance["forget"]]
        weights = [1 - alpha, -alpha]
        factors = np.array([vector for samples in sets for sample in samples for vector in sample])
        _, singular, basis = np.linalg.svd(factors, full_matrices=False)
        factors = factors @ basis[singular > 1e-12 * singular[0]].T
        self.r = factors.shape[1]
        self.sets = []
        first = 0
        for samples, size, weight in zip(sets, instance["batch"], weights):
            moves = np.zeros((len(samples), self.r, self.r))
            for i, sample in enumerate(samples):
                own = factors[first : first + len(sample)]
                moves[i] = eta * weight / size * (own.T @ own)
                first += len(sample)
            if weight != 0:
                self.sets.append((moves.reshape(len(samples), -1), size / len(samples)))

    def steps(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """count step matrices A, each of fresh batches."""
        a = np.broadcast_to(np.eye(self.r).ravel(), (count, self.r**2)).copy()
        for moves, share in self.sets:
            a -= (rng.random((count, len(moves))) < share).astype(float) @ moves
        return a.reshape(count, self.r, self.r)

    def norm_range(self) -> float:
        """Largest norm of a step, over all batches."""
        whole = [moves.sum(axis=0).reshape(self.r, self.r) for moves, _ in self.sets]
        down = sum((m for m in whole if np.trace(m) > 0), np.zeros((self.r, self.r)))
        up = sum((-m for m in whole if np.trace(m) < 0), np.zeros((self.r, self.r)))
        return max(np.linalg.eigvalsh(down)[-1] - 1, 1 + np.linalg.eigvalsh(up)[-1])


def best(stakes: np.ndarray, growths: np.ndarray) -> tuple[float, float]:
    k = int(np.argmax(growths))
    return float(stakes[k]), float(growths[k])


def limit_of(growth: float, threshold: float, left: int, trials: int) -> int:
    """Samples that a test may take: three times what the trials foresee; 0 if it is not to be begun."""
    expected = threshold / growth if growth > 0 else math.inf
    return 0 if expected > min(left, 60 * trials) else min(left, math.ceil(3 * expected) + 640)


def diverges(problem: Problem, rng: np.random.Generator, q: np.ndarray, trials: int, left: int, threshold: float) -> tuple[bool, int]:
    values, vectors = np.linalg.eigh(q)
    q = (vectors * np.maximum(values, 0)) @ vectors.T
    square = np.sum(q * q)

    def observe(count: int) -> np.ndarray:
        moved = problem.steps(rng, count) @ q
        return np.einsum("sab,sba->s", moved, moved) / square

    x = observe(trials)
    grid = 0.7 ** np.arange(33)
    stake, growth = best(grid, np.log1p(grid[:, None] * (x - 1)).mean(axis=1))
    limit = limit_of(growth, threshold, left, trials)
    stakes = np.array([stake, stake / 2, min(1, 2 * stake) * 0.999])[:, None]
    capital = np.zeros((3, 1))
    used = trials
    while used < limit:
        count = min(256, limit - used)
        path = capital + np.cumsum(np.log1p(stakes * (observe(count) - 1)), axis=1)
        used += count
        if np.max(np.logaddexp.reduce(path, axis=0)) - math.log(3) >= threshold:
            return True, used
        capital = path[:, -1:]
    return False, used


def deficit(zeta: float) -> float:
    return (-math.log1p(-zeta) - zeta) / zeta**2


def stable(problem: Problem, rng: np.random.Generator, t: np.ndarray, radius: float, trials: int, left: int, threshold: float) -> tuple[bool, int]:
    r = problem.r
    eye = np.eye(r)
    drawn = problem.steps(rng, trials)
    reach = problem.norm_range()
    plan = None

    def observations(steps: np.ndarray, root: np.ndarray, inverse: np.ndarray) -> np.ndarray:
        moved = inverse @ steps @ root
        return moved @ moved.swapaxes(1, 2)

    def capital(stake: float, span: float, count: int, total: np.ndarray, squares: np.ndarray) -> float:
        psi = stake**2 * deficit(stake * (span - 1))
        bound = stake * (count * eye - total) - psi * (count * eye - 2 * total + squares)
        return float(np.linalg.eigvalsh(bound)[0])

    for fraction in (0.15, 0.5, 1, 3, 10, 40):
        c = radius + fraction * (1 - radius)
        p = np.linalg.solve(c * np.eye(r * r) - t, eye.ravel()).reshape(r, r)
        values, vectors = np.linalg.eigh((p + p.T) / 2)
        if values[0] <= 1e-9 * values[-1]:
            continue
        root = (vectors * np.sqrt(values)) @ vectors.T
        inverse = (vectors / np.sqrt(values)) @ vectors.T
        span = values[-1] / values[0] * reach**2
        y = observations(drawn, root, inverse)
        total, squares = y.sum(axis=0), (y @ y).sum(axis=0)
        largest = 0.9 / max(span - 1, 1e-3)
        grid = largest * 0.6 ** np.arange(14)
        stake, growth = best(grid, np.array([capital(s, span, trials, total, squares) / trials for s in grid]))
        if plan is None or growth > plan[0]:
            plan = (growth, root, inverse, span, [stake / 2, stake, min(2 * stake, largest)])
    limit = limit_of(plan[0], threshold, left, trials) if plan else 0
    used, count = trials, 0
    total = squares = np.zeros((r, r))
    while used < limit:
        _, root, inverse, span, stakes = plan
        y = observations(problem.steps(rng, min(256, limit - used)), root, inverse)
        used, count = used + len(y), count + len(y)
        total, squares = total + y.sum(axis=0), squares + (y @ y).sum(axis=0)
        if max(capital(s, span, count, total, squares) for s in stakes) - math.log(3) >= threshold:
            return True, used
    return False, used


def side(instance: dict[str, object], seed: int, error: float, most: int) -> str | None:
    """The side that sampled steps certify, as src/decision does but for its glance: pilots, trials and tests in stages."""
    problem = Problem(instance)
    rng = np.random.default_rng(seed)
    threshold = math.log(2 * STAGES / error)
    r = problem.r
    moment, pilots, used = np.zeros((r * r, r * r)), 0, 0
    for stage in range(STAGES):
        pilot = min(400 * 5**stage, (most - used) // 5)
        trials = min(300 * 3**stage, pilot)
        if pilot < 300:
            break
        flat = problem.steps(rng, pilot).reshape(pilot, r * r)
        moment += flat.T @ flat
        pilots, used = pilots + pilot, used + pilot
        # T_(ab)(cd) = E A_ac A_bd.
        t = (moment / pilots).reshape(r, r, r, r).transpose(0, 2, 1, 3).reshape(r * r, r * r)
        values, vectors = np.linalg.eigh((t + t.T) / 2)
        if values[-1] > 1:
            q = vectors[:, -1].reshape(r, r)
            q = (q + q.T) * np.sign(np.trace(q))
            found, spent = diverges(problem, rng, q, trials, most - used, threshold)
        else:
            found, spent = stable(problem, rng, t, values[-1], trials, most - used, threshold)
        used += spent
        if found:
            return "diverges" if values[-1] > 1 else "stable"
    return None


def main(path: str, error: float, most: int) -> dict[str, object]:
    with open(path, encoding="utf8") as file:
        instances = json.load(file)
    sides: dict[int, str | None] = {}

    @settings(
        max_examples=4 * len(instances),
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, len(instances) - 1))
    def check(k: int) -> None:
        if k in sides:
            return
        sides[k] = side(instances[k], k, error, most)
        claimed = instances[k]["claimed"]
        assert claimed is None or sides[k] in (None, claimed)

    start = time.process_time()
    check()
    return {"seconds": time.process_time() - start, "sides": [[k, sides[k]] for k in sorted(sides)]}


print(json.dumps(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))))
