"""Events API v2: ingest, list, get, types and properties, under both roots; and OneAgent's local endpoint."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dqlkit.engines.polars.frame import Frame
from dqlkit.languages.selector.condition import All, Condition, Test
from dqlkit.languages.selector.moment import read_moment
from dqlkit.languages.selector.select import Selected, entities, events
from dqlkit.serve.envelopes import classic
from dqlkit.serve.events import TYPES, bounded, columns, named_entities, read_event, report
from dqlkit.serve.fault import Answer, Fault, answer
from dqlkit.serve.route import Api, Call, Handler
from dqlkit.serve.server import Server, now
from dqlkit.types.text import format_instant
from dqlkit.types.values import Timestamp
from dqlkit.wire import events_v2
from dqlkit.wire.shape import Json, Record

__all__ = ["API", "keyed", "millis_time", "stored_events", "unkeyed", "violated"]

_ROOTS = ("/api/v2", "/platform/classic/environment-api/v2")
API = Api("Events API v2", classic, ("/api/v2", "/platform/classic", "/v2/events"))
_READ = ("events.read", "environment-api:events:read", "storage:events:read")
_WRITE = ("events.ingest", "environment-api:events:write", "storage:events:write")
_LONGEST_TIMEOUT, _TIMEOUT = 360, 15
_PROPERTIES, _KEY, _VALUE = 100, 100, 4096
#: The parameter that chooses entities.
_ENTITIES = "entitySelector"
_MEMBERS: Mapping[str, type] = {
    "eventType": str, "title": str, "startTime": int, "endTime": int, "timeout": int, _ENTITIES: str, "properties": dict,
}  # fmt: skip
_JSON_TYPES = {str: "string", int: "integer", dict: "object"}
_BODY = {
    "application/json": {
        "type": "object",
        "properties": {name: {"type": _JSON_TYPES[kind]} for name, kind in _MEMBERS.items()}
        | {"eventType": {"enum": [*TYPES]}},
        "required": ["eventType", "title"],
    }
}
#: So many problems are remembered as open.
_OPEN = 10_000


def _route(method: str, path: str, scopes: tuple[str, ...], **more: Any) -> Callable[[Handler], Handler]:
    return API.route(method, *(root + path for root in _ROOTS), scopes=scopes, **more)


def violated(*violations: tuple[str, str], where: str = "QUERY") -> Fault:
    """What is wrong with parameters: their paths, each with a message."""
    told = [{"path": path, "message": text, "parameterLocation": where, "location": None} for path, text in violations]
    return Fault(400, "Constraints violated.", details={"constraintViolations": told})


# ---- ingest -------------------------------------------------------------------------------------------------------


@_route("POST", "/events/ingest", _WRITE, statuses=(201,), takes=_BODY)
async def ingest(call: Call) -> Answer:
    """Report an event."""
    asked, moment = _event(call.json), now()
    named = named_entities(asked.get(_ENTITIES), moment, path=_ENTITIES)
    kind = TYPES[asked["eventType"]]
    start = millis_time(asked["startTime"]) if "startTime" in asked else moment
    minutes = min(asked.get("timeout", _TIMEOUT), _LONGEST_TIMEOUT)
    end = millis_time(asked["endTime"]) if "endTime" in asked else bounded(start, minutes)
    early, late = moment.nanos - kind.past, moment.nanos + kind.ahead
    timely = early <= start.nanos <= late and end.nanos >= start.nanos
    properties = asked.get("properties", {})
    records = [
        report(
            asked["eventType"],
            asked["title"],
            entity,
            _begun(call.server, asked, entity, start, moment),
            end,
            properties,
            moment,
        )
        for entity in named
    ]
    if timely:
        await call.server.keep("events", records)
    status = "OK" if timely else "INVALID_TIMESTAMPS"
    results = [{"correlationId": one["dt.davis.correlation_id"], "status": status} for one in records]
    return answer(201, {"reportCount": len(results), "eventIngestResults": results})


@API.route("POST", "/v2/events/ingest", scopes=None, statuses=(201,), takes=_BODY)
async def ingest_locally(call: Call) -> Answer:
    """Report an event, as to OneAgent on the same machine."""
    if call.headers.get("content-encoding", "identity") != "identity":
        raise Fault(415, "Content compression is not supported here.")
    if call.server.access.required and not _is_local(call):
        raise Fault(403, "This endpoint is for this machine alone.")
    return await ingest(call)


def _is_local(call: Call) -> bool:
    return call.request.client in ("127.0.0.1", "::1")


def _begun(server: Server, asked: Mapping[str, Any], entity: str, start: Timestamp, moment: Timestamp) -> Timestamp:
    """When an event began. The same problem reported again, while it is open, goes on."""
    key = json.dumps([entity, {name: asked.get(name) for name in ("eventType", "title", "properties")}], sort_keys=True)
    begun, until = server.open_events.pop(key, (start, moment))
    goes_on = TYPES[asked["eventType"]].problem and "startTime" not in asked and until.nanos > moment.nanos
    first = begun if goes_on else start
    if TYPES[asked["eventType"]].problem:
        server.open_events[key] = (first, bounded(moment, min(asked.get("timeout", _TIMEOUT), _LONGEST_TIMEOUT)))
        if len(server.open_events) > _OPEN:
            del server.open_events[next(iter(server.open_events))]
    return first


def millis_time(value: int) -> Timestamp:
    """Milliseconds since 1970 as a time, as far as there are times."""
    return Timestamp(max(min(value, 9_000_000_000_000), -9_000_000_000_000) * 1_000_000)


def _event(body: Json) -> dict[str, Any]:
    """The members of a reported event, checked; what is null is not there."""
    if type(body) is not dict:
        raise Fault(400, "The body has to be a JSON object.")
    asked = {name: value for name, value in body.items() if value is not None}
    wrong = [
        (name, f"must be of type {kind.__name__}")
        for name, kind in _MEMBERS.items()
        if name in asked and type(asked[name]) is not kind
    ]
    wrong += [(name, "must not be null") for name in ("eventType", "title") if name not in asked]
    if type(asked.get("eventType")) is str and asked["eventType"] not in TYPES:
        wrong.append(("eventType", f"must be one of {', '.join(TYPES)}"))
    if type(asked.get("timeout")) is int and asked["timeout"] < 0:
        wrong.append(("timeout", "must not be negative"))
    wrong += _wrong_properties(asked.get("properties"))
    if wrong:
        raise violated(*wrong, where="PAYLOAD_BODY")
    if "properties" in asked:
        asked["properties"] = {
            name: value if type(value) is str else json.dumps(value)
            for name, value in asked["properties"].items()
            if value is not None
        }
    return asked


def _wrong_properties(properties: Json) -> list[tuple[str, str]]:
    if type(properties) is not dict:
        return []
    wrong = []
    if len(properties) > _PROPERTIES:
        wrong.append(("properties", f"must not have more than {_PROPERTIES} entries"))
    for name, value in properties.items():
        if len(name) > _KEY:
            wrong.append((f"properties.{name[:_KEY]}", f"the key must not have more than {_KEY} characters"))
        if type(value) is str and len(value) > _VALUE:
            wrong.append((f"properties.{name[:_KEY]}", f"must not have more than {_VALUE} characters"))
        if type(value) in (dict, list):
            wrong.append((f"properties.{name[:_KEY]}", "must be a text"))
    return wrong


# ---- list ---------------------------------------------------------------------------------------------------------


@_route("GET", "/events", _READ)
async def listed(call: Call) -> Answer:
    """The events of a timeframe."""
    asked = _page(call.query, ("pageSize", "from", "to", "eventSelector", _ENTITIES), 1000)
    moment = Timestamp(asked["now"])
    start, end = _bound(asked, "from", "now-2h", moment), _bound(asked, "to", "now", moment)
    if start.nanos > end.nanos:
        raise violated(("from", "must not be after `to`"))
    holds = _meant(asked, moment)
    found = await call.server.apart(stored_events, call.server, moment, start, end)
    meant = [event for event in found if holds(event)]
    return answer(200, _paged(meant, asked, events_v2.SHAPE.write))  # type: ignore[arg-type]


@_route("GET", "/events/{event}", _READ)
async def one(call: Call) -> Answer:
    """One event."""
    wanted, moment = call.path["event"], now()
    found = None
    if re.fullmatch(r"-?\d{1,20}_-?\d{1,20}", wanted):
        found = await call.server.apart(stored_events, call.server, moment, None, None, wanted)
    if not found:
        raise Fault(404, f"Event with ID {wanted} not found.")
    assert events_v2.SHAPE.write is not None
    return answer(200, events_v2.SHAPE.write(found[:1])["events"][0])


def stored_events(
    server: Server, moment: Timestamp, start: Timestamp | None, end: Timestamp | None, id: str | None = None
) -> list[Record]:
    """The events of a time, as `wire.events_v2` has them, the latest first; of those reported again, the last report."""
    conditions = ['event.kind == "DAVIS_EVENT"']
    if start is not None and end is not None:
        conditions += [
            f'event.start <= toTimestamp("{format_instant(end)}")',
            f'event.end >= toTimestamp("{format_instant(start)}")',
        ]
    if id is not None:
        conditions.append(f'event.id == "{id}"')
    result = server.session().start(f"fetch events | filter {' and '.join(conditions)}", max_records=None).result()
    rows = Frame(result.data.lazy(), result.schema).records_of(result.data)
    latest: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        known = latest.get(row["event.id"])
        if known is None or known["timestamp"].nanos <= row["timestamp"].nanos:
            latest[row["event.id"]] = row
    found = [read_event(row, moment) for row in latest.values()]
    return sorted(found, key=lambda event: (-event["startTime"].nanos, event["eventId"]))


def _meant(asked: Mapping[str, Any], moment: Timestamp) -> Callable[[Record], bool]:
    """Whether an event meets both selectors."""
    of_events = _selected(asked, "eventSelector", events, moment)
    of_entities = _selected(asked, _ENTITIES, entities, moment)
    if of_events is not None:
        for key in _properties(of_events.condition):
            if key in _UNFILTERABLE:
                raise violated(("eventSelector", f"the property {key} is not filterable"))
    own = named_entities(asked.get(_ENTITIES), moment, path=_ENTITIES) if of_entities else []
    event_holds = of_events.predicate() if of_events else lambda _: True
    entity_holds = of_entities.predicate() if of_entities else lambda _: True

    def holds(event: Record) -> bool:
        entity = event["entityId"]["entityId"]["id"]
        return event_holds(_with_properties(event)) and (entity in own or entity_holds({"id": entity}))

    return holds


def _with_properties(event: Record) -> Record:
    return {**{one["key"]: one["value"] for one in event["properties"]}, **event}


def _selected(
    asked: Mapping[str, Any], name: str, select: Callable[[str, Timestamp], Selected], moment: Timestamp
) -> Selected | None:
    if not asked.get(name):
        return None
    found = select(asked[name], moment)
    if found.errors:
        first = found.errors[0]
        raise violated((name, f"{first.message}. {first.help}".strip()))
    return found


def _properties(condition: Condition) -> list[str]:
    """The keys of properties that a condition reads."""
    if isinstance(condition, All):
        return [key for part in condition.parts for key in _properties(part)]
    return [condition.paths[0][0]] if isinstance(condition, Test) and len(condition.paths) == 2 else []


def _bound(asked: Mapping[str, Any], name: str, otherwise: str, moment: Timestamp) -> Timestamp:
    found = read_moment(asked.get(name) or otherwise, moment)
    if found is None:
        raise violated((name, "must be milliseconds since 1970, a time in ISO-8601, or relative such as now-2h"))
    return found


# ---- pages --------------------------------------------------------------------------------------------------------


def _page(query: Mapping[str, str], names: Sequence[str], most: int) -> dict[str, Any]:
    """What is asked for: the parameters, or those that the key of the next page carries, which comes alone."""
    given = {name: query[name] for name in names if query.get(name)}
    key = query.get("nextPageKey")
    if key:
        if given:
            raise violated(("nextPageKey", f"must come alone; leave out {', '.join(given)}"))
        return unkeyed(key)
    size = given.get("pageSize", "100")
    if not size.isdecimal() or not 1 <= int(size) <= most:
        raise violated(("pageSize", f"must be a number from 1 to {most}"))
    return {**given, "pageSize": int(size), "offset": 0, "now": now().nanos}


def keyed(asked: Mapping[str, Any]) -> str:
    """What is asked for as a key."""
    return base64.urlsafe_b64encode(json.dumps(asked, separators=(",", ":")).encode()).decode().rstrip("=")


def unkeyed(key: str, name: str = "nextPageKey", more: Sequence[str] = ()) -> dict[str, Any]:
    """What a key carries. Raises a `Fault` for one that is none."""
    try:
        found = json.loads(base64.urlsafe_b64decode(key.encode() + b"=" * (-len(key) % 4)))
        if type(found) is dict and all(type(found.get(one)) is int for one in ("pageSize", "offset", "now", *more)):
            return found
    except ValueError:
        pass
    raise violated((name, "is not a key that this server gave"))


def _paged(
    found: Sequence[Any], asked: Mapping[str, Any], write: Callable[[Sequence[Any]], dict[str, Any]]
) -> dict[str, Any]:
    size, offset = asked["pageSize"], asked["offset"]
    page = {**write(found[offset : offset + size]), "totalCount": len(found), "pageSize": size}
    if offset + size < len(found):
        page["nextPageKey"] = keyed({**asked, "offset": offset + size})
    return page


# ---- types and properties -----------------------------------------------------------------------------------------


def _type_infos() -> list[dict[str, Any]]:
    own = [
        {"type": name, "displayName": kind.display, "severityLevel": kind.severity, "description": kind.display}
        for name, kind in TYPES.items()
    ]
    return sorted([*own, *_BUILT_IN], key=lambda info: str(info["type"]))


_BUILT_IN = [
    {"type": type, "displayName": name, "severityLevel": severity, "description": text}
    for type, name, severity, text in (
        (
            "APPLICATION_ERROR_RATE_INCREASED",
            "JavaScript error rate increase",
            "ERROR",
            "JavaScript error rate increase",
        ),
        ("APPLICATION_SLOWDOWN", "Application slowdown", "PERFORMANCE", "User action duration degradation"),
        ("APPLICATION_UNEXPECTED_HIGH_LOAD", "Application high traffic", "PERFORMANCE", "Unexpected high traffic"),
        ("APPLICATION_UNEXPECTED_LOW_LOAD", "Application low traffic", "AVAILABILITY", "Unexpected low traffic"),
        ("OSI_HIGH_CPU", "High CPU", "RESOURCE_CONTENTION", "CPU saturation"),
        ("OSI_HIGH_MEMORY", "High memory", "RESOURCE_CONTENTION", "Memory saturation"),
        ("PROCESS_RESTART", "Process restart", "INFO", "Process restart"),
        ("SERVICE_ERROR_RATE_INCREASED", "Failure rate increase", "ERROR", "Failure rate increase"),
        ("SERVICE_SLOWDOWN", "Response time degradation", "PERFORMANCE", "Response time degradation"),
    )
]
_WRITABLE = (
    "allow_davis_merge", "allow_entity_remapping", "description", "deployment.ci_back_link", "deployment.name",
    "deployment.release_build_version", "deployment.release_product", "deployment.release_stage",
    "deployment.remediation_action_link", "deployment.version", "preferred_entity_type", "timeout", "title",
)  # fmt: skip
_READ_ONLY = ("group_label", "impact_level", "is_rootcause_relevant")
_PROPERTY_INFOS = columns(
    [
        ("dt.event.baseline.service_method", "Baseline service method", False, False),
        ("dt.event.baseline.total_load", "Baseline total load", False, False),
        *((f"dt.event.{key}", key.replace("_", " ").replace(".", " ").capitalize(), True, True) for key in _WRITABLE),
        *((f"dt.event.{key}", key.replace("_", " ").capitalize(), False, True) for key in _READ_ONLY),
    ]
)
_UNFILTERABLE = {info["key"] for info in _PROPERTY_INFOS if not info["filterable"]}


def _catalogue(path: str, member: str, key: str, what: str, infos: list[dict[str, Any]]) -> None:
    """The routes of a list that is always the same, and of each of its items."""

    async def all_of_them(call: Call) -> Answer:
        return answer(200, _paged(infos, _page(call.query, ("pageSize",), 500), lambda page: {member: page}))

    async def one_of_them(call: Call) -> Answer:
        found = next((info for info in infos if info[key] == call.path["key"]), None)
        if found is None:
            raise Fault(404, f"There is no {what} {call.path['key']!r}.")
        return answer(200, found)

    all_of_them.__doc__, one_of_them.__doc__ = f"All {what}s.", f"One {what}."
    _route("GET", path, _READ)(all_of_them)
    _route("GET", f"{path}/{{key}}", _READ)(one_of_them)


_catalogue("/eventTypes", "eventTypeInfos", "type", "event type", _type_infos())
_catalogue("/eventProperties", "eventProperties", "key", "event property", _PROPERTY_INFOS)
