"""Events API v1: the feed, and reporting events. Both speak of the same events as v2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dqlkit.serve.envelopes import classic
from dqlkit.serve.events import ENVIRONMENT, TYPES, bounded, report
from dqlkit.serve.events_v2 import keyed, millis_time, stored_events, unkeyed, violated
from dqlkit.serve.fault import Answer, Fault, answer
from dqlkit.serve.route import Api, Call
from dqlkit.serve.server import now
from dqlkit.types.units import DAY, HOUR, MINUTE
from dqlkit.types.values import Timestamp
from dqlkit.wire.instants import to_millis
from dqlkit.wire.shape import Json, Record

__all__ = ["API"]

API = Api("Events API v1", classic, ("/api/v1",))
#: So many events an answer has, and so long before now the feed begins; both as the older page says.
_PAGE, _WINDOW = 500, HOUR
_LONGEST = 2 * 365 * DAY
_RELATIVE = {
    "min": MINUTE, "5mins": 5 * MINUTE, "10mins": 10 * MINUTE, "15mins": 15 * MINUTE, "30mins": 30 * MINUTE, "hour": HOUR,
    "2hours": 2 * HOUR, "6hours": 6 * HOUR, "day": DAY, "3days": 3 * DAY, "week": 7 * DAY, "month": 30 * DAY,
}  # fmt: skip


@API.route("GET", "/api/v1/events", scopes=("DataExport", "events.read"))
async def feed(call: Call) -> Answer:
    """The feed of events."""
    asked = unkeyed(call.query["cursor"], "cursor", ("from", "to")) if call.query.get("cursor") else _asked(call.query)
    start, end = Timestamp(asked["from"]), Timestamp(asked["to"])
    found = await call.server.apart(stored_events, call.server, now(), start, end)
    meant = [_entry(event) for event in found]
    meant = [one for one in meant if asked.get("eventType") in (None, one["eventType"])]
    meant = [one for one in meant if asked.get("entityId") in (None, one["entityId"])]
    offset = asked["offset"]
    more = (
        {"nextCursor": keyed({**asked, "offset": offset + _PAGE})}
        if offset + _PAGE < len(meant)
        else {"nextCursor": None}
    )
    told = {"events": meant[offset : offset + _PAGE], "from": to_millis(start), "to": to_millis(end)}
    return answer(200, {**told, "totalEventCount": len(meant), **more})


def _asked(query: Mapping[str, str]) -> dict[str, Any]:
    moment = now()
    relative = query.get("relativeTime")
    if relative and relative not in _RELATIVE:
        raise violated(("relativeTime", f"must be one of {', '.join(_RELATIVE)}"))
    end = _millis(query, "to", moment.nanos)
    start = _millis(query, "from", end - (_RELATIVE[relative] if relative else _WINDOW))
    if start > end:
        raise violated(("from", "must not be after `to`"))
    if end - start > _LONGEST:
        raise violated(("from", "the timeframe must not be longer than two years"))
    kept = {name: query[name] for name in ("eventType", "entityId") if query.get(name)}
    return {**kept, "from": start, "to": end, "offset": 0, "pageSize": _PAGE, "now": moment.nanos}


def _millis(query: Mapping[str, str], name: str, otherwise: int) -> int:
    text = query.get(name)
    if not text:
        return otherwise
    if not text.isdecimal() or len(text) > 13:
        raise violated((name, "must be a number of milliseconds since 1970"))
    return int(text) * 1_000_000


def _entry(event: Record) -> dict[str, Any]:
    """An event of v2 as an entry of the feed."""
    entity = event["entityId"]["entityId"]
    number, _, _ = event["eventId"].rpartition("_")
    own = {one["key"]: one["value"] for one in event["properties"]}
    kind = TYPES.get(event["eventType"])
    end = event["endTime"]
    return {
        "eventId": int(number),
        "id": event["eventId"],
        "startTime": to_millis(event["startTime"]),
        "endTime": -1 if end is None else to_millis(end),
        "entityId": entity["id"],
        "entityName": None,
        "severityLevel": kind.severity if kind and kind.problem else "CUSTOM",
        "impactLevel": _impact(entity["type"]),
        "eventType": event["eventType"],
        "eventStatus": event["status"],
        "tags": None,
        "source": own.get("dt.event.source", "API"),
        "correlationId": event["correlationId"],
        "customProperties": {key: value for key, value in own.items() if not key.startswith("dt.")},
        **({"annotationDescription": own["dt.event.description"]} if "dt.event.description" in own else {}),
    }


def _impact(entity: str) -> str:
    if entity in ("SERVICE", "ENVIRONMENT"):
        return entity
    return "APPLICATION" if entity.startswith(("APPLICATION", "SYNTHETIC_TEST")) else "INFRASTRUCTURE"


# ---- reporting ------------------------------------------------------------------------------------------------------

_REQUIRED: Mapping[str, Sequence[str]] = {
    "CUSTOM_ANNOTATION": ("annotationType", "annotationDescription"),
    "CUSTOM_DEPLOYMENT": ("deploymentName", "deploymentVersion"),
    "CUSTOM_CONFIGURATION": ("description", "configuration"),
    "AVAILABILITY_EVENT": ("title",),
    "ERROR_EVENT": ("title",),
    "PERFORMANCE_EVENT": ("title",),
    "RESOURCE_CONTENTION": ("title",),
}
_V2 = {
    "AVAILABILITY": "AVAILABILITY_EVENT",
    "ERROR": "ERROR_EVENT",
    "PERFORMANCE": "PERFORMANCE_EVENT",
    "RESOURCE_CONTENTION": "RESOURCE_CONTENTION_EVENT",
}
_TIMEOUT, _MOST = 15, 120


@API.route("POST", "/api/v1/events", scopes=("DataExport", "events.ingest"))
async def reported(call: Call) -> Answer:
    """Report events."""
    asked, moment = _report(call.json), now()
    kind = _V2.get(asked["eventType"], asked["eventType"])
    start = millis_time(asked["start"]) if type(asked.get("start")) is int else moment
    minutes = asked["timeoutMinutes"] if type(asked.get("timeoutMinutes")) is int else _TIMEOUT
    end = millis_time(asked["end"]) if type(asked.get("end")) is int else bounded(start, min(minutes, _MOST))
    properties = {
        name: value if type(value) is str else str(value)
        for name, value in (asked.get("customProperties") or {}).items()
    }
    properties["dt.event.source"] = asked["source"]
    told = asked.get("description") or asked.get("annotationDescription")
    if told:
        properties["dt.event.description"] = str(told)
    title = str(asked.get("title") or asked.get("deploymentName") or asked.get("annotationType") or told or kind)
    records = [
        report(kind, title, entity, start, end, properties, moment) for entity in _attached(asked["attachRules"])
    ]
    await call.server.keep("events", records)
    problem = kind in TYPES and TYPES[kind].problem
    numbers = [int(one["event.id"].rpartition("_")[0]) for one in records]
    return answer(
        200,
        {
            "storedEventIds": [] if problem else numbers,
            "storedIds": [] if problem else [one["event.id"] for one in records],
            "storedCorrelationIds": [one["dt.davis.correlation_id"] for one in records] if problem else [],
        },
    )


def _report(body: Json) -> dict[str, Any]:
    if type(body) is not dict:
        raise Fault(400, "The body has to be a JSON object.")
    kind = body.get("eventType")
    wrong = [(name, "must not be null") for name in ("eventType", "source", "attachRules") if not body.get(name)]
    wrong += [
        (name, f"must not be null for {kind}")
        for name in _REQUIRED.get(str(_V2.get(str(kind), kind)), ())
        if not body.get(name)
    ]
    if type(kind) is str and _V2.get(kind, kind) not in TYPES:
        wrong.append(("eventType", f"must be one of {', '.join([*TYPES, *_V2])}"))
    rules = body.get("attachRules")
    if rules and not (type(rules) is dict and (rules.get("entityIds") or rules.get("tagRule"))):
        wrong.append(("attachRules", "must have `entityIds` or `tagRule`"))
    if wrong:
        raise violated(*wrong, where="PAYLOAD_BODY")
    return body


def _attached(rules: Mapping[str, Any]) -> list[str]:
    """The entities that rules name: ids, and for rules over tags the environment, since the store knows no tags."""
    ids = rules.get("entityIds") or []
    named = [ids] if type(ids) is str else [one for one in ids if type(one) is str]
    return named or [ENVIRONMENT]
