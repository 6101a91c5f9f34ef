"""Business events ingest: `POST …/api/v2/bizevents/ingest`.

JSON objects, one or an array, and CloudEvents: structured, in batches, and in binary mode (attributes in `ce-*` headers). What
is right of a request is stored, even where something else in it is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from dqlkit.errors import SourceError
from dqlkit.serve.envelopes import ingest as envelope
from dqlkit.serve.fault import Answer, Fault, encoded
from dqlkit.serve.route import Api, Call
from dqlkit.serve.server import now, random_id, random_ids
from dqlkit.store.packing import MANY, Block, blocks
from dqlkit.types.values import LONG_MAX, LONG_MIN, Timestamp, Value
from dqlkit.wire import cloudevents
from dqlkit.wire.bizevents import ingested, ingested_columns
from dqlkit.wire.instants import ingest_time
from dqlkit.wire.shape import Json, Record, described

__all__ = ["API", "storable"]

API = Api("Business events ingest", envelope, ("/api/v2/bizevents", "/platform/classic/environment-api/v2/bizevents"))
_EVENT = {"application/cloudevent+json", "application/cloudevents+json"}
_BATCH = {"application/cloudevent-batch+json", "application/cloudevents-batch+json"}
_NESTED = {list, dict}
_MANDATORY = ("specversion", "id", "source", "type")


@API.route(
    "POST",
    "/api/v2/bizevents/ingest",
    "/platform/classic/environment-api/v2/bizevents/ingest",
    scopes=("bizevents.ingest", "storage:events:write", "storage:bizevents:write"),
    body=5 * 1024 * 1024,
    statuses=(202,),
    takes={"application/json": {"type": ["object", "array"]}}
    | {content: {"type": "object", "required": _MANDATORY} for content in sorted(_EVENT)}
    | {content: {"type": "array", "items": {"required": _MANDATORY}} for content in sorted(_BATCH)},
)
async def ingest(call: Call) -> Answer:
    """Ingest business events: JSON objects, or CloudEvents."""
    items, read = _events(call)
    records, errors, moment = [], [], now()
    for index, item in enumerate(items):
        try:
            records.append(read(item))
        except SourceError as problem:
            errors.append(_error(index, item, problem.diagnostics[0].message))
    if call.server.dedupe:
        ids = [_id(record, of=read) for record in records]
        await call.server.keep("bizevents", [_stored(record, moment) for record in records], ids)
    elif len(records) < MANY:
        await call.server.keep("bizevents", [_stored(record, moment) for record in records])
    else:
        await call.server.keep_blocks("bizevents", [_stored_block(events, moment) for events in blocks(records)])
    if errors:
        raise Fault(400, "Some events are not valid.", body={"errors": errors})
    return Answer(202)


def _events(call: Call) -> tuple[list[Json], Callable[[Json], Record]]:
    """The events of a request, and how each is read."""
    content = call.content
    if "ce-specversion" in call.headers:
        return [_binary(call)], _cloud_event
    if content in _EVENT:
        return [call.json], _cloud_event
    if content in _BATCH:
        if type(call.json) is not list:
            raise Fault(400, f"Expected an array of CloudEvents, found {described(call.json)}.")
        return call.json, _cloud_event
    if content == "application/json":
        found = call.json
        return (found if type(found) is list else [found]), _plain
    known = ", ".join(["application/json", *sorted(_EVENT | _BATCH)])
    raise Fault(415, f"The content type {content!r} is not supported; {known} are.")


def _id(event: Record, of: Callable[[Json], Record]) -> str | None:
    """What tells whether an event was there before: source and id of a CloudEvent, the `event.id` that plain JSON gives."""
    given = event.get("event.id")
    source = event.get("event.provider") if of is _cloud_event else ""
    return None if given in (None, "") else f"{source}\0{given}"


def _binary(call: Call) -> Record:
    """A CloudEvent whose attributes are headers, and whose data is the body."""
    event: Record = {name[3:]: unquote(value) for name, value in call.headers.items() if name.startswith("ce-")}
    if call.content:
        event["datacontenttype"] = call.headers["content-type"]
    if not call.body:
        return event
    if call.content == "application/json" or call.content.endswith("+json"):
        return {**event, "data": call.json}
    if not call.content:  # what is not said is JSON, as CloudEvents have it
        with suppress(Fault):
            return {**event, "data": call.json}
    return {**event, "data": call.body.decode("utf-8", "replace")}


def _plain(item: Json) -> Record:
    if type(item) is not dict:
        raise SourceError.of("R103", f"expected an object, found {described(item)}")
    return item if "timestamp" in item or "time" not in item else {**item, "timestamp": item["time"]}


def _cloud_event(item: Json) -> Record:
    if type(item) is not dict:
        raise SourceError.of("R103", f"expected a CloudEvent, found {described(item)}")
    for name in _MANDATORY:
        if type(item.get(name)) is not str or not item[name]:
            raise SourceError.of(
                "R103", f"expected the attribute `{name}` of a CloudEvent, found {described(item.get(name))}"
            )
    return cloudevents.record_of(item)


def _stored(event: Record, moment: Timestamp) -> Record:
    """The event with the fields that ingest adds, and values as columns hold them."""
    record = storable(ingested(event, random_id, _text))
    given = record.get("timestamp")
    record["timestamp"] = moment if given is None else _timely(given, moment)
    return record


def _stored_block(events: Block, moment: Timestamp) -> Block:
    """The same for many events, by field."""
    found = ingested_columns(events.values, events.height, random_ids, _column)
    given = found.get("timestamp")
    times = [moment] * events.height if given is None else [_timely(one, moment) for one in given]
    return Block(events.height, {**found, "timestamp": times})


def _column(values: list[Value]) -> list[Value]:
    """The values of a field as columns hold them."""
    kinds = set(map(type, values))
    if not _NESTED.isdisjoint(kinds):
        values = [_text(value) if type(value) in _NESTED else value for value in values]
    return _whole(values) if int in kinds else values


def _timely(given: Value, moment: Timestamp) -> Timestamp:
    return given if type(given) is Timestamp else ingest_time(given, moment)


def _text(value: Json) -> str:
    """Compact JSON of what came as JSON."""
    return encoded(value).decode()


def storable(record: Record) -> Record:
    """The record without nulls; whole numbers beyond 64 bits are the nearest doubles, as everywhere."""
    for value in record.values():
        if value is None or (type(value) is int and not LONG_MIN <= value <= LONG_MAX):
            return {name: _double(value) for name, value in record.items() if value is not None}
    return record


def _whole(values: list[Value]) -> list[Value]:
    """The same for the values of a field, some of which are whole numbers."""
    whole = [value for value in values if type(value) is int]
    return [*map(_double, values)] if min(whole) < LONG_MIN or max(whole) > LONG_MAX else values


def _double(value: Any) -> Any:
    if type(value) is not int or LONG_MIN <= value <= LONG_MAX:
        return value
    try:
        return float(value)
    except OverflowError:
        return str(value)


def _error(index: int, item: Json, message: str) -> dict[str, Any]:
    named = {name: item[name] for name in ("id", "source") if type(item) is dict and type(item.get(name)) is str}
    return {"index": index, **named, "message": message}
