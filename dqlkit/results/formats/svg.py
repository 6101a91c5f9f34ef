"""A chart as SVG."""

from __future__ import annotations

from dqlkit.results.charts import figure_of
from dqlkit.results.charts.picture import svg
from dqlkit.results.format import Format

__all__ = ["FORMAT"]

FORMAT = Format(lambda result, _: [svg(figure_of(result))])
