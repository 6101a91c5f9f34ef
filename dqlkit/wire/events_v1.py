"""The feed of the Events API v1: `{"events": […]}` with or without paging members, and its events by themselves.

Times are epoch milliseconds and become timestamps. An open event has no end; some answers write -1 for that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dqlkit.types.values import Value
from dqlkit.wire.bizevents import json_of, numbered
from dqlkit.wire.instants import from_millis, to_millis
from dqlkit.wire.shape import Json, Place, Record, Shape, present

__all__ = ["EVENT", "SHAPE", "TIMES", "with_millis", "with_times"]

_ENVELOPE = {"events", "from", "to", "totalEventCount", "nextCursor", "nextEventStartTms", "nextEventId"}
TIMES = ("startTime", "endTime")


def with_times(event: Mapping[str, Json]) -> Record:
    """An event whose start and end are timestamps."""
    times: Record = {name: from_millis(event[name]) for name in TIMES if name in event}
    if event.get("endTime") == -1:
        times["endTime"] = None
    return {**event, **times}


def with_millis(event: Mapping[str, Value]) -> dict[str, Json]:
    """The same event with its times in milliseconds, -1 for the end of one that is open."""
    written = {name: to_millis(value) if name in TIMES else json_of(value) for name, value in event.items()}
    return {**written, "endTime": -1} if written.get("endTime") is None and "startTime" in written else written


def _find(document: Json) -> Place | None:
    if type(document) is not dict or type(document.get("events")) is not list or not document.keys() <= _ENVELOPE:
        return None
    return Place(("events",), numbered(with_times), present(document, "nextCursor"), declared=frozenset(TIMES))


def _find_event(document: Json) -> Place | None:
    if type(document) is not dict or not document.keys() >= EVENT.members or type(document["eventId"]) is not int:
        return None
    return _EVENT


_EVENT = Place((), numbered(with_times), declared=frozenset(TIMES))


def _write_events(records: Sequence[Mapping[str, Value]]) -> Json:
    return [with_millis(record) for record in records]


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    return {"events": _write_events(records)}


SHAPE = Shape("Events API v1 feed", _find, _write)
EVENT = Shape(
    "Events API v1 event",
    _find_event,
    _write_events,
    members=frozenset({"eventId", "startTime", "eventType", "eventStatus"}),
)
