"""The same as CSV, parted by tabs."""

from __future__ import annotations

from dqlkit.results.format import Format
from dqlkit.results.formats.csv import separated

__all__ = ["FORMAT"]

FORMAT = Format(lambda result, _: separated(result, "\t"), endings=("tab",), heading=1)
