"""What `npm run bench` is compared with: the same quantities by NumPy and SciPy, as their users would write them.

    python3 peers.py versions
    python3 peers.py eta-star RETAIN.npy FORGET.npy ALPHA BATCH_RETAIN BATCH_FORGET
    python3 peers.py gram FILE.npy
    python3 peers.py squares-steps RETAIN.npy FORGET.npy START.npy ALPHA ETA STEPS
    python3 peers.py network-steps RETAIN.npy LABELS.npy FORGET.npy LABELS.npy START.npy ALPHA ETA STEPS

Prints one JSON document: seconds (without start and reading of the small files), value, peak memory in MB.
"""

import json
import resource
import sys
import time

import numpy as np
import scipy
from scipy.sparse.linalg import LinearOperator, eigsh


def eta_star(retain: np.ndarray, forget: np.ndarray, alpha: float, batches: tuple[int, int]) -> float:
    """First crossing of rank-one samples drawn by Bernoulli trials: 2/eta* = lambda_1 of Q relative to L.

    T = I - eta L + eta^2 Q with L(M) = D M + M D and Q(M) = D M D + N(M), on matrices in the eigenbasis of D.
    """
    weights = np.repeat([(1 - alpha) / len(retain), alpha / len(forget)], [len(retain), len(forget)])
    signs = np.repeat([1.0, -1.0], [len(retain), len(forget)])
    noise = np.repeat([len(retain) / batches[0] - 1, len(forget) / batches[1] - 1], [len(retain), len(forget)])
    factors = np.vstack([retain, forget])
    mean = (factors.T * (signs * weights)) @ factors
    d, basis = np.linalg.eigh(mean)
    factors = factors @ basis
    r = len(d)
    scale = 1 / np.sqrt(d[:, None] + d[None, :])
    strengths = noise * weights**2

    def relative(x: np.ndarray) -> np.ndarray:
        m = scale * x.reshape(r, r)
        forms = np.einsum("ia,ia->i", factors @ m, factors)
        image = d[:, None] * m * d[None, :] + (factors.T * (strengths * forms)) @ factors
        return (scale * image).ravel()

    operator = LinearOperator((r * r, r * r), matvec=relative, dtype=np.float64)
    start = np.eye(r).ravel()
    return float(1 / eigsh(operator, k=1, which="LA", v0=start, tol=1e-10, return_eigenvectors=False)[0])


def gram(path: str) -> float:
    """Trace of the Gram matrix of the rows of a float32 file, in float64 by blocks of columns."""
    rows = np.load(path, mmap_mode="r")
    n, p = rows.shape
    width = max(1, 2**24 // n)
    total = np.zeros((n, n))
    for first in range(0, p, width):
        block = rows[:, first : first + width].astype(np.float64)
        total += block @ block.T
    return float(np.trace(total))


def peak() -> float:
    """Largest memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def squares_steps(words: list[str]) -> tuple[float, float]:
    """Seconds and |w| of gradient unlearning of least squares, each step two products over the whole set."""
    retain, forget, w = (np.load(path) for path in words[:3])
    alpha, eta, steps = float(words[3]), float(words[4]), int(words[5])
    start = time.perf_counter()
    for _ in range(steps):
        gradient = (1 - alpha) / len(retain) * (retain.T @ (retain @ w))
        gradient -= alpha / len(forget) * (forget.T @ (forget @ w))
        w -= eta * gradient
    return time.perf_counter() - start, float(np.linalg.norm(w))


def network_gradient(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Gradient of the mean logistic loss of the two-layer ReLU network: x is n x patches x d, w 2m x d."""
    n, patches, d = x.shape
    filters = len(w)
    signs = np.repeat([2.0 / filters, -2.0 / filters], filters // 2)
    rows = x.reshape(n * patches, d)
    z = (rows @ w.T).reshape(n, patches, filters)
    active = z > 0
    outputs = np.where(active, z, 0).sum(axis=1) @ signs
    slopes = -y / (1 + np.exp(y * outputs)) / n
    weights = slopes[:, None, None] * active * signs
    return weights.reshape(n * patches, filters).T @ rows


def network_steps(words: list[str]) -> tuple[float, float]:
    """Seconds and |w| of gradient unlearning of that network."""
    retain, retain_labels, forget, forget_labels, w = (np.load(path) for path in words[:5])
    alpha, eta, steps = float(words[5]), float(words[6]), int(words[7])
    start = time.perf_counter()
    for _ in range(steps):
        gradient = (1 - alpha) * network_gradient(retain, retain_labels, w)
        w = w - eta * (gradient - alpha * network_gradient(forget, forget_labels, w))
    return time.perf_counter() - start, float(np.linalg.norm(w))


def main(words: list[str]) -> dict[str, object]:
    """Does what the words ask for."""
    if words[0] == "versions":
        return {"numpy": np.__version__, "scipy": scipy.__version__}
    if words[0] in ("squares-steps", "network-steps"):
        seconds, value = (squares_steps if words[0] == "squares-steps" else network_steps)(words[1:])
        return {"seconds": seconds, "value": value, "megabytes": peak()}
    arrays = [np.load(path) for path in words[1:3]] if words[0] == "eta-star" else []
    start = time.perf_counter()
    if words[0] == "eta-star":
        value = eta_star(arrays[0], arrays[1], float(words[3]), (int(words[4]), int(words[5])))
    else:
        value = gram(words[1])
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "value": value, "megabytes": peak()}


print(json.dumps(main(sys.argv[1:])))
