"""`Result.to_dict()`, one record per line."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from dqlkit.results.format import Format
from dqlkit.results.result import Result

__all__ = ["FORMAT", "records", "text"]

_encode = msgspec.json.Encoder().encode


def text(value: object) -> str:
    """A value in one line."""
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:  # half a surrogate pair
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def records(result: Result) -> Iterator[str]:
    """The records, each in one line; no more of them are made at once than a part of the answer has."""
    for part in result.parts():
        yield from map(text, part.records)


def _lines(result: Result, _: int | None) -> Iterator[str]:
    yield '{"records":['
    for index, record in enumerate(records(result), 1):
        yield record + ("," if index < len(result) else "")
    yield f'],"types":{text(result.types)},'
    yield f'"metadata":{text(result.metadata)}}}'


FORMAT = Format(_lines)
