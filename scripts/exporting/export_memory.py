"""Checks that an export takes far less memory than the file it writes.

PYTHONPATH=python python3 export_memory.py FILE
"""

from __future__ import annotations

import os
import resource
import sys

import torch
from unlearning_stability import export_factors

SAMPLES, WIDTH = 250, 1000


def peak_memory() -> int:
    """Largest resident size so far, in bytes (Linux counts in KiB)."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(path: str) -> int:
    torch.manual_seed(1)
    torch.set_num_threads(1)
    model = torch.nn.Sequential(torch.nn.Linear(WIDTH, WIDTH), torch.nn.Tanh(), torch.nn.Linear(WIDTH, 1)).eval()
    inputs = torch.randn(SAMPLES, WIDTH)
    export_factors(path, model, inputs[:1], "squared")
    before = peak_memory()
    export_factors(path, model, inputs, "squared", block_bytes=2**24)
    size, growth = os.path.getsize(path), peak_memory() - before
    print(f"memory: a file of {size / 2**20:.0f} MB was written within {growth / 2**20:.0f} MB")
    return int(not growth < size / 4)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
