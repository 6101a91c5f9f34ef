"""AppDynamics Analytics Events API: schemas of event types, publishing, and ADQL queries.

Media types name the version, `application/vnd.appd.events+json;v=2`; clients write them in many ways, and what a body is decides,
not what it is called. Rates are limited as the vendor limits them, per account and per key.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any, get_args

from dqlkit.api import Query
from dqlkit.errors import DqlkitError
from dqlkit.frozen import frozen, replace
from dqlkit.languages.adql.schema import EventSchema, FieldType
from dqlkit.languages.adql.tree import Query as Tree
from dqlkit.limits import Limits
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.project import Project
from dqlkit.plan.walk import operators
from dqlkit.regex import regex
from dqlkit.serve.coercion import coerced
from dqlkit.serve.envelopes import analytics
from dqlkit.serve.fault import Answer, Fault, answer
from dqlkit.serve.request import Request
from dqlkit.serve.route import Api, Call
from dqlkit.serve.server import EventTypes, Server, now
from dqlkit.store.layout import EVENT_TYPES
from dqlkit.types.text import parse_instant
from dqlkit.types.values import LONG_MAX, Timestamp
from dqlkit.wire.analytics import answer as answered
from dqlkit.wire.shape import Json, Record, described

__all__ = ["API"]


def _key(request: Request) -> str | None:
    """The key; none where the account is not named."""
    return request.headers.get("x-events-api-key") if request.headers.get("x-events-api-accountname") else None


API = Api("Analytics Events", analytics, ("/events",), _key)
_JSON, _TEXT = "application/vnd.appd.events+json", "application/vnd.appd.events+text"
_TAKEN = {_JSON: {"type": "array"}}
_MANAGE, _PUBLISH, _QUERY = ("analytics.manage",), ("analytics.publish",), ("analytics.query",)
_SCHEMA = "/events/schema/{name}"
_LARGEST = 1 << 20
_IMPLICIT = {"eventTimestamp": "date", "pickupTimestamp": "date"}
_NAME = regex(r"[A-Za-z][A-Za-z0-9_]{0,254}")
_FIELDS = 1500
_QUERIES, _ROWS, _MOST_ROWS, _BATCH = 20, 100, 10_000, 1000
_SECONDS = 300.0


# ---- what holds for all requests ------------------------------------------------------------------------------------


def _checked(call: Call, *contents: str) -> None:
    """Raise a `Fault` for what the client may not send or does not want, and where it asks too often."""
    _rates(call)
    accept = call.headers.get("accept", "")
    wanted = [one.partition(";")[0].strip().lower() for one in accept.split(",")]
    if accept and not {"*/*", "application/*", "application/json", _JSON, ""} & set(wanted):
        raise Fault(406, f"The Accept header was not {_JSON};v=2.")
    if contents and call.content not in contents:
        raise Fault(415, f"The Content-Type header was not {contents[0]};v=2.")


_PER_ACCOUNT, _PER_KEY, _SEARCHES = 450, 145, 200


def _rates(call: Call) -> None:
    if call.server.rates is not None:
        call.server.rates.count("account", call.headers.get("x-events-api-accountname", ""), _PER_ACCOUNT)
        call.server.rates.count("key", call.headers.get("x-events-api-key", ""), _PER_KEY)


def _json(call: Call) -> Json:
    try:
        return call.json
    except Fault as fault:
        raise Fault(400, fault.message, "Invalid.Json") from None


# ---- schemas ------------------------------------------------------------------------------------------------------


def schemas(server: Server) -> dict[str, dict[str, str]]:
    """The declared event types with their fields."""
    return {name: json.loads(text) for name, text in server.store.documents("schema").items()}


def _schema(server: Server, name: str) -> dict[str, str]:
    text = server.store.documents("schema").get(name)
    if text is None:
        raise Fault(404, f"There is no event type {name!r}.", "Missing.EventType")
    found: dict[str, str] = json.loads(text)
    return found


async def _keep(server: Server, name: str, fields: Mapping[str, str] | None) -> None:
    await server.done(server.store.keep("schema", name, None if fields is None else json.dumps(fields)))


@API.route("POST", _SCHEMA, scopes=_MANAGE, statuses=(201,), takes={_JSON: {"type": "object", "required": ["schema"]}})
async def create_schema(call: Call) -> Answer:
    """Declare an event type; with `X-HTTP-Method-Override: PATCH`, change one."""
    if call.headers.get("x-http-method-override", "").upper() == "PATCH":
        return await change_schema(call)
    _checked(call, _JSON, "application/json")
    name, body = call.path["name"], _json(call)
    fields = body.get("schema") if type(body) is dict else None
    if type(fields) is not dict:
        raise Fault(
            400, f"Expected an object `schema` with fields and types, found {described(fields)}.", "Invalid.Schema"
        )
    if not _NAME.fullmatch(name):
        raise Fault(400, f"An event type cannot be called {name!r}.", "Invalid.Schema")
    declared = _declared(fields)
    if name in call.server.store.documents("schema"):
        raise Fault(409, f"There is an event type {name!r} already.", "Conflict.EventType")
    await _keep(call.server, name, declared)
    return Answer(201)


def _declared(fields: Mapping[str, Json]) -> dict[str, str]:
    """Fields with their types, checked."""
    found: dict[str, str] = {}
    if len(fields) > _FIELDS:
        raise Fault(400, f"Expected at most {_FIELDS} fields, found {len(fields)}.", "Invalid.Schema")
    for name, written in fields.items():
        kind = written.get("type") if type(written) is dict else written
        if not _NAME.fullmatch(name):
            raise Fault(400, f"A field cannot be called {name!r}.", "Invalid.Schema")
        if name in _IMPLICIT:
            raise Fault(400, f"Every event type has {name!r}; leave it out.", "Invalid.Schema")
        if kind not in get_args(FieldType):
            known = ", ".join(get_args(FieldType))
            raise Fault(400, f"Expected one of the types {known} for {name!r}, found {kind!r}.", "Invalid.Schema")
        found[name] = str(kind)
    return found


@API.route("GET", _SCHEMA, scopes=("analytics.manage", "analytics.publish", "analytics.query"))
async def get_schema(call: Call) -> Answer:
    """The fields of an event type."""
    _checked(call)
    return answer(200, {"schema": {**_schema(call.server, call.path["name"]), **_IMPLICIT}})


@API.route("PATCH", _SCHEMA, scopes=_MANAGE)
async def change_schema(call: Call) -> Answer:
    """Add and rename fields of an event type."""
    _checked(call, _JSON, "application/json")
    name, body = call.path["name"], _json(call)
    fields = _schema(call.server, name)
    actions = body if type(body) is list else [body]
    for action in actions:
        if type(action) is not dict or not action.keys() <= {"add", "rename"}:
            raise Fault(400, "Expected objects with the actions `add` and `rename`.", "Invalid.Schema")
        fields = _changed(fields, action)
    await _keep(call.server, name, fields)
    return answer(200, {"schema": {**fields, **_IMPLICIT}})


def _changed(fields: Mapping[str, str], action: Mapping[str, Json]) -> dict[str, str]:
    add, rename = (action.get(name) or {} for name in ("add", "rename"))
    if type(add) is not dict or type(rename) is not dict:
        raise Fault(400, "The actions `add` and `rename` have to be objects.", "Invalid.Schema")
    changed = dict(fields)
    for old, new in rename.items():
        if old not in changed:
            raise Fault(400, f"There is no field {old!r} to rename.", "Invalid.Schema")
        if type(new) is not str or not _NAME.fullmatch(new):
            raise Fault(400, f"A field cannot be called {new!r}.", "Invalid.Schema")
        if new in changed or new in _IMPLICIT:
            raise Fault(409, f"There is a field {new!r} already.", "Conflict.Field")
        changed = {new if name == old else name: kind for name, kind in changed.items()}
    for name, kind in _declared(add).items():
        if changed.get(name, kind) != kind:
            raise Fault(400, f"The field {name!r} is {changed[name]}; types do not change.", "Invalid.Schema")
        changed[name] = kind
    return changed


@API.route("DELETE", _SCHEMA, scopes=_MANAGE)
async def delete_schema(call: Call) -> Answer:
    """Delete an event type and its events."""
    _checked(call)
    name = call.path["name"]
    _schema(call.server, name)
    await _keep(call.server, name, None)
    await call.server.apart(call.server.store.drop, EVENT_TYPES + name)
    return Answer(200)


# ---- publishing -----------------------------------------------------------------------------------------------------


@API.route("POST", "/events/publish/{name}", scopes=_PUBLISH, body=_LARGEST, takes=_TAKEN)
async def publish(call: Call) -> Answer:
    """Publish events of one type."""
    _checked(call, _JSON, "application/json")
    name, body = call.path["name"], _json(call)
    fields = {**_schema(call.server, name), **_IMPLICIT}
    events = [body] if type(body) is dict else body
    if type(events) is not list:
        raise Fault(400, f"Expected an array of events, found {described(body)}.", "Invalid.Json")
    moment = now()
    records = [_record(number, event, fields, moment) for number, event in enumerate(events)]
    await call.server.keep(EVENT_TYPES + name, records)
    return Answer(200)


def _record(number: int, event: Json, fields: Mapping[str, str], moment: Timestamp) -> Record:
    """An event as its schema declares it."""
    if type(event) is not dict:
        raise Fault(400, f"Event {number}: expected an object, found {described(event)}.", "Invalid.Event")
    record: Record = {}
    for name, value in event.items():
        kind = fields.get(name)
        if kind is None:
            raise Fault(400, f"Event {number}: the schema has no field {name!r}.", "Invalid.Event")
        try:
            record[name] = coerced(value, kind)
        except ValueError:
            shown = f"{value!r:.40}"
            raise Fault(400, f"Event {number}: {name!r} is {kind}, and {shown} is none.", "Invalid.Event") from None
    record["pickupTimestamp"] = moment
    if record.get("eventTimestamp") is None:
        record["eventTimestamp"] = moment
    return {name: value for name, value in record.items() if value is not None}


# ---- queries ------------------------------------------------------------------------------------------------------


@frozen
class Asked:
    """A query with the parameters that hold for it."""

    query: str
    label: str
    start: Timestamp | None
    end: Timestamp | None
    limit: int | None
    scroll: bool = False
    scroll_id: str = ""


@API.route("POST", "/events/query", scopes=_QUERY, body=_LARGEST, takes={_TEXT: {"type": "string"}, **_TAKEN})
async def query(call: Call) -> Answer:
    """Run a query, or several."""
    _checked(call, _TEXT, _JSON, "application/json", "text/plain")
    asked, several = _queries(call)
    if not several:
        return answer(200, [await call.server.apart(_answer, call.server, asked[0])])
    answers = await asyncio.gather(*(call.server.apart(_answer_or_error, call.server, one) for one in asked))
    return answer(200, answers)


def _queries(call: Call) -> tuple[list[Asked], bool]:
    """The queries of a request, and whether each answers for itself. A body that begins with `[` or `{` is JSON."""
    if call.body.lstrip()[:1] not in (b"[", b"{"):
        try:
            text = call.body.decode().strip()
        except UnicodeDecodeError:
            raise Fault(400, "The query is not encoded in UTF-8.", "Invalid.Query") from None
        return [_asked(text, {}, call.query, "0")], False
    body = _json(call)
    items = body if type(body) is list else [body]
    if not items or len(items) > _QUERIES:
        raise Fault(400, f"Expected from 1 to {_QUERIES} queries, found {len(items)}.")
    if any(type(item) is not dict or type(item.get("query")) is not str for item in items):
        raise Fault(400, "Expected objects with a text `query`.", "Invalid.Json")
    asked = [_asked(item["query"], item, call.query, str(number)) for number, item in enumerate(items)]
    if len(asked) > 1 and any(one.scroll for one in asked):
        raise Fault(400, "Scroll mode takes one query at a time.")
    return asked, len(asked) > 1


def _asked(text: str, own: Mapping[str, Json], query: Mapping[str, str], label: str) -> Asked:
    given = {**query, **{name: value for name, value in own.items() if value is not None}}
    mode = given.get("mode", "none")
    if mode not in ("none", "scroll", "page", "json", ""):
        raise Fault(400, f"Expected the mode none or scroll, found {mode!r}.")
    if not text.strip():
        raise Fault(400, "The query is empty.", "Invalid.Query")
    scroll_id = given.get("scrollid") or given.get("scrollId") or ""
    return Asked(
        text,
        str(given.get("label") or label),
        _time(given, "start"),
        _time(given, "end"),
        _limit(given.get("limit")),
        mode == "scroll" or bool(scroll_id),
        str(scroll_id),
    )


def _time(given: Mapping[str, Any], name: str) -> Timestamp | None:
    value = given.get(name)
    if value in (None, ""):
        return None
    if type(value) is str and not re.fullmatch(r"-?\d{1,13}", value):
        found = parse_instant(value)
    else:
        found = Timestamp(int(value) * 1_000_000) if type(value) in (int, str) and abs(int(value)) < 10**13 else None
    if found is None:
        raise Fault(400, f"{name}: expected ISO-8601 or milliseconds since 1970, found {value!r:.40}.")
    return found


def _limit(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if type(value) is str and value.isdecimal():
        value = int(value)
    if type(value) is not int or value < 0:
        raise Fault(400, f"limit: expected a number, found {value!r:.40}.")
    return min(value, _MOST_ROWS)


def _answer_or_error(server: Server, asked: Asked) -> dict[str, Any]:
    try:
        return _answer(server, asked)
    except Fault as fault:
        return {"label": asked.label, "error": fault.message}


def _answer(server: Server, asked: Asked) -> dict[str, Any]:
    if asked.scroll_id:
        whole, offset = server.scrolls.take(asked.scroll_id)
        return _batch(server, whole, offset)
    declared = schemas(server)
    known = {name: EventSchema(fields) for name, fields in declared.items()}  # type: ignore[arg-type]
    found = Query(asked.query, "adql", schemas=known)
    _check(server, found, declared)
    tree, plan = found.parsed.tree, found.plan
    assert isinstance(tree, Tree)
    assert isinstance(plan, Operator)
    grouped = any(isinstance(one, Aggregate) for one in operators(plan))
    if asked.scroll and grouped:
        raise Fault(400, "Scroll mode takes no aggregation.", "Invalid.Query")
    if tree.limit is None and not grouped and (asked.scroll or asked.limit is not None):
        found = found.with_plan(_limited(plan, None if asked.scroll else asked.limit))
    whole = _run(server, found, asked, declared)
    return _batch(server, whole, 0) if asked.scroll else whole


def _check(server: Server, found: Query, declared: Mapping[str, object]) -> None:
    """Raise a `Fault` for a query that is wrong, reads what is not there, or is asked too often."""
    if found.errors:
        first = found.errors[0]
        line, column = first.start or (1, 1)
        raise Fault(400, f"Line {line}, column {column}: {first.message}. {first.help}".strip(), "Invalid.Query")
    tree = found.parsed.tree
    source = tree.source.event_type if isinstance(tree, Tree) and tree.source else None
    name = getattr(source, "name", "")
    if name and name not in declared:
        raise Fault(404, f"There is no event type {name!r}.", "Missing.EventType")
    if server.rates is not None:
        server.rates.count("event type", name, _SEARCHES)


def _limited(plan: Operator, count: int | None) -> Operator:
    """The plan of a query for events with another limit, which stands below the choice of fields."""
    if isinstance(plan, Project):
        return replace(plan, source=_limited(plan.source, count))
    return replace(plan, count=count) if isinstance(plan, Limit) else plan


def _run(server: Server, found: Query, asked: Asked, declared: Mapping[str, object]) -> dict[str, Any]:
    options: dict[str, Any] = {"limits": Limits(seconds=_SECONDS, memory=4 << 30)}
    if asked.start is not None or asked.end is not None:
        last = LONG_MAX if asked.end is None else min(asked.end.nanos + 1_000_000, LONG_MAX)  # the end counts
        options["timeframe"] = (asked.start or Timestamp(-(2**63)), Timestamp(last))
    try:
        return {"label": asked.label, **answered(found, EventTypes(server.store, declared), **options)}
    except DqlkitError as problem:
        raise Fault(400, problem.diagnostics[0].message, "Invalid.Query") from None


def _batch(server: Server, whole: dict[str, Any], offset: int) -> dict[str, Any]:
    """The next rows of an answer, with the token of those behind them."""
    rows = whole["results"][offset : offset + _BATCH]
    more = offset + _BATCH < len(whole["results"])
    return {**whole, "results": rows, "moreData": more, "scrollid": server.scrolls.keep(whole, offset + len(rows))}
