"""`Result.to_dict()`, one record per line."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dqlkit.results.format import Format
from dqlkit.results.result import Result

__all__ = ["FORMAT", "text"]


def text(value: object) -> str:
    """A value in one line."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _lines(result: Result, _: int | None) -> Iterator[str]:
    yield '{"records": ['
    for index, record in enumerate(result.records, 1):
        yield text(record) + ("," if index < len(result) else "")
    yield f'], "types": {text(result.types)},'
    yield f'"metadata": {text(result.metadata)}}}'


FORMAT = Format(_lines)
