"""The answer of a query (records in wire form, their types, metadata), and the formats to write it in."""

from __future__ import annotations

from dqlkit.results.output import FORMATS, write
from dqlkit.results.result import Result

__all__ = ["FORMATS", "Result", "write"]
