"""Factors for `unlearning-stability analyze`, under the name that scripts in this folder import.

The exporter is `unlearning_stability.export_factors`, of the package in python/ beside this folder; with the package
installed, import it from there.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))

from unlearning_stability import export_factors  # noqa: E402

__all__ = ["export_factors"]
