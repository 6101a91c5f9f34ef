"""A chart for terminals."""

from __future__ import annotations

from dqlkit.results.charts import figure_of
from dqlkit.results.charts.terminal import lines
from dqlkit.results.format import Format

__all__ = ["FORMAT"]

FORMAT = Format(lambda result, width: lines(figure_of(result), width))
