"""What a query answers: records in wire form, their types, metadata; and the forms it can be written in."""

from __future__ import annotations

from dqlkit.results.output import FORMATS, write
from dqlkit.results.result import Result

__all__ = ["FORMATS", "Result", "write"]
