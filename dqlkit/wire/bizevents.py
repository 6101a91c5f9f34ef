"""Business events, and plain JSON records of any origin: an object each, alone, in an array, or one per line.

Read as they are: nested objects stay records. `as_ingested` gives what the platform stores of an event instead.
Written back, an event is plain JSON:

| type | JSON |
| --- | --- |
| boolean, string, long | as they are |
| double | number; `"NaN"`, `"Infinity"`, `"-Infinity"` as text, for JSON has no number for them |
| array, record | array, object |
| timestamp | text, RFC 3339 with nine digits |
| timeframe | `{"start", "end"}` |
| duration | number of nanoseconds |
| geopoint | `{"latitude", "longitude"}` |
| any other | the text of `toString` |
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from dqlkit.errors import SourceError
from dqlkit.types.text import format_double, format_instant, text_of
from dqlkit.types.values import Duration, GeoPoint, Timeframe, Timestamp, Value
from dqlkit.wire.shape import Json, Place, Record, Shape, one

__all__ = ["PLAIN", "as_ingested", "ingested", "ingested_columns", "json_of", "json_text", "numbered"]


def numbered(read: Callable[[Record], Record]) -> Callable[[int, Json], Iterable[Record]]:
    """A reader of items that are one object each; errors say which."""

    def records(index: int, item: Json) -> Iterable[Record]:
        try:
            return (read(one(item)),)
        except SourceError as fault:
            raise fault.within(f"record {index + 1}") from None

    return records


_PLACE = Place((), numbered(lambda record: record))


def as_ingested(event: Mapping[str, Value], number: int) -> Record:
    """A business event as the platform stores it.

    Objects and arrays are JSON texts, what is null is left out, and the fields that ingest adds are there: a kind, and an
    id, a provider and a type where the event has none. The id is made of the event and its number, so that reading the
    same events again gives the same ids; a time of ingest is not made up [decided].
    """
    given = {name: value for name, value in event.items() if value is not None and name != "specversion"}
    return ingested(given, lambda: str(uuid5(NAMESPACE_OID, f"{number} {json_text(given)}")))


def ingested(
    event: Mapping[str, Value], new_id: Callable[[], str], text_of: Callable[[Value], str] | None = None
) -> Record:
    """The same with another way to make the id of an event that has none, and perhaps to write what is nested."""
    text_of = text_of or json_text
    stored = dict(event)
    for name, value in event.items():
        kind = type(value)
        if kind is list or kind is dict:
            stored[name] = text_of(value)
        elif value is None:
            del stored[name]
    stored.pop("specversion", None)
    for name, added in _ADDED.items():
        stored.setdefault(name, added)
    if "event.id" not in stored:
        stored["event.id"] = new_id()
    stored.pop("event.kind", None)
    stored["event.kind"] = "BIZ_EVENT"
    return stored


def ingested_columns(
    events: Mapping[str, list[Value]],
    count: int,
    new_ids: Callable[[int], Iterable[str]],
    column_of: Callable[[list[Value]], list[Value]],
) -> dict[str, list[Value]]:
    """The same for so many events at once, by field: null where an event has none. `column_of` writes what is nested."""
    stored = {name: column_of(values) for name, values in events.items() if name != "specversion"}
    for name, added in _ADDED.items():
        stored[name] = _completed(stored.get(name), repeat(added, count))
    stored["event.id"] = _completed(stored.get("event.id"), new_ids(count))
    stored["event.kind"] = ["BIZ_EVENT"] * count
    return stored


def _completed(values: list[Value] | None, new: Iterable[Value]) -> list[Value]:
    """Values with new ones where there are none."""
    if values is None:
        return [*new]
    if None not in values:
        return values
    return [other if value is None else value for value, other in zip(values, new, strict=True)]


_ADDED = {"event.provider": "unknown", "event.type": "unknown"}


def json_text(value: Value) -> str:
    """Compact JSON, as a field holds what is nested."""
    return json.dumps(json_of(value), ensure_ascii=False, separators=(",", ":"))


def json_of(value: Value) -> Json:
    """A value in plain JSON."""
    write = _WRITERS.get(type(value))
    return text_of(value) if write is None else write(value)


def _same(value: Value) -> Json:
    return value


_WRITERS: dict[type, Callable[[Any], Json]] = {
    type(None): _same,
    bool: _same,
    int: _same,
    str: _same,
    float: lambda value: value if math.isfinite(value) else format_double(value),
    list: lambda value: [json_of(item) for item in value],
    dict: lambda value: {name: json_of(member) for name, member in value.items()},
    Timestamp: format_instant,
    Timeframe: lambda value: {"start": format_instant(value.start), "end": format_instant(value.end)},
    Duration: lambda value: value.nanos,
    GeoPoint: lambda value: {"latitude": value.latitude, "longitude": value.longitude},
}


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    """An array with one object per record, as the ingest APIs take it."""
    return [json_of(dict(record)) for record in records]


#: What is read so where a document has no other shape.
PLAIN = Shape("JSON records", lambda document: _PLACE, _write)
