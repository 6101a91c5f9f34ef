"""Business events and OpenPipeline events: every form that clients send, and what is stored of it."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from dqlkit.serve.access import Access
from tests.serve.conftest import serving

ROOTS = ("/api/v2/bizevents/ingest", "/platform/classic/environment-api/v2/bizevents/ingest")
CLOUD = {"specversion": "1.0", "id": "e-1", "source": "shop.example", "type": "order.paid"}


def send(api: httpx.Client, body: Any, content: str = "application/json", root: str = ROOTS[0], **headers: str) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api.post(root, content=data, headers={"content-type": content, **headers})


def stored(api: httpx.Client, mark: str, table: str = "bizevents") -> list[dict[str, Any]]:
    """The records with a mark, of any time."""
    body = {
        "query": f'fetch {table} | filter mark == "{mark}" | sort event.id',
        "defaultTimeframeStart": "1971-01-01T00:00:00Z",
        "defaultTimeframeEnd": "2200-01-01T00:00:00Z",
    }
    found = api.post("/platform/storage/query/v1/query:execute", json=body)
    assert found.status_code == 200, found.text
    records: list[dict[str, Any]] = found.json()["result"]["records"]
    return records


@pytest.fixture
def mark() -> str:
    return str(uuid4())


@pytest.mark.parametrize("root", ROOTS)
def test_json_is_stored_flat_with_what_ingest_adds(api: httpx.Client, mark: str, root: str) -> None:
    order = {
        "id": "7",
        "total": 12,
        "rate": 0.5,
        "paid": True,
        "buyer": {"name": "Zoë"},
        "items": ["a", 1],
        "gone": None,
    }
    found = send(api, {**order, "mark": mark, "event.kind": "OTHER"}, "application/json; charset=utf-8", root)
    assert (found.status_code, found.content) == (202, b"")
    (record,) = stored(api, mark)
    assert (
        abs(time.time() - time.mktime(time.strptime(record["timestamp"][:19], "%Y-%m-%dT%H:%M:%S")) + time.timezone)
        < 60
    )
    assert len(record.pop("event.id")) == 36
    assert record == {
        "id": "7", "total": "12", "rate": 0.5, "paid": True, "buyer": '{"name":"Zoë"}', "items": '["a",1]', "mark": mark,
        "event.kind": "BIZ_EVENT", "event.provider": "unknown", "event.type": "unknown", "timestamp": record["timestamp"],
    }  # fmt: skip


def test_an_array_has_one_record_per_object_and_own_fields_are_kept(api: httpx.Client, mark: str) -> None:
    one = {
        "mark": mark,
        "event.id": "own",
        "event.type": "t",
        "event.provider": "p",
        "timestamp": "2024-05-06T07:08:09.123456789Z",
    }
    assert (
        send(api, [one, {"mark": mark, "timestamp": 1715000000000}, {"mark": mark, "time": "1715000000"}]).status_code
        == 202
    )
    records = stored(api, mark)
    assert len({record["event.id"] for record in records}) == 3
    own = next(record for record in records if record["event.id"] == "own")
    assert own == {**one, "event.kind": "BIZ_EVENT"}
    assert sum(record["timestamp"] == "2024-05-06T12:53:20.000000000Z" for record in records) == 2


CASES = [
    ({**CLOUD, "data": {"n": 1}}, "application/cloudevent+json"),
    ({**CLOUD, "data": {"n": 1}}, "application/cloudevents+json; charset=UTF-8"),
    ([{**CLOUD, "data": {"n": 1}}], "application/cloudevent-batch+json"),
    ([{**CLOUD, "data": {"n": 1}}], "application/cloudevents-batch+json"),
]


@pytest.mark.parametrize(("body", "content"), CASES, ids=[content for _, content in CASES])
def test_cloud_events(api: httpx.Client, mark: str, body: Any, content: str) -> None:
    for event in body if isinstance(body, list) else [body]:
        event["data"] = {"n": 1, "who": {"first": "A"}, "mark": mark}
        event["time"] = "2023-08-07T07:07:13.532Z"
    assert send(api, body, content).status_code == 202
    assert stored(api, mark) == [
        {
            "event.id": "e-1", "event.provider": "shop.example", "event.type": "order.paid", "event.kind": "BIZ_EVENT",
            "timestamp": "2023-08-07T07:07:13.532000000Z", "n": "1", "who": '{"first":"A"}', "mark": mark,
        }
    ]  # fmt: skip


def test_cloud_events_in_binary_mode(api: httpx.Client, mark: str) -> None:
    attributes = {f"ce-{name}": value for name, value in CLOUD.items()}
    assert send(api, {"mark": mark}, **attributes, **{"ce-subject": "Z%C3%BCrich"}).status_code == 202
    (record,) = stored(api, mark)
    assert (record["event.id"], record["subject"], record["datacontenttype"]) == ("e-1", "Zürich", "application/json")
    assert send(api, {"mark": mark}, **{"ce-specversion": "1.0"}).status_code == 400


def test_what_is_right_of_a_request_is_stored(api: httpx.Client, mark: str) -> None:
    right = {**CLOUD, "data": {"mark": mark}}
    wrong = {**right, "id": "e-2"}
    del wrong["type"]
    found = send(api, [right, wrong, 5], "application/cloudevents-batch+json")
    assert found.status_code == 400
    first, second = found.json()["errors"]
    assert (first["index"], first["id"], first["source"]) == (1, "e-2", "shop.example")
    assert "type" in first["message"]
    assert second["index"] == 2
    assert len(stored(api, mark)) == 1
    assert [one["index"] for one in send(api, [{"mark": mark}, "x", {"mark": mark}]).json()["errors"]] == [1]
    assert len(stored(api, mark)) == 3


WRONG = [
    (b"{", {}, 400),
    (b"", {}, 400),
    (b"\xff\xfe{}", {}, 400),
    (b'"text"', {}, 400),
    (b"[" * 100_000, {}, 400),
    (b'{"a":' * 5000 + b"1" + b"}" * 5000, {}, 400),
    (b"{}", {"content-type": "text/plain"}, 415),
    (b"{}", {"content-type": ""}, 415),
    (b"{}", {"content-type": "application/cloudevents-batch+json"}, 400),
    (b"{}", {"content-encoding": "gzip"}, 400),
    (gzip.compress(b"{}")[:-4], {"content-encoding": "gzip"}, 400),
    (b"{}", {"content-encoding": "br"}, 415),
    (b'{"a":"' + b"x" * (5 * 1024 * 1024) + b'"}', {}, 413),
    (gzip.compress(b'{"a":"' + b"x" * 200_000_000 + b'"}', 1), {"content-encoding": "gzip"}, 413),
]


@pytest.mark.parametrize(("body", "headers", "status"), WRONG, ids=[f"{n}-{s}" for n, (_, _, s) in enumerate(WRONG)])
def test_bodies_that_are_damaged_or_too_large(
    api: httpx.Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    found = api.post(ROOTS[0], content=body, headers={"content-type": "application/json", **headers})
    assert found.status_code == status
    said = found.json()
    assert said["errors"][0]["message"] if status in (400, 413) else said["error"]["code"] == status


def test_packed_bodies_and_odd_values(api: httpx.Client, mark: str) -> None:
    text = f'{{"mark":"{mark}","big":{2**70},"huge":1e400,"half":"\\ud800","": 1,"A":1,"a":2}}'
    assert send(api, gzip.compress(text.encode()), **{"content-encoding": "gzip"}).status_code == 202
    assert send(api, zlib.compress(text.encode()), **{"content-encoding": "deflate"}).status_code == 202
    for record in stored(api, mark):
        assert (record["big"], record["half"], record[""], record["A"], record["a"]) == (2.0**70, "�", "1", "1", "2")


@pytest.mark.parametrize(
    ("kind", "table", "named"),
    [
        ("events", "events", None),
        ("events.sdlc", "events", "SDLC_EVENT"),
        ("security.events", "security.events", "SECURITY_EVENT"),
        ("events.security", "security.events", "SECURITY_EVENT"),
    ],
)
def test_open_pipeline(api: httpx.Client, mark: str, kind: str, table: str, named: str | None) -> None:
    event = {
        "event.id": "1",
        "mark": mark,
        "tags": ["a"],
        "o": {"x": 1},
        "dt.system.bucket": "mine",
        "timestamp": 1715000000,
    }
    assert api.post(f"/platform/ingest/v1/{kind}", json=event).status_code == 202
    assert api.post(f"/platform/ingest/custom/{kind}/mine", json=[event, event]).status_code == 202
    records = stored(api, mark, table)
    assert len(records) == 3
    expected = {
        "event.id": "1",
        "mark": mark,
        "tags": ["a"],
        "o": '{"x":1}',
        "timestamp": "2024-05-06T12:53:20.000000000Z",
    }
    assert records[0] == {**expected, **({"event.kind": named} if named else {})}
    refused = api.post(f"/platform/ingest/v1/{kind}", json=[event, 1])
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, 400)
    assert len(stored(api, mark, table)) == 3


def count(api: httpx.Client, table: str = "bizevents") -> int:
    query = {"query": f"fetch {table} | summarize n = count()"}
    return int(api.post("/platform/storage/query/v1/query:execute", json=query).json()["result"]["records"][0]["n"])


def test_an_event_that_is_sent_again_is_stored_once(tmp_path: Path) -> None:
    """Also within a request, after the events were flushed, and by the next server."""
    cloud = {"specversion": "1.0", "type": "t", "source": "a", "id": "1"}
    batch, one = "application/cloudevents-batch+json", "application/json"
    sent = [
        ([cloud, {**cloud, "id": "2"}, cloud, {**cloud, "source": "b"}], batch, 3),
        ([{**cloud, "data": {"other": 1}}], batch, 3),
        ([{"event.id": "1"}, {"event.id": "1", "event.provider": "other"}, {}, {}], one, 6),
        ({"event.id": "1"}, one, 6),
        ([{"event.id": f"{n % 40}"} for n in range(100)], one, 45),
    ]
    for turn in range(2):
        with (
            serving(tmp_path / "store", Access(), dedupe=True) as (server, address),
            httpx.Client(base_url=address, timeout=60) as api,
        ):
            for body, content, kept in sent:
                found = api.post(ROOTS[0], content=json.dumps(body), headers={"content-type": content})
                assert found.status_code == 202
                assert count(api) == (kept if not turn else 47), body
                server.store.run("flush", "bizevents")
                if turn:
                    break
            assert api.post("/platform/ingest/v1/events", json=[{"event.id": "1"}] * 2).status_code == 202
            assert count(api, "events") == 1
            if not turn:
                assert api.post(ROOTS[0], json=[{}, {}]).status_code == 202, "what has no id is always new"


def test_a_table_has_so_many_fields_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many requests bring them; what was taken stays, and events with known fields go on."""
    monkeypatch.setattr("dqlkit.store.store._FIELDS", 20)
    codes = []
    for turn in range(2):
        with (
            serving(tmp_path / "store", Access()) as (server, address),
            httpx.Client(base_url=address, timeout=60) as api,
        ):
            codes += [api.post(ROOTS[0], json={f"field {turn} {n}": n}).status_code for n in range(12)]
            refused = api.post(ROOTS[0], json=[{"field 0 0": 1}] * 20 + [{f"more {n}": 1} for n in range(20)])
            assert (refused.status_code, "at most 20 fields" in refused.json()["errors"][0]["message"]) == (413, True)
            assert api.post(ROOTS[0], json={"field 0 0": 1}).status_code == 202
            assert count(api) == codes.count(202) + turn + 1
            server.store.run("flush", "bizevents")
    assert codes.count(202) == 15, "beside the five that ingest adds"
    assert codes[:12] == [202] * 12
