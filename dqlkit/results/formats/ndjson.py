"""The records alone, one per line."""

from __future__ import annotations

from dqlkit.results.format import Format
from dqlkit.results.formats.json import records

__all__ = ["FORMAT"]

FORMAT = Format(lambda result, _: records(result), endings=("jsonl",))
