"""A chart for terminals."""

from __future__ import annotations

from dqlkit.results.chart import chart
from dqlkit.results.format import Format

__all__ = ["FORMAT"]

FORMAT = Format(chart)
