"""What will my unlearning run do, and when must it stop? docs/unlearning-in-pytorch.md shows the way."""

from .exporting import Export, export
from .factors import export_factors
from .report import ForecastError, Report, forecast
from .stopping import StopAt

__all__ = ["Export", "ForecastError", "Report", "StopAt", "export", "export_factors", "forecast"]
