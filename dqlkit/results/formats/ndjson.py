"""The records alone, one per line."""

from __future__ import annotations

from dqlkit.results.format import Format
from dqlkit.results.formats.json import text

__all__ = ["FORMAT"]

FORMAT = Format(lambda result, _: map(text, result.records), endings=("jsonl",))
