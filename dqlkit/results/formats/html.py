"""A page with all records as a table."""

from __future__ import annotations

from dqlkit.results.format import Format
from dqlkit.results.html import page

__all__ = ["FORMAT"]

FORMAT = Format(lambda result, _: page(result), endings=("htm",))
