"""The same as CSV, parted by tabs."""

from __future__ import annotations

from dqlkit.results.format import Format
from dqlkit.results.formats.csv import Separated

__all__ = ["FORMAT"]

FORMAT = Format(sink=lambda stream: Separated(stream, "\t"), endings=("tab",))
