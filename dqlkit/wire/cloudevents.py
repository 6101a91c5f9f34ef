"""CloudEvents, single or as a batch, as the platform stores them.

`id`, `source`, `type` and `time` become `event.id`, `event.provider`, `event.type` and `timestamp`; all other attributes
keep their names. The members of `data` become fields; `data` that is no object stays the field `data`. A name that is
taken gets `data.` in front, that of an attribute `attribute.`. Base64 (`data_base64`, or `datacontentencoding` of version
0.3) is decoded where it holds JSON, or where `datacontenttype` says that it is text.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence

from dqlkit.types.json import read_value
from dqlkit.types.text import parse_instant
from dqlkit.types.values import Timestamp, Value
from dqlkit.wire.bizevents import json_of, numbered
from dqlkit.wire.shape import Json, Place, Record, Shape, beside

__all__ = ["SHAPE", "record_of"]

#: What attributes are called as fields of records.
_FIELDS = {"id": "event.id", "source": "event.provider", "type": "event.type", "time": "timestamp"}
_ATTRIBUTES = {field: attribute for attribute, field in _FIELDS.items()}
_OPTIONAL = {"specversion", "subject", "datacontenttype", "dataschema", "traceparent", "tracestate", "dtcontext"}
_DATA = ("data", "data_base64", "datacontentencoding")


def _find(document: Json) -> Place | None:
    if type(document) is not dict or not document.keys() >= SHAPE.members:
        return None
    return _PLACE


def record_of(event: Record) -> Record:
    """A CloudEvent as a record."""
    mapped = {field for name, field in _FIELDS.items() if name in event}
    record: Record = {}
    for name, value in event.items():
        if name in _FIELDS:
            record[_FIELDS[name]] = value
        elif name not in _DATA:
            record[beside(record, "attribute", f"attribute.{name}" if name in mapped else name)] = value
    if type(record.get("timestamp")) is str:
        record["timestamp"] = parse_instant(record["timestamp"]) or record["timestamp"]
    data = _data(event)
    if type(data) is not dict:
        return record if data is None else {**record, beside(record, "data", "data"): data}
    for name, value in data.items():
        record[beside(record, "data", name)] = value
    return record


_PLACE = Place((), numbered(record_of))


def _data(event: Record) -> Json:
    """What an event carries, out of base64 where it is in that."""
    encoded = event.get("data_base64")
    if "data" in event:
        if event.get("datacontentencoding") != "base64":
            return event["data"]
        encoded = event["data"]
    return _decoded(encoded, str(event.get("datacontenttype", ""))) if type(encoded) is str else encoded


def _decoded(encoded: str, content: str) -> Json:
    """The JSON in base64 text, its text where the content is text; else the base64 as it is."""
    try:
        text = b64decode(encoded, validate=True).decode()
    except ValueError:
        return encoded
    found = read_value(text.strip(), 0)
    if found is not None and found[1] == len(text.strip()):
        return found[0]
    return text if content.startswith("text/") else encoded


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    return [_event(record) for record in records]


def _event(record: Mapping[str, Value]) -> dict[str, Json]:
    """The event of a record: its attributes by their own names, all other fields inside `data`."""
    present = {name: value for name, value in record.items() if value is not None}
    named = _OPTIONAL | _ATTRIBUTES.keys()
    attributes = {_ATTRIBUTES.get(name, name): _attribute(value) for name, value in present.items() if name in named}
    data = {name.removeprefix("data."): json_of(value) for name, value in present.items() if name not in named}
    return {"specversion": "1.0", **attributes, **({"data": data} if data else {})}


def _attribute(value: Value) -> Json:
    return json_of(value) if type(value) in (str, Timestamp) else str(json_of(value))


SHAPE = Shape("CloudEvents", _find, _write, frozenset({"specversion", "id", "source", "type"}))
