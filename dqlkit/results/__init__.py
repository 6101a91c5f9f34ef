"""What a query answers: records in wire form, their types, metadata; and the forms it can be written in."""

from __future__ import annotations

from dqlkit.results.result import Result

__all__ = ["Result"]
