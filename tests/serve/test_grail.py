"""The Grail query API: states, options, errors with places, and what is said of a text."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dqlkit.languages.statement import Statement
from dqlkit.serve.access import Access
from dqlkit.serve.nodes import tree_of
from dqlkit.serve.server import Server
from dqlkit.store.store import Pace
from tests.serve.conftest import serving

ROOT = "/platform/storage/query/v1/query:"
SLOW = "data record(a=array(1,2,3,4,5,6,7,8,9,10)) " + "| fieldsAdd b = a | expand b " * 9 + "| summarize count()"


def execute(api: httpx.Client, query: str, **asked: Any) -> httpx.Response:
    return api.post(f"{ROOT}execute", json={"query": query, **asked})


@pytest.fixture(scope="module")
def mark(api: httpx.Client) -> str:
    """Three events with a mark."""
    mark = str(uuid4())
    events = [{"mark": mark, "n": n, "text": "x" * 50} for n in range(3)]
    assert api.post("/api/v2/bizevents/ingest", json=events).status_code == 202
    return mark


def test_an_answer_comes_at_once_and_again_by_its_token(api: httpx.Client, mark: str) -> None:
    found = execute(api, f'fetch bizevents | filter mark == "{mark}" | summarize Count()', enablePreview=True, later=1)
    said = found.json()
    assert (found.status_code, said["state"], said["progress"]) == (200, "SUCCEEDED", 100)
    assert said["result"]["records"] == [{"count()": "3"}]
    assert said["result"]["types"] == [{"indexRange": [0, 0], "mappings": {"count()": {"type": "long"}}}]
    grail = said["result"]["metadata"]["grail"]
    assert grail["canonicalQuery"] == f'fetch bizevents\n| filter mark == "{mark}"\n| summarize count()'
    assert (grail["timezone"], grail["locale"], grail["dqlVersion"], grail["sampled"]) == ("Z", "", "V1_0", False)
    assert grail["scannedRecords"] >= 3
    token = said.pop("requestToken")
    for asked in (token, f" {token}", token.replace("+", " ")):
        again = api.get(f"{ROOT}poll", params={"request-token": asked})
        assert again.json()["result"] == said["result"]
    assert api.post(f"{ROOT}poll", json={"requestToken": token}).json()["result"] == said["result"]
    assert api.get(f"{ROOT.replace(':', '%3A')}poll", params={"request-token": token}).status_code == 200
    finished = api.post(f"{ROOT}cancel", params={"request-token": token, "enrich": "metric-metadata"})
    assert (finished.status_code, finished.json()["state"]) == (200, "SUCCEEDED")


def test_what_takes_its_time_is_polled_and_can_be_cancelled(api: httpx.Client) -> None:
    found = execute(api, SLOW, requestTimeoutMilliseconds=1)
    said = found.json()
    assert (found.status_code, said["state"]) == (202, "RUNNING")
    token = said["requestToken"]
    polled = api.get(f"{ROOT}poll", params={"request-token": token, "request-timeout-milliseconds": 50}).json()
    assert polled["state"] == "RUNNING"
    assert "requestToken" not in polled
    assert api.post(f"{ROOT}cancel", params={"request-token": token}).status_code == 202
    until = time.monotonic() + 20
    while api.get(f"{ROOT}poll", params={"request-token": token}).json()["state"] != "CANCELLED":
        assert time.monotonic() < until
    assert execute(api, "data record(a=1)").status_code == 200


def test_a_query_that_fails_while_it_is_polled_says_why(api: httpx.Client) -> None:
    said = execute(api, SLOW, requestTimeoutMilliseconds=1, fetchTimeoutSeconds=1).json()
    assert said["state"] == "RUNNING"
    polled = api.get(
        f"{ROOT}poll", params={"request-token": said["requestToken"], "request-timeout-milliseconds": 30000}
    ).json()
    assert polled["state"] == "FAILED"
    assert polled["error"]["details"]["errorType"] == "QUERY_LIMIT_REACHED"


#: Of many events it takes too long, of one it is found at once.
LONG = "fetch bizevents | fieldsAdd b = array(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) " + "| expand c = b " * 5


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """A server with thousands of events, of which the newest alone makes a partial answer. Half of them are in a table."""
    monkeypatch.setattr("dqlkit.serve.grail._NEWEST", 1)
    with (
        serving(tmp_path / "store", Access(), Pace(seconds=3600.0)) as (server, address),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        for first in (0, 5000):
            client.post("/api/v2/bizevents/ingest", json=[{"n": first + n} for n in range(5000)])
            if not first:
                server.store.run("flush", "bizevents")
        yield client


def polled(api: httpx.Client, token: str, **also: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"{ROOT}poll", params={"request-token": token, **also}).json()
    return found


def test_a_preview_is_there_before_the_answer(many: httpx.Client) -> None:
    query = f"{LONG} | summarize count(), max(n)"
    said = execute(many, query, requestTimeoutMilliseconds=1, enablePreview=True).json()
    token, until = said["requestToken"], time.monotonic() + 30
    while "result" not in said and time.monotonic() < until:
        said = polled(many, token, **{"request-timeout-milliseconds": 50})
    assert (said["state"], said["result"]["records"]) == ("RUNNING", [{"count()": "100000", "max(n)": "9999"}])
    plain = execute(many, query, requestTimeoutMilliseconds=1).json()["requestToken"]
    assert "result" not in polled(many, plain, **{"request-timeout-milliseconds": 1000}), "nobody asked for one"
    for one in (token, plain):
        many.post(f"{ROOT}cancel", params={"request-token": one})
        assert polled(many, one, **{"request-timeout-milliseconds": 10000})["state"] == "CANCELLED"


def test_a_query_whose_time_is_over_answers_over_part_of_the_records(many: httpx.Client) -> None:
    said = execute(many, f"{LONG} | summarize count()", fetchTimeoutSeconds=1, requestTimeoutMilliseconds=30000).json()
    assert (said["state"], said["result"]["records"]) == ("SUCCEEDED", [{"count()": "100000"}])
    (notice,) = said["result"]["metadata"]["grail"]["notifications"]
    assert (notice["notificationType"], notice["severity"], notice["arguments"]) == (
        "FETCH_TIMEOUT",
        "WARNING",
        ["1", "1"],
    )


@pytest.mark.parametrize("verb", ["poll", "cancel"])
def test_a_token_that_is_gone(api: httpx.Client, verb: str) -> None:
    call = api.get if verb == "poll" else api.post
    gone = call(f"{ROOT}{verb}", params={"request-token": "+kuSj8qvRvq64GkG5CEHag=="})
    error = gone.json()["error"]
    assert (gone.status_code, error["message"], error["details"]["exceptionType"]) == (410, "QUERY_GONE", "GONE")
    assert call(f"{ROOT}{verb}").status_code == 400


def test_options(api: httpx.Client, mark: str) -> None:
    query = f'fetch bizevents | filter mark == "{mark}" | fields n, text, timestamp | sort n'

    def result(**asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = execute(api, query, **asked).json()["result"]
        return found

    limited = result(maxResultRecords=2)
    assert len(limited["records"]) == 2
    (notice,) = limited["metadata"]["grail"]["notifications"]
    assert (notice["notificationType"], notice["severity"], notice["arguments"]) == (
        "API_RECORDS_LIMIT_ADDED",
        "WARNING",
        ["2"],
    )
    assert result(maxResultRecords=0)["records"] == []
    short = result(maxResultBytes=1)
    assert len(short["records"]) == 1, "the record that crosses the limit is delivered"
    assert short["types"][-1]["indexRange"] == [0, 0]
    assert short["metadata"]["grail"]["notifications"][0]["notificationType"] == "RESULT_LIMIT_BYTES"
    assert result(includeTypes=False)["types"] == []
    assert result(includeContributions=True)["metadata"]["grail"]["contributions"]["buckets"][0]["table"] == "bizevents"
    assert result(timezone="Europe/Vienna", locale="de_AT")["records"][0]["timestamp"][-6:] in ("+01:00", "+02:00")
    assert result(defaultTimeframeStart="-2h")["records"], "one bound alone does not count"
    old = result(defaultTimeframeStart="2020-01-01T00:00:00Z", defaultTimeframeEnd="2021-01-01T00:00:00+01:00")
    assert old["records"] == []
    assert old["metadata"]["grail"]["analysisTimeframe"]["end"] == "2020-12-31T23:00:00.000000000Z"
    assert result(defaultSamplingRatio=5)["metadata"]["grail"]["sampled"] is False
    assert result(defaultSamplingRatio=99_999_999)["metadata"]["grail"]["sampled"] is True
    own = execute(api, "fetch bizevents, samplingRatio: 10", defaultSamplingRatio=1).json()["result"]
    assert own["metadata"]["grail"]["sampled"] is True, "what the query says counts"
    both = "fetch bizevents, samplingRatio: 10 | append [fetch bizevents]"
    assert execute(api, both).json()["result"]["metadata"]["grail"]["sampled"] is False, (
        "of one table, but not of the other"
    )
    assert result(defaultScanLimitGbytes=-1, filterSegments=[], queryOptions={"a": "b"}, maxResultBytes=None)["records"]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({}, "INVALID_PARAMETER"),
        ({"query": 5}, "INVALID_PARAMETER"),
        ({"query": "data record(a=1)", "maxResultRecords": "5"}, "INVALID_PARAMETER"),
        ({"query": "data record(a=1)", "maxResultRecords": -1}, "INVALID_PARAMETER"),
        ({"query": "data record(a=1)", "timezone": "Nowhere/None"}, "INVALID_QUERY"),
        (
            {"query": "data record(a=1)", "defaultTimeframeStart": "now-6h", "defaultTimeframeEnd": "now"},
            "INVALID_TIMEFRAME",
        ),
        ({"query": "data record(a=1)", "filterSegments": [{"id": "x"}]}, "UNKNOWN_FILTER_SEGMENT"),
        ({"query": ""}, "COMMAND_NAME_MISSING"),
        ({"query": "fetch user_action"}, "UNKNOWN_DATA_OBJECT"),
        ({"query": "data record(a=1) | filter a == 'x'"}, "PARSE_ERROR_SINGLE_QUOTES"),
        ({"query": "data record(a=1) | filter foo(a)"}, "UNKNOWN_FUNCTION"),
        ({"query": "data record(a=1) | filter $x"}, "UNKNOWN_VARIABLE"),
    ],
)
def test_requests_that_are_wrong(api: httpx.Client, asked: dict[str, Any], kind: str) -> None:
    found = api.post(f"{ROOT}execute", json=asked)
    error = found.json()["error"]
    assert (found.status_code, error["code"], error["message"], error["details"]["errorType"]) == (400, 400, kind, kind)
    assert error["details"]["errorMessage"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"'])
def test_bodies_that_are_no_request(api: httpx.Client, body: bytes) -> None:
    for verb in ("execute", "verify", "parse", "autocomplete"):
        assert api.post(f"{ROOT}{verb}", content=body).status_code == 400


PLACES = [
    ("fetch logs | limt 5", "UNKNOWN_COMMAND", "There's no command `limt`.", (1, 14, 13), (1, 17, 16)),
    ("fetch logs\n| summarize count() by x", "PARSE_ERROR", "`by` isn't allowed here.", (2, 21, 31), (2, 22, 32)),
    ('fetch logs | fields "😀" | limt 5', "UNKNOWN_COMMAND", "There's no command `limt`.", (1, 28, 27), (1, 31, 30)),
]


@pytest.mark.parametrize(("query", "kind", "text", "start", "end"), PLACES)
def test_errors_have_places(api: httpx.Client, query: str, kind: str, text: str, start: Any, end: Any) -> None:
    details = execute(api, query).json()["error"]["details"]
    assert (details["errorType"], details["errorMessage"], details["queryString"]) == (kind, text, query)
    place = details["syntaxErrorPosition"]
    assert tuple(place["start"][name] for name in ("line", "column", "index")) == start
    assert tuple(place["end"][name] for name in ("line", "column", "index")) == end
    verified = api.post(f"{ROOT}verify", json={"query": query, "generateCanonicalQuery": True})
    assert verified.status_code == 200
    assert verified.json()["valid"] is False
    (notice,) = verified.json()["notifications"]
    assert (notice["severity"], notice["notificationType"], notice["syntaxPosition"]) == ("ERROR", kind, place)
    assert api.post(f"{ROOT}parse", json={"query": query}).json()["error"]["details"]["errorType"] == kind


def test_verify_says_what_is_right(api: httpx.Client) -> None:
    asked = {"query": "fetch logs | summarize Count()", "generateCanonicalQuery": True}
    assert api.post(f"{ROOT}verify", json=asked).json() == {
        "valid": True, "canonicalQuery": "fetch logs\n| summarize count()", "notifications": [],
    }  # fmt: skip
    assert api.post(f"{ROOT}verify", json={"query": ""}).json()["valid"] is False


def terminals(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [node] if node["nodeType"] == "TERMINAL" else [t for child in node["children"] for t in terminals(child)]


QUERIES = [
    "fetch",
    'fetch bizevents, from:-2h // why\n| filter contains(a.b, "x") and not c >= 5',
    "fetch logs | summarize n = Count(), by:{`a b`, round(x)} | sort n desc | limit 5",
    "fetch logs | lookup [fetch bizevents | limit 5], sourceField:n, lookupField:x | fields a[0], now() - 5m, true, null",
]


@pytest.mark.parametrize("query", QUERIES[1:])
def test_the_tree_of_a_query_spells_its_canonical_text(api: httpx.Client, query: str) -> None:
    tree = api.post(f"{ROOT}parse", json={"query": query}).json()
    assert tree == json.loads(json.dumps(tree_of(query)))
    assert (tree["nodeType"], tree["type"], tree["isOptional"]) == ("CONTAINER", "QUERY", False)
    found = terminals(tree)
    assert "".join(one["canonicalString"] for one in found) == Statement(query).canonical()
    for one in found:
        assert one.keys() - {"tokenPosition"} == {
            "nodeType",
            "type",
            "canonicalString",
            "isOptional",
            "isMandatoryOnUserOrder",
        }
        if place := one.get("tokenPosition"):
            assert query[place["start"]["index"] : place["end"]["index"] + 1].lower() == one["canonicalString"].lower()
    words = [
        one for one in found if one["type"] in ("COMMAND_NAME", "FUNCTION_NAME", "DATA_OBJECT", "SIMPLE_IDENTIFIER")
    ]
    assert all("tokenPosition" in one for one in words)


def test_autocomplete(api: httpx.Client, mark: str) -> None:
    def offers(**asked: Any) -> dict[str, Any]:
        found: dict[str, Any] = api.post(f"{ROOT}autocomplete", json=asked).json()
        return found

    alike = [offers(query="f"), offers(query="f", cursorPosition=1), offers(query="fetch ", cursorPosition=1)]
    assert alike[0] == alike[1] == alike[2]
    first = alike[0]["suggestions"][0]
    assert first["suggestion"].strip() == "fetch"
    assert (first["alreadyTypedCharacters"], first["parts"][0]["type"]) == (1, "COMMAND_NAME")
    assert any(one["suggestion"].strip() == "bizevents" for one in offers(query="fetch ")["suggestions"])
    assert offers(query="fetch logs")["optional"] is True
    assert offers(query="fetch logs | filter ")["optional"] is False


def test_more_queries_than_run_at_once_are_told_to_wait(
    open_server: tuple[Server, str], api: httpx.Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr("dqlkit.serve.running._AT_ONCE", 0)
    found = execute(api, "data record(a=1)")
    assert (found.status_code, found.headers["retry-after"], found.json()["error"]["retryAfterSeconds"]) == (
        429,
        "2",
        2,
    )


def test_addresses_as_proxies_and_older_clients_write_them(api: httpx.Client) -> None:
    assert api.post(f"/e/abc-123{ROOT}execute", json={"query": "data record(a=1)"}).status_code == 200
    assert api.get("/platform/management/v1/environment/").json()["state"] == "ACTIVE"
    unknown = api.get("/platform/storage/nothing")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, 404)
    assert api.get(f"{ROOT}execute").status_code == 405
    large = api.post(f"{ROOT}execute", json={"query": "data record(a=1)"}, headers={"accept-encoding": "gzip"})
    assert large.status_code == 200
    described = api.get("/openapi.json")
    assert described.headers["content-encoding"] == "gzip"
    assert f"{ROOT}execute" in described.json()["paths"]
