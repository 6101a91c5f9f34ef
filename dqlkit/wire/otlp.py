"""OpenTelemetry's JSON (OTLP): `{"resourceLogs": […]}` and `{"resourceSpans": […]}`.

Attributes of the resource, the scope and the record become fields by their own names; one whose name is taken gets
`scope.` or `attribute.` in front. The members of a record get the names that Grail has for them:

| logs | field | spans | field |
| --- | --- | --- | --- |
| timeUnixNano, else observedTimeUnixNano | `timestamp` | startTimeUnixNano | `start_time` |
| body | `content` | endTimeUnixNano | `end_time`, and `duration` |
| severityText | `loglevel` | name | `span.name` |
| severityNumber | `severity_number` | kind | `span.kind`: `server`, `client`, … |
| traceId, spanId | `trace_id`, `span_id`: text | traceId, spanId, parentSpanId | `trace.id`, `span.id`, `span.parent_id`: uids |
| | | status | `span.status_code`: `ok`, `error`; `span.status_message` |
| | | events, links | `span.events`, `span.links` |

Written back, the members of a record are what they were read from; all other fields are attributes of the record, for which
resource they came from cannot be told. A value that a member does not have is an attribute too [decided]. Times, addresses and
other types that OTLP has no values of are texts there, as in plain JSON; a time of 1970-01-01T00:00:00Z means none [decided].
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from dqlkit.errors import SourceError
from dqlkit.frozen import frozen
from dqlkit.regex import regex
from dqlkit.types.values import LONG_MAX, LONG_MIN, Duration, Timestamp, Uid, Value
from dqlkit.wire.bizevents import json_of
from dqlkit.wire.shape import Json, Place, Record, Shape, beside, described, one
from dqlkit.wire.values import BY_NAME, NON_FINITE, double

__all__ = ["LOGS", "SPANS"]

_WHOLE = regex(r"-?[0-9]{1,400}")
_KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")
_STATUSES = ("unset", "ok", "error")

# ── values ──


def _list(holder: Record, name: str) -> list[Json]:
    found = holder.get(name) or []
    if type(found) is not list:
        raise SourceError.of("R103", f"expected `{name}` as an array, found {described(found)}.")
    return found


def _value(any_value: Json) -> Value:
    """A value that is wrapped in an object which names its type."""
    if any_value is None or any_value == {}:
        return None
    ((name, inside), *_) = one(any_value).items()
    read = _READERS.get(name)
    return any_value if read is None else read(inside)


def _any_value(value: Value) -> Json:
    """The same object for a value; times and the like are texts in it."""
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    plain = json_of(value)
    return {"stringValue": plain} if type(plain) is str else _any_value(plain)


def _double(value: Json) -> Value:
    """A double; what has no number in JSON is text there. Anything else as it is."""
    return double(value) if type(value) in (int, float) or (type(value) is str and value in NON_FINITE) else value


def _binary(value: Json) -> Value:
    """Bytes in base64; anything else as it is."""
    try:
        return BY_NAME["binary"].read(value)
    except ValueError:
        return value


_READERS: Mapping[str, Callable[[Json], Value]] = {
    "stringValue": lambda value: value,
    "boolValue": lambda value: value,
    "intValue": lambda value: _whole(value),
    "doubleValue": _double,
    "bytesValue": _binary,
    "arrayValue": lambda value: [_value(item) for item in _list(one(value), "values")],
    "kvlistValue": lambda value: {str(one(e).get("key")): _value(e.get("value")) for e in _list(one(value), "values")},
}
_WRITERS: Mapping[type, Callable[[Any], Json]] = {
    type(None): lambda value: {},
    str: lambda value: {"stringValue": value},
    bool: lambda value: {"boolValue": value},
    int: lambda value: {"intValue": str(value)},
    float: lambda value: {"doubleValue": json_of(value)},
    bytes: lambda value: {"bytesValue": b64encode(value).decode()},
    list: lambda value: {"arrayValue": {"values": [_any_value(item) for item in value]}},
    dict: lambda value: {"kvlistValue": {"values": _pairs(value)}},
}


def _pairs(values: Mapping[str, Value]) -> list[Json]:
    return [{"key": name, "value": _any_value(value)} for name, value in values.items()]


def _whole(value: Json) -> Value:
    """A whole number, which JSON has as text; anything else as it is."""
    return int(value) if type(value) is str and _WHOLE.fullmatch(value) else value


def _instant(value: Json) -> Value:
    """Nanoseconds since 1970, none for 0; what is no such number as it is."""
    nanos = _whole(value)
    if type(nanos) is not int or not LONG_MIN <= nanos <= LONG_MAX:
        return value
    return Timestamp(nanos) if nanos else None


def _nanos(value: Value) -> Json:
    return str(value.nanos) if type(value) is Timestamp and value.nanos else None


def _uid(value: Json) -> Value:
    """An id of 16 or 32 hexadecimal digits, none for empty text; anything else as it is."""
    known = type(value) is str and re.fullmatch(r"[0-9a-fA-F]{16}([0-9a-fA-F]{16})?", value)
    return Uid("uid64" if len(value) == 16 else "uid128", int(value, 16)) if known else value or None


def _digits(value: Value) -> Json:
    widths = {"uid64": 16, "uid128": 32}
    return f"{value.bits:0{widths[value.form]}x}" if type(value) is Uid and value.form in widths else None


def _named(names: tuple[str, ...], prefix: str) -> Callable[[Json], Value]:
    """What reads the name of a member of an enumeration, which JSON has as its number or as its long name."""

    def read(value: Json) -> Value:
        if type(value) is int and 0 <= value < len(names):
            return names[value]
        return value.removeprefix(prefix).lower() if type(value) is str else value

    return read


def _numbered(names: tuple[str, ...]) -> Callable[[Value], Json]:
    return lambda value: names.index(value) if value in names else None


def _same(value: Json) -> Value:
    return value


def _said(value: Json) -> Json:
    """A text that says something."""
    return value or None


def _text(value: Value) -> Json:
    return value if type(value) is str and value else None


# ── members ──


@frozen
class _Member:
    """A member of a record: where it is, the field that it is read to, how it is read, and what of a field is written there;
    None for what the member does not have."""

    path: tuple[str, ...]
    field: str
    read: Callable[[Json], Value]
    write: Callable[[Value], Json]

    def value(self, item: Record) -> Value:
        """The value of the field; None where the record does not have the member."""
        for step in self.path[:-1]:
            item = one(item.get(step) or {})
        return self.read(item.get(self.path[-1]))

    def put(self, item: Record, written: Json) -> None:
        """Write the member."""
        for step in self.path[:-1]:
            item = item.setdefault(step, {})
        item[self.path[-1]] = written


def _several(members: Sequence[_Member], item: str) -> tuple[Callable[[Json], Value], Callable[[Value], Json]]:
    """What reads and writes an array of objects with members and attributes."""

    def read(values: Json) -> Value:
        return [_with_attributes(members, one(value)) for value in _list({item: values}, item)] or None

    def write(records: Value) -> Json:
        whole = type(records) is list and records and all(type(record) is dict for record in records)
        return [_item(members, record) for record in records] if whole else None

    return read, write


def _with_attributes(members: Sequence[_Member], item: Record) -> Record:
    record = _own(members, item)
    _add(record, "attribute", item)
    return record


def _own(members: Sequence[_Member], item: Record) -> Record:
    """The fields that members stand for; of two members for one field the first one that says something counts."""
    record: Record = {}
    for member in members:
        value = member.value(item) if member.field not in record else None
        if value is not None:
            record[member.field] = value
    return record


def _item(members: Sequence[_Member], record: Mapping[str, Value], but: Iterable[str] = ()) -> dict[str, Json]:
    """The object of a record, whose other fields are attributes, `but` for some."""
    item: dict[str, Json] = {}
    rest = {name: value for name, value in record.items() if name not in but}
    for member in members:
        written = member.write(rest[member.field]) if member.field in rest else None
        if written is not None:
            member.put(item, written)
            del rest[member.field]
    taken = record.keys() - rest.keys()
    attributes = _pairs({_without_prefix(name, taken): value for name, value in rest.items()})
    return {**item, "attributes": attributes} if attributes else item


def _without_prefix(name: str, taken: Iterable[str]) -> str:
    """The name of an attribute, which got a prefix if its own name was taken."""
    own = name.removeprefix("attribute.")
    return own if own in taken else name


def _add(record: Record, prefix: str, holder: Record) -> None:
    """The attributes of a holder as fields of a record."""
    for entry in map(one, _list(holder, "attributes")):
        if "key" in entry:
            record[beside(record, prefix, str(entry["key"]))] = _value(entry.get("value"))


# ── documents ──


@frozen
class _Signal:
    """A kind of documents: the names of the arrays that lie in each other, and the members of a record."""

    resources: str
    scopes: str
    items: str
    members: Sequence[_Member]
    computed: Callable[[Record], Record] = lambda record: {}

    def find(self, document: Json) -> Place | None:
        if type(document) is not dict or document.keys() != {self.resources}:
            return None
        return Place((self.resources,), self._records) if type(document[self.resources]) is list else None

    def _records(self, index: int, item: Json) -> Iterable[Record]:
        try:
            resource = one(item)
            for scope in _list(resource, self.scopes):
                yield from self._scoped(resource, one(scope))
        except SourceError as fault:
            raise fault.within(f"{self.resources}, entry {index + 1}") from None

    def _scoped(self, resource: Record, scope: Record) -> Iterable[Record]:
        about = one(scope.get("scope") or {})
        shared = {f"otel.scope.{name}": about[name] for name in _SCOPE if about.get(name)}
        for item in map(one, _list(scope, self.items)):
            record = _own(self.members, item)
            record |= self.computed(record)
            record |= {name: value for name, value in shared.items() if name not in record}
            _add(record, "attribute", item)
            _add(record, "scope", about)
            _add(record, "resource", one(resource.get("resource") or {}))
            yield record

    def write(self, records: Sequence[Mapping[str, Value]]) -> Json:
        """A document with one resource, and a scope for records in a row that name the same one."""
        scopes = [
            {"scope": dict(scope), self.items: [self._written(record) for record in own]}
            for scope, own in groupby(records, _scope_of)
        ]
        return {self.resources: [{"resource": {}, self.scopes: scopes}]}

    def _written(self, record: Mapping[str, Value]) -> dict[str, Json]:
        scope = [f"otel.scope.{name}" for name, _ in _scope_of(record)]
        computed = [name for name, value in self.computed(dict(record)).items() if record.get(name) == value]
        return _item(self.members, record, [*scope, *computed])


_SCOPE = ("name", "version")


def _scope_of(record: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    found = ((name, _text(record.get(f"otel.scope.{name}"))) for name in _SCOPE)
    return tuple((name, text) for name, text in found if text)


def _duration(record: Record) -> Record:
    """What a span takes, where it has both times."""
    start, end = record.get("start_time"), record.get("end_time")
    if not (isinstance(start, Timestamp) and isinstance(end, Timestamp)):
        return {}
    return {"duration": Duration(end.nanos - start.nanos)}


_TRACE = _Member(("traceId",), "trace.id", _uid, _digits)
_SPAN = _Member(("spanId",), "span.id", _uid, _digits)
_EVENTS = (
    _Member(("timeUnixNano",), "timestamp", _instant, _nanos),
    _Member(("name",), "span_event.name", _same, _text),
)

_LOGS = _Signal(
    "resourceLogs",
    "scopeLogs",
    "logRecords",
    (
        _Member(("timeUnixNano",), "timestamp", _instant, _nanos),
        _Member(("observedTimeUnixNano",), "timestamp", _instant, lambda value: None),
        _Member(("body",), "content", _value, lambda value: None if value is None else _any_value(value)),
        _Member(("severityText",), "loglevel", _said, _text),
        _Member(("severityNumber",), "severity_number", _same, lambda value: value if type(value) is int else None),
        _Member(("traceId",), "trace_id", _said, _text),
        _Member(("spanId",), "span_id", _said, _text),
    ),
)
_SPANS = _Signal(
    "resourceSpans",
    "scopeSpans",
    "spans",
    (
        _TRACE,
        _SPAN,
        _Member(("parentSpanId",), "span.parent_id", _uid, _digits),
        _Member(("name",), "span.name", _same, _text),
        _Member(("kind",), "span.kind", _named(_KINDS, "SPAN_KIND_"), _numbered(_KINDS)),
        _Member(("startTimeUnixNano",), "start_time", _instant, _nanos),
        _Member(("endTimeUnixNano",), "end_time", _instant, _nanos),
        _Member(("status", "code"), "span.status_code", _named(_STATUSES, "STATUS_CODE_"), _numbered(_STATUSES)),
        _Member(("status", "message"), "span.status_message", _said, _text),
        _Member(("events",), "span.events", *_several(_EVENTS, "events")),
        _Member(("links",), "span.links", *_several((_TRACE, _SPAN), "links")),
    ),
    _duration,
)

LOGS = Shape("OTLP logs", _LOGS.find, _LOGS.write)
SPANS = Shape("OTLP spans", _SPANS.find, _SPANS.write)
