"""The list of the Events API v2, `{"events": […], "totalCount": …}`, its pages, and one event as `GET events/{id}` has it.

Times are epoch milliseconds. The `properties` list becomes fields named by its keys, as the platform stores them; a key
whose name is taken becomes `properties.<key>`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dqlkit.types.values import Value
from dqlkit.wire.bizevents import json_of, numbered
from dqlkit.wire.events_v1 import TIMES, with_millis, with_times
from dqlkit.wire.shape import Json, Place, Record, Shape, beside, present

__all__ = ["EVENT", "SHAPE"]

_PREFIX = "properties"

#: The members of an event; every other field is one of its properties.
_ATTRIBUTES = (
    "eventId", "startTime", "endTime", "eventType", "title", "entityId", "properties", "status", "correlationId",
    "entityTags", "managementZones", "underMaintenance", "suppressAlert", "suppressProblem", "frequentEvent",
)  # fmt: skip


def _find(document: Json) -> Place | None:
    if type(document) is not dict or type(document.get("events")) is not list:
        return None
    if "totalCount" not in document and "pageSize" not in document:
        return None
    return Place(("events",), numbered(_record), present(document, "nextPageKey"), declared=frozenset(TIMES))


def _find_event(document: Json) -> Place | None:
    if type(document) is not dict or not document.keys() >= EVENT.members or type(document["eventId"]) is not str:
        return None
    return _EVENT


def _record(event: Record) -> Record:
    record = with_times(event)
    if not _is_property_list(event.get(_PREFIX)):
        return record
    for item in record.pop(_PREFIX):
        record[beside(record, _PREFIX, item["key"])] = item["value"]
    return record


_EVENT = Place((), numbered(_record), declared=frozenset(TIMES))


def _is_property_list(value: Json) -> bool:
    return type(value) is list and all(
        type(item) is dict and item.keys() == {"key", "value"} and type(item["key"]) is str for item in value
    )


def _write_events(records: Sequence[Mapping[str, Value]]) -> list[Json]:
    return [_event(record) for record in records]


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    events = _write_events(records)
    return {"totalCount": len(events), "pageSize": len(events), "events": events, "warnings": []}


def _event(record: Mapping[str, Value]) -> dict[str, Json]:
    own = with_millis({name: value for name, value in record.items() if name in _ATTRIBUTES})
    properties = [
        {"key": name.removeprefix(f"{_PREFIX}."), "value": json_of(value)}
        for name, value in record.items()
        if name not in _ATTRIBUTES and value is not None
    ]
    own.setdefault(_PREFIX, properties)
    return {name: own[name] for name in _ATTRIBUTES if name in own}


SHAPE = Shape("Events API v2 list", _find, _write)
EVENT = Shape(
    "Events API v2 event",
    _find_event,
    _write_events,
    members=frozenset({"eventId", "startTime", "endTime", "eventType"}),
)
