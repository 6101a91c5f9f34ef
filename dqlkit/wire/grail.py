"""Answers of the Grail query API: `{"records", "types", "metadata"}`, bare, inside `result`, or with a `state`.

The `types` list says which text is a long, a timestamp, an address …, by ranges of records, and is believed. Fields
that it does not name are read as plain JSON.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dqlkit.sources.errors import SourceError, describe
from dqlkit.types.text import parse_instant
from dqlkit.types.values import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Uid, Value
from dqlkit.wire.export import Export

__all__ = ["EXPORT"]

Reader = Callable[[Any], Value]


def _matches(document: Any) -> bool:
    if type(document) is not dict:
        return False
    if "records" in document:
        return type(document["records"]) is list and ("types" in document or "metadata" in document)
    return _is_status(document) or ("result" in document and _matches(document["result"]))


def _is_status(document: Mapping[str, Any]) -> bool:
    return document.get("state") in _STATES and document.keys() <= _STATUS


_STATES = ("NOT_STARTED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "RESULT_GONE")
_STATUS = {"state", "requestToken", "progress", "ttlSeconds", "result", "error", "metadata"}


def _records(document: Any) -> Iterable[dict[str, Value]]:
    answer = document if "records" in document else document.get("result")
    if not _matches(answer) or "records" not in answer:
        state = document.get("state")
        help = "Save the answer of query:poll once its state is SUCCEEDED."
        raise SourceError.of("R103", f"expected a query answer with records, found state {state} without them.", help)
    records = [{} if record is None else record for record in answer["records"]]
    for found in answer.get("types") or ():
        first, last = found.get("indexRange") or (0, len(records) - 1)
        readers = _readers(found)
        for index in range(first, min(last + 1, len(records))):
            records[index] = _typed(records[index], readers, index)
    return records


def _readers(ranged: Mapping[str, Any]) -> dict[str, Reader]:
    return {name: _reader(field) for name, field in (ranged.get("mappings") or {}).items()}


def _typed(record: Mapping[str, Any], readers: Mapping[str, Reader], index: int) -> dict[str, Value]:
    typed = dict(record)
    for name, read in readers.items():
        try:
            value = record.get(name)
            if value is not None:
                typed[name] = read(value)
        except SourceError as fault:
            raise fault.within(f"record {index + 1}, field `{name}`") from None
    return typed


def _reader(field: Mapping[str, Any]) -> Reader:
    inner = field.get("types") or ()
    if field["type"] == "array":
        return _array(inner)
    if field["type"] == "record":
        return _record(inner)
    read = _SCALARS.get(field["type"])
    return _checked(field["type"], read) if read else _as_it_is


def _as_it_is(value: Any) -> Value:
    return value


def _checked(name: str, read: Reader) -> Reader:
    def checked(value: Any) -> Value:
        try:
            found = read(value)
        except (ValueError, TypeError, KeyError, AttributeError):
            found = None
        if found is None:
            shown = f"`{value}`" if type(value) is str else describe(value)
            raise SourceError.of("R104", f"expected a value of the type {name} that `types` gives it, found {shown}.")
        return found

    return checked


def _array(ranges: Iterable[Mapping[str, Any]]) -> Reader:
    parts = [(found["indexRange"], _nullable(_readers(found)["element"])) for found in ranges]

    def read(values: Any) -> Value:
        items = list(values)
        for (first, last), element in parts:
            items[first : last + 1] = map(element, items[first : last + 1])
        return items

    return read


def _nullable(read: Reader) -> Reader:
    return lambda value: None if value is None else read(value)


def _record(ranges: Iterable[Mapping[str, Any]]) -> Reader:
    readers = {name: read for found in ranges for name, read in _readers(found).items()}
    return lambda value: _typed(value, readers, 0)


def _long(value: Any) -> Value:
    return int(value) if type(value) in (int, str) else None


def _boolean(value: Any) -> Value:
    return value if type(value) is bool else None


def _string(value: Any) -> Value:
    return value if type(value) is str else None


def _timeframe(value: Any) -> Value:
    start, end = parse_instant(value["start"]), parse_instant(value["end"])
    return Timeframe(start, end) if start and end else None


def _uid(text: str) -> Value:
    bits = int(text.replace("-", ""), 16)
    return Uid("uuid" if "-" in text else "uid64" if len(text) == 16 else "uid128", bits)


_SCALARS: dict[str, Reader] = {
    "boolean": _boolean,
    "string": _string,
    "long": _long,
    "double": float,
    "timestamp": parse_instant,
    "duration": lambda value: Duration(int(value)),
    "timeframe": _timeframe,
    "binary": lambda value: b64decode(value, validate=True),
    "ip_address": Ip.parse,
    "ip": Ip.parse,
    "uid": _uid,
    "smartscape_id": SmartscapeId,
    "geo_point": lambda value: GeoPoint(float(value["latitude"]), float(value["longitude"])),
}

EXPORT = Export("Grail query answer", _matches, _records)
