"""Events as the Events API takes them, and as Grail keeps them: Davis events of the table `events`.

| Events API v2 | Grail |
| --- | --- |
| `eventId` | `event.id` |
| `eventType`, `title` | `event.type`, `event.name` |
| `startTime`, `endTime`, `timeout` | `event.start`, `event.end` |
| `status` | `event.status`: ACTIVE, CLOSED |
| `entityId` | `dt.source_entity`, `dt.source_entity.type` |
| `correlationId` | `dt.davis.correlation_id` |
| `properties` | fields of their own |

An event ends when its time is over; whether it is open is told when it is read. The store knows no entities: one that
an `entitySelector` names by its id is taken at its word, any other selector stands for one entity of its type, whose id is
made of the selector [decided]; so whoever reports something for it finds it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from dqlkit.frozen import frozen
from dqlkit.languages.selector.parse import parse
from dqlkit.languages.selector.select import entities
from dqlkit.languages.selector.tree import Criterion, Selector, Text
from dqlkit.serve.fault import Fault
from dqlkit.types.units import DAY, HOUR, MINUTE
from dqlkit.types.values import LONG_MAX, Timestamp, Value
from dqlkit.wire.shape import Record, beside

__all__ = ["ENVIRONMENT", "TYPES", "EventType", "entity_type", "named_entities", "read_event", "report"]

ENVIRONMENT = "ENVIRONMENT-0000000000000001"
_KIND, _PROVIDER = "DAVIS_EVENT", "EVENTS_REST_API_INGEST"


@frozen
class EventType:
    """A type that may be reported: its severity, whether it opens a problem, how far in the past and ahead it may begin."""

    display: str
    severity: str
    problem: bool = False
    ahead: int = 7 * DAY

    @property
    def past(self) -> int:
        return 6 * HOUR if self.problem else 30 * DAY


_SOON = 5 * MINUTE
TYPES: Mapping[str, EventType] = {
    "AVAILABILITY_EVENT": EventType("Availability event", "AVAILABILITY", True, _SOON),
    "CUSTOM_ALERT": EventType("Custom alert", "CUSTOM_ALERT", True, _SOON),
    "CUSTOM_ANNOTATION": EventType("Custom annotation", "INFO"),
    "CUSTOM_CONFIGURATION": EventType("Custom configuration", "INFO"),
    "CUSTOM_DEPLOYMENT": EventType("Custom deployment", "INFO"),
    "CUSTOM_INFO": EventType("Custom info", "INFO"),
    "ERROR_EVENT": EventType("Error event", "ERROR", True, _SOON),
    "MARKED_FOR_TERMINATION": EventType("Marked for termination", "INFO"),
    "PERFORMANCE_EVENT": EventType("Performance event", "PERFORMANCE", True, _SOON),
    "RESOURCE_CONTENTION_EVENT": EventType("Resource contention event", "RESOURCE_CONTENTION", True, _SOON),
    "WARNING": EventType("Warning", "INFO", False, _SOON),
}

#: The fields of a stored event that are no properties.
_OWN = {
    "timestamp", "event.kind", "event.provider", "event.id", "event.type", "event.name", "event.start", "event.end",
    "event.status", "dt.source_entity", "dt.source_entity.type", "dt.davis.correlation_id", "dt.openpipeline.source",
}  # fmt: skip


def report(
    type: str,
    title: str,
    entity: str,
    start: Timestamp,
    end: Timestamp,
    properties: Mapping[str, str],
    moment: Timestamp,
) -> Record:
    """An event as Grail keeps it. The same one again, while it lasts, has the same correlation id."""
    said = "\0".join([type, title, entity, *(f"{name}\1{properties[name]}" for name in sorted(properties))])
    correlation = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    number = int.from_bytes(
        hashlib.sha256(f"{said}\2{start.nanos}".encode("utf-8", "surrogatepass")).digest()[:8], "big", signed=True
    )
    record: Record = {
        "timestamp": moment,
        "event.kind": _KIND,
        "event.provider": _PROVIDER,
        "event.id": f"{number}_{start.nanos // 1_000_000}",
        "event.type": type,
        "event.name": title,
        "event.start": start,
        "event.end": end,
        "event.status": "ACTIVE" if end.nanos > moment.nanos else "CLOSED",
        "dt.source_entity": entity,
        "dt.source_entity.type": entity_type(entity).lower(),
        "dt.davis.correlation_id": correlation,
        "dt.openpipeline.source": "events/ingest",
    }
    for name, value in properties.items():
        record[beside(record, "properties", name)] = value
    return record


def read_event(record: Mapping[str, Value], now: Timestamp) -> Record:
    """A stored event as `wire.events_v2` has events."""
    end = record.get("event.end")
    is_open = type(end) is Timestamp and end.nanos > now.nanos
    entity = str(record.get("dt.source_entity") or ENVIRONMENT)
    properties = [
        {"key": name.removeprefix("properties."), "value": str(value)}
        for name, value in record.items()
        if name not in _OWN and value is not None
    ]
    return {
        "eventId": record["event.id"],
        "startTime": record["event.start"],
        "endTime": None if is_open else end,
        "eventType": record["event.type"],
        "title": record.get("event.name"),
        "entityId": {"entityId": {"id": entity, "type": entity_type(entity)}},
        "properties": properties,
        "status": "OPEN" if is_open else "CLOSED",
        "correlationId": record.get("dt.davis.correlation_id"),
        "entityTags": [],
        "managementZones": [],
        "underMaintenance": False,
        "suppressAlert": False,
        "suppressProblem": False,
        "frequentEvent": False,
    }


def entity_type(entity: str) -> str:
    """The type that the id of an entity begins with."""
    return entity.rpartition("-")[0] or entity


def named_entities(selector: str | None, now: Timestamp, *, path: str) -> list[str]:
    """The entities that a selector stands for. Raises a `Fault` for one that is wrong."""
    if not selector:
        return [ENVIRONMENT]
    found = entities(selector, now)
    if found.errors:
        violation = {
            "path": path,
            "message": found.errors[0].message,
            "parameterLocation": "PAYLOAD_BODY",
            "location": None,
        }
        raise Fault(400, "Constraints violated.", details={"constraintViolations": [violation]})
    tree = parse(selector).tree
    assert isinstance(tree, Selector)
    named = {one.name: one.arguments for one in tree.criteria if isinstance(one, Criterion)}
    ids = [argument.value for argument in named.get("entityId", ()) if isinstance(argument, Text)]
    if ids:
        return list(dict.fromkeys(ids))
    (kind,) = (argument.value for argument in named["type"] if isinstance(argument, Text))
    return [f"{kind.upper()}-{hashlib.sha256(selector.encode()).hexdigest()[:16].upper()}"]


def bounded(start: Timestamp, minutes: int) -> Timestamp:
    """The end of an event that lasts so many minutes."""
    return Timestamp(min(start.nanos + minutes * MINUTE, LONG_MAX))


def columns(properties: Sequence[tuple[str, str, bool, bool]]) -> list[dict[str, Any]]:
    """Properties of events as the API describes them."""
    return [
        {"key": key, "displayName": name, "description": name, "writable": writable, "filterable": filterable}
        for key, name, writable, filterable in properties
    ]
