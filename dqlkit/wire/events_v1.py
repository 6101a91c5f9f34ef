"""The feed of the Events API v1: `{"events": […]}` with or without paging members. Its times are epoch milliseconds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dqlkit.sources.instants import epoch_millis
from dqlkit.types.values import Value
from dqlkit.wire.export import Export
from dqlkit.wire.plain import objects

__all__ = ["EXPORT", "with_times"]

_ENVELOPE = {"events", "from", "to", "totalEventCount", "nextCursor", "nextEventStartTms", "nextEventId"}


def _matches(document: Any) -> bool:
    return type(document) is dict and type(document.get("events")) is list and document.keys() <= _ENVELOPE


def with_times(event: dict[str, Any]) -> dict[str, Value]:
    """An event whose start and end are timestamps. An open event has no end; some answers write -1 for that."""
    times: dict[str, Value] = {name: epoch_millis(event[name]) for name in ("startTime", "endTime") if name in event}
    if event.get("endTime") == -1:
        times["endTime"] = None
    return {**event, **times}


def _records(document: Any) -> Iterable[dict[str, Value]]:
    return [with_times(event) for event in objects(document["events"])]


EXPORT = Export("Events API v1 feed", _matches, _records)
