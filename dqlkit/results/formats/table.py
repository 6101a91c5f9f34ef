"""A table for terminals."""

from __future__ import annotations

from dqlkit.results.format import Format
from dqlkit.results.table import table

__all__ = ["FORMAT"]

FORMAT = Format(table, endings=("txt",))
