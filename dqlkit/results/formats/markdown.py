"""A table of Markdown."""

from __future__ import annotations

from dqlkit.results.format import Format
from dqlkit.results.table import markdown

__all__ = ["FORMAT"]

FORMAT = Format(lambda result, _: markdown(result), endings=("md",))
