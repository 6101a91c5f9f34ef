"""The Analytics Events API: schemas, publishing, queries, scrolling, limits."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from dqlkit.serve.rates import Rates

JSON, TEXT = "application/vnd.appd.events+json;v=2", "application/vnd.appd.events+text;v=2"
FIELDS = {"item": "string", "stars": "integer", "price": "float", "gift": "boolean", "at": "date", "more": "object"}
EVENTS = [
    {
        "item": "cup",
        "stars": 4,
        "price": 2.5,
        "gift": True,
        "at": "2024-05-06T07:08:09.123Z",
        "eventTimestamp": 1715000000000,
    },
    {
        "item": "pan",
        "stars": "5",
        "price": 3,
        "gift": "false",
        "at": 1715000000123,
        "more": {"a": [1]},
        "eventTimestamp": 1715000001000,
    },
    {"item": 7, "price": "1.5", "eventTimestamp": "2024-05-06T12:53:22.000Z"},
]


@pytest.fixture(scope="module")
def account() -> dict[str, str]:
    return {"X-Events-API-AccountName": "customer1", "X-Events-API-Key": uuid4().hex, "Accept": JSON}


@pytest.fixture(autouse=True)
def unlimited(open_server: Any) -> Any:
    server, _ = open_server
    server.rates = None
    yield
    server.rates = Rates()


def send(
    api: httpx.Client, account: dict[str, str], method: str, path: str, body: Any = None, **headers: str
) -> httpx.Response:
    sent = {} if body is None else {"json": body} if not isinstance(body, (str, bytes)) else {"content": body}
    return api.request(method, f"/events/{path}", headers={**account, "Content-Type": JSON, **headers}, **sent)


@pytest.fixture(scope="module")
def orders(api: httpx.Client, account: dict[str, str], open_server: Any) -> str:
    """An event type with three events."""
    open_server[0].rates = None
    name = f"orders_{uuid4().hex}"
    assert send(api, account, "POST", f"schema/{name}", {"schema": FIELDS, "eventType": ""}).status_code == 201
    found = send(api, account, "POST", f"publish/{name}", EVENTS)
    assert (found.status_code, found.content) == (200, b"")
    return name


def ask(api: httpx.Client, account: dict[str, str], query: str, **parameters: Any) -> Any:
    headers = {**account, "Content-Type": TEXT}
    return api.post("/events/query", content=query, headers=headers, params=parameters)


def test_schemas_are_made_read_changed_and_deleted(api: httpx.Client, account: dict[str, str]) -> None:
    name = f"s{uuid4().hex}"
    assert send(api, account, "GET", f"schema/{name}").json()["code"] == "Missing.EventType"
    assert (
        send(api, account, "POST", f"schema/{name}", {"schema": {"a": "string", "b": {"type": "integer"}}}).status_code
        == 201
    )
    again = send(api, account, "POST", f"schema/{name}", {"schema": {"a": "string"}})
    assert (again.status_code, again.json()["statusCode"]) == (409, 409)
    assert again.json().keys() == {"statusCode", "code", "message", "developerMessage", "logCorrelationId"}
    implicit = {"eventTimestamp": "date", "pickupTimestamp": "date"}
    assert send(api, account, "GET", f"schema/{name}").json() == {"schema": {"a": "string", "b": "integer", **implicit}}
    change = [{"add": {"c": "float"}, "rename": {"a": "d"}}]
    changed = send(api, account, "PATCH", f"schema/{name}", change)
    assert (changed.status_code, changed.json()) == (
        200,
        {"schema": {"d": "string", "b": "integer", "c": "float", **implicit}},
    )
    override = send(
        api,
        account,
        "POST",
        f"schema/{name}",
        [{"add": {"e": "date"}, "rename": {}}],
        **{"X-HTTP-Method-Override": "PATCH"},
    )
    assert override.json()["schema"]["e"] == "date"
    assert send(api, account, "PATCH", f"schema/{name}", [{"rename": {"d": "b"}}]).status_code == 409
    assert send(api, account, "DELETE", f"schema/{name}").status_code == 200
    assert send(api, account, "DELETE", f"schema/{name}").status_code == 404


@pytest.mark.parametrize(
    "schema",
    [
        None,
        [],
        {"a": "text"},
        {"a": 5},
        {"a b": "string"},
        {"eventTimestamp": "date"},
        {f"f{n}": "string" for n in range(1501)},
    ],
)
def test_schemas_that_are_wrong(api: httpx.Client, account: dict[str, str], schema: Any) -> None:
    assert send(api, account, "POST", f"schema/s{uuid4().hex}", {"schema": schema}).status_code == 400
    assert send(api, account, "POST", "schema/no.dots", {"schema": {"a": "string"}}).status_code == 400


@pytest.mark.parametrize(
    "change", [[5], [{"remove": {}}], [{"add": {"item": "float"}}], [{"rename": {"x": "y"}}], [{"add": 5}]]
)
def test_changes_that_are_wrong(api: httpx.Client, account: dict[str, str], orders: str, change: Any) -> None:
    assert send(api, account, "PATCH", f"schema/{orders}", change).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([{"stars": "many"}], 400), ([{"stars": 1.5}], 400), ([{"gift": "maybe"}], 400), ([{"at": "soon"}], 400),
        ([{"other": 1}], 400), ([{"item": {}}], 400), ([5], 400), ("x", 400), (b"{", 400), ([{"stars": 2**63}], 400),
        ([{"item": "x" * (1 << 20)}], 413), ([], 200), ({"item": "alone"}, 200),
    ],
)  # fmt: skip
def test_publishing_is_held_to_the_schema(api: httpx.Client, account: dict[str, str], body: Any, status: int) -> None:
    name = f"p{uuid4().hex}"
    send(api, account, "POST", f"schema/{name}", {"schema": FIELDS})
    found = send(api, account, "POST", f"publish/{name}", body)
    assert found.status_code == status
    if status != 200:
        assert found.json()["statusCode"] == status
        whole = [{"item": "right"}, *body] if isinstance(body, list) and len(str(body)) < 1000 else body
        assert send(api, account, "POST", f"publish/{name}", whole).status_code == status, "all or nothing"
        assert ask(api, account, f"SELECT item FROM {name}").json()[0]["results"] == []


def test_a_query_answers_with_fields_and_rows(api: httpx.Client, account: dict[str, str], orders: str) -> None:
    (answer,) = ask(api, account, f"SELECT item, stars, price, gift, at FROM {orders} ORDER BY eventTimestamp").json()
    assert [one["type"] for one in answer["fields"]] == ["string", "integer", "float", "boolean", "date"]
    assert answer["results"] == [
        ["cup", 4, 2.5, True, "2024-05-06T07:08:09.123Z"],
        ["pan", 5, 3.0, False, "2024-05-06T12:53:20.123Z"],
        ["7", None, 1.5, None, None],
    ]
    assert (answer["total"], answer["moreData"], answer["schema"]) == (3, False, orders)
    (everything,) = ask(api, account, f"SELECT * FROM {orders}").json()
    assert [one["label"] for one in everything["fields"]] == sorted([*FIELDS, "eventTimestamp", "pickupTimestamp"])
    (groups,) = ask(api, account, f"SELECT item, count(*) AS n FROM {orders}").json()
    assert "total" not in groups
    assert groups["fields"][1]["aggregation"] == "count"


def test_parameters(api: httpx.Client, account: dict[str, str], orders: str) -> None:
    query = f"SELECT item FROM {orders} ORDER BY eventTimestamp"

    def items(text: str = query, **parameters: Any) -> list[str]:
        (answer,) = ask(api, account, text, **parameters).json()
        return [row[0] for row in answer["results"]]

    assert items(limit=2) == ["cup", "pan"]
    assert items(f"{query} LIMIT 1", limit=3) == ["cup"], "what the query says wins"
    assert items(limit=50_000_000) == ["cup", "pan", "7"]
    assert items(start=1715000001000, end=1715000001000) == ["pan"], "both bounds count"
    assert items(start="2024-05-06T12:53:21.000Z") == ["pan", "7"]
    assert ask(api, account, query, limit=2).json()[0]["moreData"] is True
    for wrong in ({"limit": "x"}, {"start": "x"}, {"mode": "other"}, {"scrollid": "x"}):
        assert ask(api, account, query, **wrong).status_code == 400


def test_several_queries(api: httpx.Client, account: dict[str, str], orders: str) -> None:
    query = f"SELECT item FROM {orders} ORDER BY eventTimestamp"
    several = [
        {"label": "a", "query": query, "limit": 1},
        {"query": "SELECT"},
        {"query": "SELECT a FROM nothing"},
        {"query": query},
    ]
    first, wrong, unknown, last = send(api, account, "POST", "query", several).json()
    assert (first["label"], first["results"]) == ("a", [["cup"]])
    assert (wrong["label"], unknown["label"]) == ("1", "2")
    assert wrong["error"]
    assert unknown["error"]
    assert len(last["results"]) == 3
    for body in ({"query": query, "mode": "json"}, [{"query": query}]):
        assert len(send(api, account, "POST", "query", body).json()) == 1
    for content in (TEXT, JSON, "application/vnd.appd.events+json;v=1", "application/vnd.appd.events+json; v=2"):
        assert send(api, account, "POST", "query", query, **{"Content-Type": content}).status_code == 200
    for body in ([{"query": query}] * 21, [], [{}], [5], '[{"query"'):
        assert send(api, account, "POST", "query", body).status_code == 400


def test_scrolling(api: httpx.Client, account: dict[str, str]) -> None:
    name = f"r{uuid4().hex}"
    send(api, account, "POST", f"schema/{name}", {"schema": {"n": "integer"}})
    for start in range(0, 12_000, 4000):
        send(api, account, "POST", f"publish/{name}", [{"n": n} for n in range(start, start + 4000)])
    query = f"SELECT n FROM {name} ORDER BY n"
    (page,) = ask(api, account, query, mode="scroll").json()
    rows = [*page["results"]]
    assert (len(rows), page["moreData"], page["total"]) == (1000, True, 12_000)
    while page["moreData"]:
        (page,) = send(
            api, account, "POST", "query", [{"query": query, "mode": "scroll", "scrollid": page["scrollid"]}]
        ).json()
        rows += page["results"]
    assert rows == [[n] for n in range(12_000)]
    assert ask(api, account, f"SELECT count(*) FROM {name}", mode="scroll").status_code == 400
    assert send(api, account, "POST", "query", [{"query": query, "mode": "scroll"}] * 2).status_code == 400


def test_what_is_refused(api: httpx.Client, account: dict[str, str], orders: str) -> None:
    assert ask(api, account, "SELEC a").json()["code"] == "Invalid.Query"
    assert ask(api, account, "SELECT a FROM nothing").status_code == 404
    assert ask(api, account, " ").status_code == 400
    assert send(api, account, "POST", "publish/nothing", []).json()["code"] == "Missing.EventType"
    assert send(api, account, "POST", f"publish/{orders}", [], Accept="text/html").status_code == 406
    assert send(api, account, "POST", f"publish/{orders}", [], Accept="application/json").status_code == 200
    assert send(api, account, "POST", f"publish/{orders}", [], **{"Content-Type": "text/xml"}).status_code == 415
    assert send(api, account, "GET", "nothing").status_code == 404
    assert send(api, account, "PUT", f"schema/{orders}", {}).json()["statusCode"] == 405


def test_accounts_keys_and_event_types_have_rates(api: httpx.Client, open_server: Any, orders: str) -> None:
    server, _ = open_server
    server.rates = Rates()
    one = {"X-Events-API-AccountName": uuid4().hex, "X-Events-API-Key": uuid4().hex}
    codes = [send(api, one, "GET", f"schema/{orders}").status_code for _ in range(146)]
    assert codes == [200] * 145 + [429]
    refused = send(api, one, "GET", f"schema/{orders}")
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert refused.json()["code"] == "RateLimit.Exceeded"
    assert send(api, {**one, "X-Events-API-Key": "other"}, "GET", f"schema/{orders}").status_code == 200
