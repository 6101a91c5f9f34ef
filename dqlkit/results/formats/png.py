"""A chart as PNG."""

from __future__ import annotations

from typing import IO

from dqlkit.results.charts import figure_of
from dqlkit.results.charts.picture import png
from dqlkit.results.format import Format
from dqlkit.results.result import Result

__all__ = ["FORMAT"]


def _write(result: Result, stream: IO[bytes]) -> None:
    stream.write(png(figure_of(result)))


FORMAT = Format(data=_write)
