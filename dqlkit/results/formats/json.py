"""`Result.to_dict()`, one record per line."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.results.format import Format
from dqlkit.results.json_lines import json_lines, text
from dqlkit.results.result import Result

__all__ = ["FORMAT"]


def _lines(result: Result, _: int | None) -> Iterator[str]:
    yield '{"records":['
    written = 0
    for part in result.parts():
        written += len(part)
        yield ",\n".join(json_lines(part)) + ("," if written < len(result) else "")
    yield f'],"types":{text(result.types)},'
    yield f'"metadata":{text(result.metadata)}}}'


FORMAT = Format(_lines)
