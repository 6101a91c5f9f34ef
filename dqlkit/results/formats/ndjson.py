"""The records alone, one per line."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.results.format import Format
from dqlkit.results.json_lines import json_lines
from dqlkit.results.result import Result

__all__ = ["FORMAT"]


def _lines(result: Result, _: int | None) -> Iterator[str]:
    for part in result.parts():
        yield "\n".join(json_lines(part))


FORMAT = Format(_lines, endings=("jsonl",), heading=0)
