"""The Grail DQL query API under `/platform/storage/query/v1`.

A query runs in a process of its own. Its answer comes at once where it is found in time, with a token that polls to the same
answer; otherwise the token alone. Without a timeframe a query reads the last two hours, as the service does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from dqlkit.errors import DqlkitError
from dqlkit.frozen import replace
from dqlkit.languages.dql.objects import FETCHED
from dqlkit.languages.language import Part as TextKind
from dqlkit.languages.statement import Statement
from dqlkit.plan.operators import Operator, Reader
from dqlkit.plan.walk import operators
from dqlkit.run.options import Options
from dqlkit.serve.envelopes import grail
from dqlkit.serve.fault import Answer, Fault, answer, encoded
from dqlkit.serve.partial import Partial, execution_of
from dqlkit.serve.problems import fault_of, notification_of, warning
from dqlkit.serve.route import Api, Call
from dqlkit.serve.running import LASTING, Query
from dqlkit.serve.server import LIMITS
from dqlkit.store.table import Part
from dqlkit.types.text import parse_instant

if TYPE_CHECKING:
    from dqlkit.results import Result

__all__ = ["API", "verified"]

_ROOT = "/platform/storage/query/v1/query:"
API = Api("Grail DQL query", grail, ("/platform/storage",))

#: How long an answer is held back for its result where the request does not say, in milliseconds.
_PATIENCE = 10_000
_RECORDS, _FETCH_SECONDS, _MOST_SECONDS = 1000, 300, 900
#: So many of the newest records of each table a preview reads, and a query whose time was over.
_NEWEST = 100_000

_FIELDS: Mapping[str, tuple[type, ...]] = {
    "query": (str,),
    "defaultTimeframeStart": (str,),
    "defaultTimeframeEnd": (str,),
    "timezone": (str,),
    "locale": (str,),
    "maxResultRecords": (int,),
    "maxResultBytes": (int,),
    "fetchTimeoutSeconds": (int,),
    "requestTimeoutMilliseconds": (int,),
    "enablePreview": (bool,),
    "defaultSamplingRatio": (int, float),
    "defaultScanLimitGbytes": (int, float),
    "queryOptions": (dict,),
    "filterSegments": (list,),
    "enforceQueryConsumptionLimit": (bool,),
    "includeTypes": (bool,),
    "includeContributions": (bool,),
    "pollingPromiseSeconds": (int,),
    "generateCanonicalQuery": (bool,),
    "cursorPosition": (int,),
    "maxDataSuggestions": (int,),
}
_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object", list: "array"}
_BODY = {
    "application/json": {
        "type": "object",
        "properties": {name: {"type": _JSON_TYPES[kinds[-1]]} for name, kinds in _FIELDS.items()},
        "required": ["query"],
    }
}


def _asked(call: Call) -> dict[str, Any]:
    """The members of a request, checked; what is null is not there, and what nobody knows does not count."""
    body = call.json
    if type(body) is not dict:
        raise Fault(400, "The body of the request has to be a JSON object.")
    given = {name: value for name, value in body.items() if value is not None}
    wrong = [
        {
            "message": f"must be of type {kinds[-1].__name__}",
            "parameterLocation": "PAYLOAD_BODY",
            "parameterDescriptor": name,
        }
        for name, kinds in _FIELDS.items()
        if name in given and type(given[name]) not in kinds
    ]
    if "query" not in given:
        wrong.append(
            {"message": "must not be null", "parameterLocation": "PAYLOAD_BODY", "parameterDescriptor": "query"}
        )
    wrong += [
        {"message": "must not be negative", "parameterLocation": "PAYLOAD_BODY", "parameterDescriptor": name}
        for name in (
            "maxResultRecords",
            "maxResultBytes",
            "fetchTimeoutSeconds",
            "requestTimeoutMilliseconds",
            "cursorPosition",
        )
        if type(given.get(name)) is int and given[name] < 0
    ]
    if wrong:
        text = "; ".join(f"{one['parameterDescriptor']}: {one['message']}" for one in wrong)
        raise Fault(400, text, "INVALID_PARAMETER", {"constraintViolations": wrong})
    return given


@API.route("POST", f"{_ROOT}execute", statuses=(200, 202), takes=_BODY)
async def execute(call: Call) -> Answer:
    """Start a query."""
    asked = _asked(call)
    statement = await call.server.apart(_ready, asked, call)

    def start() -> Query:
        parts, options, tables = _parts(asked, statement), _options(asked), call.server.tables
        some = Partial(statement, tables(_newest(parts)), options, _NEWEST) if parts else None
        execution = execution_of(statement, tables(parts), options, some)
        preview = some if asked.get("enablePreview") else None
        return Query(asked["query"], execution, partial(_result, asked, statement), preview)

    try:
        token = call.server.running.add(start)
    except DqlkitError as problem:
        raise fault_of(problem, asked["query"]) from None
    patience = min(asked.get("requestTimeoutMilliseconds", _PATIENCE), 60_000) / 1000
    query = call.server.running.find(token)
    state = await call.server.apart(_state, query, patience)
    if state["state"] == "FAILED":
        raise _fault(query)
    return _told({**state, "requestToken": token}, 200 if state["state"] == "SUCCEEDED" else 202)


@API.route("GET", f"{_ROOT}poll")
async def poll(call: Call) -> Answer:
    """The answer of a query, or how far it is."""
    return await _polled(call, call.query.get("request-token"))


@API.route("POST", f"{_ROOT}poll")
async def poll_by_body(call: Call) -> Answer:
    """The same with the token in a JSON body, as some scripts have it."""
    found = call.json if call.body else {}
    token = found.get("requestToken") if type(found) is dict else None
    return await _polled(call, call.query.get("request-token") or token)


async def _polled(call: Call, token: Any) -> Answer:
    query = call.server.running.find(_token(token))
    wait = call.query.get("request-timeout-milliseconds", "0")
    if not wait.isdecimal():
        raise Fault(400, "request-timeout-milliseconds: must be a number of milliseconds", "INVALID_PARAMETER")
    state = await call.server.apart(_state, query, min(int(wait), 60_000) / 1000)
    return _told(state, 200)


@API.route("POST", f"{_ROOT}cancel", statuses=(200, 202))
async def cancel(call: Call) -> Answer:
    """End a query; of one that has ended already, the answer."""
    query = call.server.running.find(_token(call.query.get("request-token")))
    if query.execution.state == "RUNNING":
        query.execution.cancel()
        return Answer(202)
    return _told(await call.server.apart(_state, query, 1.0), 200)


def _token(token: Any) -> str:
    if type(token) is not str or not token:
        raise Fault(400, "request-token: must not be null", "INVALID_PARAMETER")
    return token


def _told(state: Mapping[str, Any], status: int) -> Answer:
    return answer(status, state)


def _state(query: Query, seconds: float) -> dict[str, Any]:
    """The state of a query, after waiting so long for its end, with its result if it has one."""
    if not query.finished(seconds):
        state = {"state": "RUNNING", "progress": int(query.execution.progress * 100), "ttlSeconds": LASTING - 1}
        preview = query.previewed()
        return state if preview is None else {**state, "result": msgspec.Raw(preview)}
    left = {"ttlSeconds": query.left}
    try:
        return {"state": "SUCCEEDED", "progress": 100, **left, "result": msgspec.Raw(query.result())}
    except DqlkitError:
        if query.execution.state == "CANCELLED":
            return {"state": "CANCELLED", "progress": 100, **left}
        return {"state": "FAILED", "progress": 100, **left, **msgspec.json.decode(grail(_fault(query)).body)}


def _fault(query: Query) -> Fault:
    """Why a query has no answer."""
    try:
        query.result()
    except DqlkitError as problem:
        return fault_of(problem, query.text)
    raise AssertionError("the query has an answer")


# ---- what a query is asked to do ----------------------------------------------------------------------------------


def _ready(asked: Mapping[str, Any], call: Call) -> Statement:
    """The query, if it is right, and may be run by whoever asks."""
    statement = Statement(asked["query"])
    try:
        statement.ready()
    except DqlkitError as problem:
        raise fault_of(problem, asked["query"]) from None
    if asked.get("filterSegments"):
        raise Fault(400, "There are no filter segments here; leave `filterSegments` out.", "UNKNOWN_FILTER_SEGMENT")
    tables = _tables(statement)
    missing = call.grant.missing(["storage:buckets:read", *(f"storage:{_scope(name)}:read" for name in tables)])
    if tables and missing:
        names = " ".join(missing)
        details = {"exceptionType": "INSUFFICIENT_PERMISSION", "missingScopes": missing}
        raise Fault(403, f"The scopes {names} are missing.", "NOT_AUTHORIZED_FOR_TABLE", details)
    return statement


def _tables(statement: Statement) -> list[str]:
    return [*dict.fromkeys(reader.table for reader in _readers(statement))]


def _readers(statement: Statement) -> list[Reader]:
    plan = statement.plan
    return [one for one in operators(plan) if isinstance(one, Reader)] if isinstance(plan, Operator) else []


def _scope(table: str) -> str:
    """The word of a table in scopes."""
    if table.startswith(("dt.entity.", "dt.smartscape")):
        return "entities" if table.startswith("dt.entity.") else "smartscape"
    return "files" if table.startswith("/lookups/") else table if table in FETCHED else table.partition(".")[0]


def _options(asked: Mapping[str, Any]) -> Options:
    start, end = (asked.get(f"defaultTimeframe{bound}") for bound in ("Start", "End"))
    seconds = min(asked.get("fetchTimeoutSeconds", _FETCH_SECONDS), _MOST_SECONDS)
    return Options(
        timeframe=(_time(start), _time(end)) if start and end else ("now-2h", "now"),
        timezone=asked.get("timezone") or "UTC",
        locale=asked.get("locale", ""),
        max_records=asked.get("maxResultRecords", _RECORDS),
        limits=replace(LIMITS, seconds=float(seconds)),
    )


def _time(text: str) -> str:
    if parse_instant(text) is None:
        raise Fault(400, f"{text!r} isn't a valid time; write ISO-8601.", "INVALID_TIMEFRAME")
    return text


def _parts(asked: Mapping[str, Any], statement: Statement) -> dict[str, Part]:
    """What part of each table is read: what the query says of it counts, else what the request does.

    Of a table that is fetched twice the parts have to be the same; where they are not, all of it is read [decided].
    """
    found: dict[str, Part] = {}
    for reader in _readers(statement):
        hints = dict(reader.hints)
        ratio = hints.get("sampling_ratio", asked.get("defaultSamplingRatio", 1))
        part = _part(ratio, hints.get("scan_limit_g_bytes", asked.get("defaultScanLimitGbytes", -1)))
        found[reader.table] = part if found.get(reader.table, part) == part else Part()
    return found


def _newest(parts: Mapping[str, Part]) -> dict[str, Part]:
    """The same parts, and of them the newest records alone."""
    return {table: replace(part, newest=_NEWEST) for table, part in parts.items()}


def _part(ratio: float, limit: float) -> Part:
    """Sampling goes down to a power of ten; a negative limit is none."""
    every = 10 ** int(math.log10(min(ratio, 100_000))) if ratio >= 1 else 1
    return Part(every, int(limit * 10**9) if limit >= 0 else None)


def _result(asked: Mapping[str, Any], statement: Statement, result: Result) -> bytes:
    """The member `result` of an answer."""
    metadata = result.metadata["grail"]
    kept = _within(result.records, asked.get("maxResultBytes"))
    if kept < len(result):
        result = result.head(kept)
        text = "Your result has been limited to %1$s bytes."
        metadata["notifications"].append(warning("RESULT_LIMIT_BYTES", text, str(asked["maxResultBytes"])))
    metadata["sampled"] = any(one["notificationType"] == "SAMPLING_APPLIED" for one in metadata["notifications"])
    if asked.get("includeContributions"):
        metadata["contributions"] = {"buckets": _contributions(_tables(statement), metadata["scannedBytes"])}
    types = result.types if asked.get("includeTypes", True) else []
    return encoded({"records": result.records, "types": types, "metadata": result.metadata})


def _within(records: Iterable[Any], most: int | None) -> int:
    """How many records are delivered within a limit of bytes: the one that crosses it is the last one."""
    size = count = 0
    for record in records:
        if most is not None and size >= most:
            break
        size += len(encoded(record)) if most is not None else 0
        count += 1
    return count


def _contributions(tables: list[str], size: int) -> list[dict[str, Any]]:
    shares = [size if number == 0 else 0 for number in range(len(tables))]
    return [
        {"name": f"default_{table}", "table": table, "scannedBytes": share, "matchedRecordsRatio": 1.0}
        for table, share in zip(tables, shares, strict=True)
    ]


# ---- what is asked of a text --------------------------------------------------------------------------------------


@API.route("POST", f"{_ROOT}verify", takes=_BODY)
async def verify(call: Call) -> Answer:
    """Whether a query is right."""
    asked = _asked(call)
    canonical = bool(asked.get("generateCanonicalQuery"))
    return answer(200, await call.server.apart(verified, asked["query"], "query", canonical))


def verified(text: str, kind: TextKind, canonical: bool = False) -> dict[str, Any]:
    """Whether a text of DQL is right, with what is to be said of it, and its canonical form where that is asked for."""
    statement = Statement(text, "dql", kind)
    found = {d.span: d for d in (*statement.diagnostics, *statement.unfilled())}.values()
    valid = not any(one.severity == "error" for one in found)
    return {
        "valid": valid,
        **({"canonicalQuery": statement.canonical()} if valid and canonical else {}),
        "notifications": [notification_of(one, text) for one in found],
    }


@API.route("POST", f"{_ROOT}parse", takes=_BODY)
async def parse(call: Call) -> Answer:
    """The tree of a query."""
    from dqlkit.serve.nodes import tree_of

    asked = _asked(call)
    return answer(200, await call.server.apart(tree_of, asked["query"]))


@API.route("POST", f"{_ROOT}autocomplete", takes=_BODY)
async def autocomplete(call: Call) -> Answer:
    """What may be written next."""
    from dqlkit.serve.suggestions import suggestions

    asked = _asked(call)
    place = asked.get("cursorPosition")
    return answer(200, await call.server.apart(suggestions, asked["query"], place, call.server.store))
