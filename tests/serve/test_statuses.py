# ruff: noqa: E501
"""Every status, limit and header that the references of the APIs name, each tried: one line each."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from typing import Any, NamedTuple

import httpx
import pytest

G, V2, OP = "/platform/storage/query/v1/query:", "/api/v2/", "/platform/ingest/v1/"
B, PB = "/api/v2/bizevents/ingest", "/platform/classic/environment-api/v2/bizevents/ingest"
S, P, Q = "/events/schema/", "/events/publish/", "/events/query"
APPD = "application/vnd.appd.events+json;v=2"
LOCAL, V1 = "/v2/events/ingest", "/api/v1/events"
TOKENS = "/sso/oauth2/token"
CLIENT = "client_id=dt0s02.CLIENT&client_secret=dt0s02.CLIENT.SECRET"
EVENT = {"eventType": "CUSTOM_INFO", "title": "t"}
CLOUD = {"specversion": "1.0", "id": "1", "source": "s", "type": "t"}
LONG = "x" * 5000


class Line(NamedTuple):
    """What the reference says, a request, and what answers: a status, and what its headers or its body hold."""

    says: str
    method: str
    path: str
    status: int
    body: Any = None
    headers: dict[str, str] = {}  # noqa: RUF012
    holds: tuple[str, ...] = ()
    token: str = ""  # of the server that asks for tokens


def typed(content: str) -> dict[str, str]:
    return {"content-type": content}


TABLE = [
    # Grail DQL query: §1 to §9
    Line("finished: result inline, and a token", "POST", f"{G}execute", 200, {"query": "data record(a=1)"}, holds=("requestToken", "result", "SUCCEEDED")),
    Line("unknown fields are tolerated", "POST", f"{G}execute", 200, {"query": "data record(a=1)", "new": 1, "queryOptions": {"a": "b"}}),
    Line("maxResultRecords 0 is legal", "POST", f"{G}execute", 200, {"query": "data record(a=1)", "maxResultRecords": 0}, holds=("API_RECORDS_LIMIT_ADDED",)),
    Line("maxResultRecords has no upper limit", "POST", f"{G}execute", 200, {"query": "data record(a=1)", "maxResultRecords": 10**20}, holds=('"a":"1"',)),
    Line("no time to read answers over part", "POST", f"{G}execute", 200, {"query": "fetch bizevents", "fetchTimeoutSeconds": 0}, holds=("FETCH_TIMEOUT",)),
    Line("maxResultBytes is soft", "POST", f"{G}execute", 200, {"query": "data record(a=1), record(a=2)", "maxResultBytes": 1}, holds=("RESULT_LIMIT_BYTES", '"a":"1"')),
    Line("includeTypes false: empty types", "POST", f"{G}execute", 200, {"query": "data record(a=1)", "includeTypes": False}, holds=('"types":[]',)),
    Line("includeContributions", "POST", f"{G}execute", 200, {"query": "data record(a=1)", "includeContributions": True}, holds=('"contributions"',)),
    Line("the time zone is told", "POST", f"{G}execute", 200, {"query": "data record(a=1)", "timezone": "CET"}, holds=("CET",)),
    Line("headers of clients are accepted", "POST", f"{G}execute", 200, {"query": "data record(a=1)"}, {"dt-client-context": "x", "enforce-query-consumption-limit": "true"}),
    Line("no header of the gateway", "POST", f"{G}execute", 200, {"query": "data record(a=1)"}, holds=("-dynatrace-response-source",)),
    Line("bad JSON", "POST", f"{G}execute", 400, b"{", holds=("errorMessage",)),
    Line("missing query", "POST", f"{G}execute", 400, {}, holds=("constraintViolations", "parameterDescriptor")),
    Line("bad parameter", "POST", f"{G}execute", 400, {"query": "data record(a=1)", "maxResultRecords": "x"}, holds=("constraintViolations",)),
    Line("both bounds or none", "POST", f"{G}execute", 200, {"query": "data record(a=1)", "defaultTimeframeStart": "-2h"}),
    Line("wrong timeframe", "POST", f"{G}execute", 400, {"query": "data record(a=1)", "defaultTimeframeStart": "x", "defaultTimeframeEnd": "y"}, holds=("INVALID_TIMEFRAME",)),
    Line("unknown command", "POST", f"{G}execute", 400, {"query": "fetch logs | limt 5"}, holds=("UNKNOWN_COMMAND", '"column":14', '"index":13', '"index":16', "queryString")),
    Line("unknown data object", "POST", f"{G}execute", 400, {"query": "fetch user_action"}, holds=("UNKNOWN_DATA_OBJECT",)),
    Line("segments that are not there", "POST", f"{G}execute", 400, {"query": "fetch logs", "filterSegments": [{"id": "a"}]}, holds=("UNKNOWN_FILTER_SEGMENT",)),
    Line("no token", "POST", f"{G}execute", 401, {"query": "fetch logs"}, holds=("www-authenticate",), token="-"),
    Line("missing scope", "POST", f"{G}execute", 403, {"query": "fetch logs"}, holds=("missingScopes", "storage:buckets:read"), token="none"),
    Line("larger than its limit", "POST", f"{G}execute", 413, b" " * (1 << 20) + b"{}"),
    Line("a packing that nobody knows", "POST", f"{G}execute", 415, b"{}", {"content-encoding": "br"}),
    Line("a token that is not known", "GET", f"{G}poll?request-token=abc", 410, holds=("QUERY_GONE", "GONE")),
    Line("cancel of what is gone", "POST", f"{G}cancel?request-token=abc", 410, holds=("QUERY_GONE",)),
    Line("poll without a token", "GET", f"{G}poll", 400),
    Line("%3A for the colon", "GET", f"{G.replace(':', '%3A')}poll?request-token=abc", 410),
    Line("verify of a wrong query", "POST", f"{G}verify", 200, {"query": "fetch logs | limt 5"}, holds=('"valid":false', "ERROR")),
    Line("verify of none", "POST", f"{G}verify", 200, {"query": ""}, holds=('"valid":false',)),
    Line("canonical query", "POST", f"{G}verify", 200, {"query": "data record(a=Count())", "generateCanonicalQuery": True}),
    Line("parse", "POST", f"{G}parse", 200, {"query": "fetch logs"}, holds=('"QUERY"',)),
    Line("parse of a wrong query", "POST", f"{G}parse", 400, {"query": "fetch logs |"}),
    Line("autocomplete", "POST", f"{G}autocomplete", 200, {"query": "f"}, holds=("suggestions", "alreadyTypedCharacters")),
    Line("unknown path", "GET", "/platform/storage/nothing", 404, holds=('"code":404',)),
    Line("another method", "GET", f"{G}execute", 405, holds=("allow: POST",)),
    # Business events: §1 to §4
    *(Line("all accepted: empty", "POST", root, 202, {"a": 1}, typed("application/json; charset=utf-8"), ("content-length: 0",)) for root in (B, PB)),
    *(Line("one CloudEvent", "POST", B, 202, CLOUD, typed(content)) for content in ("application/cloudevent+json", "application/cloudevents+json; charset=utf-8")),
    *(Line("a batch of CloudEvents", "POST", B, 202, [CLOUD], typed(content)) for content in ("application/cloudevent-batch+json", "application/cloudevents-batch+json")),
    Line("some are invalid", "POST", B, 400, [CLOUD, {"specversion": "1.0"}], typed("application/cloudevents-batch+json"), ('"errors":[{"index":1',)),
    Line("no JSON", "POST", B, 400, b"{", holds=('"errors"', "message")),
    Line("5 MiB and one byte", "POST", B, 413, b" " * (5 << 20) + b"1", holds=('"errors"',)),
    Line("more fields than a table holds", "POST", B, 413, [{f"field {n}": 1} for n in range(5001)]),
    Line("another type", "POST", B, 415, b"a=1", typed("text/plain"), ('"error":{"code":415',)),
    Line("no token", "POST", B, 401, {"a": 1}, holds=('"error":{"code":401',), token="-"),
    Line("another scope", "POST", B, 403, {"a": 1}, holds=('"error":{"code":403',), token="none"),
    Line("under the name of an environment", "POST", f"/e/abc12345{B}", 202, {"a": 1}),
    # OpenPipeline
    *(Line("one or an array", "POST", OP + kind, 202, body) for kind in ("events", "events.sdlc", "security.events", "events.security") for body in ({"a": 1}, [{"a": 1}])),
    *(Line("custom endpoints", "POST", f"/platform/ingest/custom/{kind}/mine", 202, {"a": 1}) for kind in ("events", "events.sdlc", "security.events")),
    Line("no object", "POST", f"{OP}events", 400, [1], holds=('"error"',)),
    Line("no such kind", "POST", f"{OP}nothing", 404, {"a": 1}, holds=('"error"',)),
    Line("larger than its limit", "POST", f"{OP}events", 413, b" " * (10 << 20) + b"1"),
    Line("a script", "POST", "/platform/openpipeline/v1/dqlProcessor/verify", 200, {"script": "fieldsAdd a = 1 | fieldsRemove b", "protectedFields": ["c"]}, holds=('"valid":true', '"notifications":[]')),
    Line("a wrong script", "POST", "/platform/openpipeline/v1/dqlProcessor/verify", 200, {"script": "fieldsAdd a = | x"}, holds=('"valid":false', "syntaxPosition")),
    Line("no script", "POST", "/platform/openpipeline/v1/dqlProcessor/verify", 400, {"query": "x"}, holds=("script",)),
    Line("a matcher", "POST", "/platform/openpipeline/v1/matcher/verify", 200, {"query": 'matchesValue(a, "b") and c == 1'}, holds=('"valid":true',)),
    Line("a wrong matcher", "POST", "/platform/openpipeline/v1/matcher/verify", 200, {"query": "limt(a)"}, holds=('"valid":false',)),
    Line("of a script", "POST", "/platform/openpipeline/v1/dqlProcessor/autocomplete", 200, {"script": "fieldsA", "cursorPosition": 7}, holds=('"fieldsAdd',)),
    Line("of a matcher", "POST", "/platform/openpipeline/v1/matcher/autocomplete", 200, {"query": "matchesV"}, holds=('"matchesValue',)),
    # Events API v2
    Line("reported", "POST", f"{V2}events/ingest", 201, EVENT, holds=('"reportCount":1', "correlationId", '"OK"')),
    Line("a time out of range", "POST", f"{V2}events/ingest", 201, {**EVENT, "startTime": 1}, holds=("INVALID_TIMESTAMPS",)),
    Line("an unknown type", "POST", f"{V2}events/ingest", 400, {"eventType": "X", "title": "t"}, holds=("Constraints violated.", "PAYLOAD_BODY")),
    Line("no title", "POST", f"{V2}events/ingest", 400, {"eventType": "CUSTOM_INFO"}, holds=("constraintViolations",)),
    Line("100 properties", "POST", f"{V2}events/ingest", 201, {**EVENT, "properties": {f"p{n}": "" for n in range(100)}}),
    Line("more than 100", "POST", f"{V2}events/ingest", 400, {**EVENT, "properties": {f"p{n}": "" for n in range(101)}}),
    Line("a key of more than 100 characters", "POST", f"{V2}events/ingest", 400, {**EVENT, "properties": {"k" * 101: ""}}),
    Line("a value of more than 4096", "POST", f"{V2}events/ingest", 400, {**EVENT, "properties": {"k": LONG}}),
    Line("the page of events", "GET", f"{V2}events?pageSize=1000", 200, holds=("totalCount", "events")),
    Line("a page of more than 1000", "GET", f"{V2}events?pageSize=1001", 400, holds=("QUERY",)),
    Line("a key beside other parameters", "GET", f"{V2}events?nextPageKey=a&pageSize=1", 400),
    Line("a wrong selector", "GET", f"{V2}events?eventSelector=x(", 400, holds=("constraintViolations",)),
    Line("an unknown event", "GET", f"{V2}events/none", 404, holds=('"code":404',)),
    Line("types", "GET", f"{V2}eventTypes?pageSize=500", 200, holds=("eventTypeInfos",)),
    Line("more than 500", "GET", f"{V2}eventTypes?pageSize=501", 400),
    Line("properties", "GET", f"{V2}eventProperties", 200, holds=("eventProperties",)),
    Line("the local endpoint", "POST", LOCAL, 201, EVENT),
    Line("takes no packing", "POST", LOCAL, 415, gzip.compress(b"{}"), {"content-encoding": "gzip"}),
    # Events v1
    Line("the feed", "GET", V1, 200, holds=("nextCursor", "events")),
    Line("a cursor that is none", "GET", f"{V1}?cursor=x", 400, holds=('"message"',)),
    # Analytics Events
    Line("created: empty", "POST", f"{S}statuses", 201, {"schema": {"a": "string"}}, holds=("content-length: 0",)),
    Line("exists", "POST", f"{S}statuses", 409, {"schema": {"a": "string"}}, holds=("Conflict.EventType", "logCorrelationId", "developerMessage")),
    Line("1501 fields", "POST", f"{S}many", 400, {"schema": {f"f{n}": "string" for n in range(1501)}}),
    Line("the schema with its implicit fields", "GET", f"{S}statuses", 200, holds=("eventTimestamp", "pickupTimestamp")),
    Line("unknown type", "GET", f"{S}nothing", 404, holds=("Missing.EventType", '"statusCode":404')),
    Line("changed by PATCH", "PATCH", f"{S}statuses", 200, {"add": {"b": "integer"}, "rename": {}}, holds=('"b":"integer"',)),
    Line("changed by POST", "POST", f"{S}statuses", 200, {"add": {"c": "integer"}}, {"x-http-method-override": "PATCH"}, ('"c":"integer"',)),
    Line("a bad action", "PATCH", f"{S}statuses", 400, {"remove": {}}),
    Line("published: empty", "POST", f"{P}statuses", 200, [{"a": "x", "b": "100"}], holds=("content-length: 0",)),
    Line("an unknown field", "POST", f"{P}statuses", 400, [{"z": 1}]),
    Line("no such type", "POST", f"{P}nothing", 404, [{}]),
    Line("not acceptable", "POST", f"{P}statuses", 406, [], {"accept": "text/html"}, ("Not.Acceptable",)),
    Line("larger than 1 MB", "POST", f"{P}statuses", 413, b" " * (1 << 20) + b"[]", holds=("RequestTooLarge",)),
    Line("another type", "POST", f"{P}statuses", 415, b"x", typed("text/xml")),
    Line("a query as text", "POST", Q, 200, b"SELECT a FROM statuses", typed("application/vnd.appd.events+text;v=2"), ("total", "moreData", "statuses")),
    Line("a limit beyond the largest", "POST", f"{Q}?limit=20000000", 200, b"SELECT a FROM statuses"),
    Line("20 queries", "POST", Q, 200, [{"query": "SELECT count(*) FROM nothing"}] * 20, holds=('"error"',)),
    Line("21 queries", "POST", Q, 400, [{"query": "SELECT a FROM statuses"}] * 21),
    Line("a wrong query", "POST", Q, 400, b"SELECT FROM", holds=("Invalid.Query",)),
    Line("aggregation cannot be scrolled", "POST", f"{Q}?mode=scroll", 400, b"SELECT count(*) FROM statuses"),
    Line("an unknown scrollid", "POST", f"{Q}?mode=scroll&scrollid=x", 400, b"SELECT a FROM statuses", holds=("Invalid.ScrollId",)),
    Line("deleted", "DELETE", f"{S}statuses", 200),
    Line("is gone", "DELETE", f"{S}statuses", 404),
    Line("no credentials", "GET", f"{S}statuses", 401, holds=("Authentication.Failed",), token="-"),
    # OAuth
    Line("a token", "POST", TOKENS, 200, f"grant_type=client_credentials&{CLIENT}".encode(), holds=('"token_type":"Bearer"', '"expires_in":300', "cache-control: no-store"), token="-"),
    Line("another secret", "POST", TOKENS, 400, f"grant_type=client_credentials&{CLIENT}x".encode(), holds=("invalid_client", "issueId"), token="-"),
    Line("another grant", "POST", TOKENS, 400, b"grant_type=password", holds=("unsupported_grant_type",), token="-"),
    Line("no grant", "POST", TOKENS, 400, b"", holds=("invalid_request",), token="-"),
    Line("a scope it may not have", "POST", TOKENS, 400, f"grant_type=client_credentials&scope=x&{CLIENT}".encode(), holds=("invalid_scope",), token="-"),
    Line("a client in the header", "POST", TOKENS, 200, b"grant_type=client_credentials", {"authorization": "Basic " + b64encode(b"dt0s02.CLIENT:dt0s02.CLIENT.SECRET").decode()}, ("access_token", "Bearer"), token="-"),
    Line("a wrong one", "POST", TOKENS, 400, b"grant_type=client_credentials", {"authorization": "Basic " + b64encode(b"dt0s02.CLIENT:x").decode()}, ("invalid_client",), token="-"),
    Line("one that is none", "POST", TOKENS, 400, b"grant_type=client_credentials", {"authorization": "Basic %"}, ("invalid_request",), token="-"),
    Line("where tokens are given", "GET", "/platform/oauth2/authorization/dynatrace-sso", 302, holds=("location: http",)),
    # Environment
    Line("the environment", "GET", "/platform/management/v1/environment", 200, holds=('"ACTIVE"',)),
]  # fmt: skip


@pytest.fixture(scope="module")
def account() -> dict[str, str]:
    """Headers for the Analytics API, which other tests have not counted up."""
    return {"X-Events-API-AccountName": "statuses", "X-Events-API-Key": "statuses"}


def fault_of(line: Line, api: httpx.Client, guarded: httpx.Client, account: dict[str, str]) -> str:
    """What is wrong with the answer to a line; nothing where it holds."""
    content = (
        line.body if isinstance(line.body, bytes) else None if line.body is None else json.dumps(line.body).encode()
    )
    kind = APPD if line.path.startswith("/events/") else "application/json"
    headers = {} if content is None else {"content-type": kind}
    if line.token not in ("", "-"):
        headers["authorization"] = f"Api-Token {line.token}"
    if line.path.startswith("/events/") and not line.token:
        headers |= account
    client = guarded if line.token else api
    found = client.request(line.method, line.path, content=content, headers={**headers, **line.headers})
    whole = "\n".join([*(f"{name}: {value}" for name, value in found.headers.items()), found.text])
    held = all((text.removeprefix("-") in whole) is not text.startswith("-") for text in line.holds)
    if found.status_code == line.status and held and (line.status < 400 or found.json()):
        return ""
    return f"{line.method} {line.path}: {line.says}: {found.status_code} instead of {line.status}\n{whole[:500]}"


def test_the_references_hold(api: httpx.Client, guarded: httpx.Client, account: dict[str, str]) -> None:
    """Line after line, since some need what others have made."""
    assert [fault for line in TABLE if (fault := fault_of(line, api, guarded, account))] == []
