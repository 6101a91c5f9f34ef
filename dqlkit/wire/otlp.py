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
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping

from dqlkit.errors import SourceError
from dqlkit.regex import regex
from dqlkit.types.values import LONG_MAX, LONG_MIN, Duration, Timestamp, Uid, Value
from dqlkit.wire.shape import Json, Place, Record, Shape, beside, described, one

__all__ = ["LOGS", "SPANS"]

_WHOLE = regex(r"-?[0-9]{1,20}")
_KINDS = ("unspecified", "internal", "server", "client", "producer", "consumer")
_STATUSES = ("unset", "ok", "error")


def _find(resources: str, scopes: str, items: str, read: Callable[[Record], Record]) -> Callable[[Json], Place | None]:
    """A finder of documents whose resources hold scopes that hold the items."""

    def records(index: int, item: Json) -> Iterable[Record]:
        try:
            resource = one(item)
            for scope in _list(resource, scopes):
                yield from _scoped(resource, one(scope), items, read)
        except SourceError as fault:
            raise fault.within(f"{resources}, entry {index + 1}") from None

    def find(document: Json) -> Place | None:
        found = type(document) is dict and document.keys() == {resources} and type(document[resources]) is list
        return Place((resources,), records) if found else None

    return find


def _scoped(resource: Record, scope: Record, items: str, read: Callable[[Record], Record]) -> Iterable[Record]:
    about = one(scope.get("scope") or {})
    shared = {f"otel.scope.{name}": about[name] for name in ("name", "version") if about.get(name)}
    for item in _list(scope, items):
        record = read(one(item))
        record |= {name: value for name, value in shared.items() if name not in record}
        _add(record, "attribute", item)
        _add(record, "scope", about)
        _add(record, "resource", one(resource.get("resource") or {}))
        yield record


def _add(record: Record, prefix: str, holder: Record) -> None:
    """The attributes of a holder as fields of a record."""
    for name, value in _attributes(holder).items():
        record[beside(record, prefix, name)] = value


def _attributes(holder: Record) -> dict[str, Value]:
    return {
        str(entry["key"]): _value(entry.get("value"))
        for entry in map(one, _list(holder, "attributes"))
        if "key" in entry
    }


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
    read = _VALUES.get(name)
    return any_value if read is None else read(inside)


_VALUES: Mapping[str, Callable[[Json], Value]] = {
    "stringValue": lambda value: value,
    "boolValue": lambda value: value,
    "intValue": lambda value: _whole(value),
    "doubleValue": lambda value: float(value) if type(value) in (int, float) else value,
    "bytesValue": lambda value: b64decode(value),
    "arrayValue": lambda value: [_value(item) for item in _list(one(value), "values")],
    "kvlistValue": lambda value: {str(one(e).get("key")): _value(e.get("value")) for e in _list(one(value), "values")},
}


def _whole(value: Json) -> Value:
    """A whole number of 64 bits, which JSON has as text; anything else as it is."""
    number = int(value) if type(value) is str and _WHOLE.fullmatch(value) else value
    return number if type(number) is int and LONG_MIN <= number <= LONG_MAX else value


def _instant(value: Json) -> Value:
    """Nanoseconds since 1970, none for 0; what is no such number as it is."""
    nanos = _whole(value)
    return (Timestamp(nanos) if nanos else None) if type(nanos) is int else value


def _uid(value: Json) -> Value:
    """An id of 16 or 32 hexadecimal digits, none for empty text; anything else as it is."""
    known = type(value) is str and re.fullmatch(r"[0-9a-fA-F]{16}([0-9a-fA-F]{16})?", value)
    return Uid("uid64" if len(value) == 16 else "uid128", int(value, 16)) if known else value or None


def _named(names: tuple[str, ...], value: Json, prefix: str) -> Value:
    """The name of a member of an enumeration, which JSON has as its number or as its long name."""
    if type(value) is int and 0 <= value < len(names):
        return names[value]
    return value.removeprefix(prefix).lower() if type(value) is str else value


def _without_nulls(record: Record) -> Record:
    return {name: value for name, value in record.items() if value is not None}


def _log(item: Record) -> Record:
    return _without_nulls(
        {
            "timestamp": _instant(item.get("timeUnixNano")) or _instant(item.get("observedTimeUnixNano")),
            "content": _value(item.get("body")),
            "loglevel": item.get("severityText") or None,
            "severity_number": item.get("severityNumber"),
            "trace_id": item.get("traceId") or None,
            "span_id": item.get("spanId") or None,
        }
    )


def _span(item: Record) -> Record:
    start, end = _instant(item.get("startTimeUnixNano")), _instant(item.get("endTimeUnixNano"))
    status = one(item.get("status") or {})
    both = type(start) is Timestamp and type(end) is Timestamp
    return _without_nulls(
        {
            "start_time": start,
            "end_time": end,
            "duration": Duration(end.nanos - start.nanos) if both else None,
            "trace.id": _uid(item.get("traceId")),
            "span.id": _uid(item.get("spanId")),
            "span.parent_id": _uid(item.get("parentSpanId")),
            "span.name": item.get("name"),
            "span.kind": _named(_KINDS, item.get("kind"), "SPAN_KIND_"),
            "span.status_code": _named(_STATUSES, status.get("code"), "STATUS_CODE_"),
            "span.status_message": status.get("message") or None,
            "span.events": [_event(one(event)) for event in _list(item, "events")] or None,
            "span.links": [_link(one(link)) for link in _list(item, "links")] or None,
        }
    )


def _event(event: Record) -> Record:
    record: Record = {"timestamp": _instant(event.get("timeUnixNano")), "span_event.name": event.get("name")}
    _add(record, "attribute", event)
    return record


def _link(link: Record) -> Record:
    record: Record = {"trace.id": _uid(link.get("traceId")), "span.id": _uid(link.get("spanId"))}
    _add(record, "attribute", link)
    return record


LOGS = Shape("OTLP logs", _find("resourceLogs", "scopeLogs", "logRecords", _log))
SPANS = Shape("OTLP spans", _find("resourceSpans", "scopeSpans", "spans", _span))
