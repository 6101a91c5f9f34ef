"""Each export format: how it is known, and the records it yields."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dqlkit.results import Result
from dqlkit.sources import SourceError, detect, read_table
from dqlkit.types import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid
from tests.shared import lines, needs

FIXTURES = Path(__file__).parents[2] / "fixtures"
ANSWERS = "conformance/grail-answers.jsonl"
NOON = Timestamp(1_767_268_800_000_000_000)  # 2026-01-01T12:00:00Z


def records(document: Any) -> list[dict[str, Any]]:
    return read_table(document).frame.records()


@pytest.mark.parametrize(
    ("name", "format", "count"),
    [
        ("rentals.json", "JSON records", 2400),
        ("rentals.parquet", "Parquet", 2400),
        ("orders.ndjson", "JSON records", 1200),
        ("payments.json", "CloudEvents", 300),
        ("spans.json", "Grail query answer", 350),
        ("events-v1.json", "Events API v1 feed", 180),
        ("events-v2.json", "Events API v2 list", 150),
        ("products.json", "JSON records", 250),
        ("transactions.json", "AppDynamics query answer", 600),
    ],
)
def test_fixtures(name: str, format: str, count: int) -> None:
    assert detect(FIXTURES / name) == format
    assert len(read_table(FIXTURES / name).frame.records()) == count


def test_fixtures_are_what_their_script_writes(tmp_path: Path) -> None:
    (tmp_path / "make.py").write_text((FIXTURES / "make.py").read_text())
    subprocess.run([sys.executable, str(tmp_path / "make.py")], check=True)
    for path in [*FIXTURES.glob("*json"), FIXTURES / "rentals.parquet"]:
        assert (tmp_path / path.name).read_bytes() == path.read_bytes() or path.suffix == ".parquet"
        assert read_table(tmp_path / path.name).frame.records() == read_table(path).frame.records()


def test_cloudevents() -> None:
    event = {
        "specversion": "1.0",
        "id": "8d8c",
        "source": "shop",
        "type": "com.shop.payment",
        "time": "2026-01-01T12:00:00Z",
        "subject": "s",
        "data": {"total": 1.5, "person": {"name": "Max"}, "subject": "inner", "id": "110"},
    }
    expected = {
        "specversion": "1.0",
        "event.id": "8d8c",
        "event.provider": "shop",
        "event.type": "com.shop.payment",
        "timestamp": NOON,
        "subject": "s",
        "total": 1.5,
        "person": {"name": "Max"},
        "data.subject": "inner",
        "id": "110",
    }
    assert records(event) == [expected]
    assert records([event, event]) == [expected, expected]


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ({"data": [1, 2]}, {"data": [1, 2]}),
        ({"data": None}, {}),
        ({"data_base64": "eyJhIjogMX0="}, {"a": 1}),
        ({"data_base64": "/w=="}, {"data": "/w=="}),
    ],
)
def test_other_data_of_cloudevents(member: dict[str, Any], expected: dict[str, Any]) -> None:
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "t"}
    mapped = {"specversion": "1.0", "event.id": "1", "event.provider": "s", "event.type": "t"}
    assert records(event | member) == [mapped | expected]


def grail(values: list[Any], *types: tuple[int, int, dict[str, Any]]) -> dict[str, Any]:
    ranged = [{"indexRange": [first, last], "mappings": {"v": found}} for first, last, found in types]
    return {"records": [{"v": value} for value in values], "types": ranged, "metadata": {}}


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("long", "9007199254740993", 9007199254740993),
        ("long", 5, 5),
        ("double", 5, 5.0),
        ("double", "-Infinity", float("-inf")),
        ("boolean", True, True),
        ("string", "7", "7"),
        ("timestamp", "2026-01-01T13:00:00.000000001+01:00", Timestamp(NOON.nanos + 1)),
        ("duration", "-1500", Duration(-1500)),
        (
            "timeframe",
            {"start": "2026-01-01T12:00:00.000Z", "end": "2026-01-01T12:00:01.000Z"},
            Timeframe(NOON, Timestamp(NOON.nanos + 10**9)),
        ),
        ("binary", "AP8=", b"\x00\xff"),
        ("ip_address", "2001:db8::1", Ip(6, (0x2001_0DB8 << 96) + 1)),
        ("uid", "00000000000000ff", Uid("uid64", 255)),
        ("uid", "0" * 30 + "ff", Uid("uid128", 255)),
        ("uid", "00000000-0000-0000-0000-0000000000ff", Uid("uuid", 255)),
        ("smartscape_id", "HOST-1", SmartscapeId("HOST-1")),
        ("geo_point", {"latitude": 1, "longitude": 2.5}, GeoPoint(1.0, 2.5)),
        ("undefined", None, None),
        ("not known yet", "x", "x"),
    ],
)
def test_types_of_query_answers(name: str, written: Any, value: Any) -> None:
    answer = grail([written, None], (0, 1, {"type": name}))
    assert records(answer) == [{"v": value}, {"v": None}]
    array = {"type": "array", "types": [{"indexRange": [0, 1], "mappings": {"element": {"type": name}}}]}
    assert records(grail([[written, None]], (0, 0, array))) == [{"v": [value, None]}]
    record = {"type": "record", "types": [{"mappings": {"k": {"type": name}}}]}
    assert records(grail([{"k": written}], (0, 0, record))) == [{"v": {"k": value}}]


def test_types_of_query_answers_hold_for_their_range() -> None:
    types = [(0, 1, {"type": "long"}), (2, 2, {"type": "double"}), (3, 3, {"type": "string"})]
    answer = grail(["1", "2", "3", "x"], *types)
    for wrapped in (answer, {"result": answer}, {"state": "SUCCEEDED", "progress": 100, "result": answer}):
        assert records(wrapped) == [{"v": 1}, {"v": 2}, {"v": 3.0}, {"v": "x"}]
    assert records({"records": [{"n": "1"}, None], "types": []}) == [{"n": "1"}, {"n": None}]


def test_our_own_answers_read_back() -> None:
    path = FIXTURES / "spans.json"
    written = json.loads(path.read_text())["result"]
    again = Result.of(read_table(path).frame).to_dict()
    assert again["records"] == written["records"]
    assert again["types"] == written["types"]


@needs(ANSWERS)
def test_captured_answers_read_back() -> None:
    for case in lines(ANSWERS):
        table = read_table({"records": case["records"], "types": case["types"] or [], "metadata": {}}).frame
        assert len(table.records()) == len(case["records"])


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (grail(["x"], (0, 0, {"type": "long"})), "record 1, field `v`: expected a value of the type long"),
        (grail([{"a": 1}], (0, 0, {"type": "ip_address"})), "that `types` gives it, found an object."),
        ({"state": "RUNNING", "requestToken": "t"}, "found state RUNNING without them"),
        ([{"fields": [], "results": []}, {"error": "no such type"}], "answer to a failed request: no such type."),
        ({"fields": [{"label": "a"}], "results": [[1, 2]]}, "row 1: expected an array of 1 values, found 2."),
    ],
)
def test_answers_that_do_not_hold_what_they_say(document: Any, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_table(document)
    assert message in caught.value.diagnostics[0].message


def test_events_feed() -> None:
    millis = NOON.nanos // 10**6
    event = {"eventId": -5106087015642687000, "startTime": millis, "endTime": millis + 1, "tags": None}
    expected = event | {"startTime": NOON, "endTime": Timestamp(NOON.nanos + 10**6)}
    assert records({"events": [event]}) == [expected]
    assert records({"events": [event], "nextCursor": None, "totalEventCount": 1}) == [expected]
    assert records({"events": [{"a": 1}], "mine": 1}) == [{"events": [{"a": 1}], "mine": 1}]


def test_event_list() -> None:
    event = {
        "startTime": NOON.nanos // 10**6,
        "endTime": -1,
        "status": "OPEN",
        "properties": [{"key": "dt.event.timeout", "value": "5"}, {"key": "status", "value": "inner"}],
    }
    expected = {
        "startTime": NOON,
        "endTime": None,
        "status": "OPEN",
        "dt.event.timeout": "5",
        "properties.status": "inner",
    }
    assert records({"totalCount": 1, "events": [event]}) == [expected]


def test_appdynamics_answers() -> None:
    answer = {
        "label": "0",
        "fields": [
            {"label": "application", "field": "application", "type": "string"},
            {"label": "at", "field": "eventTimestamp", "type": "date"},
            {"label": "mean", "field": "responseTime", "type": "float", "aggregation": "avg"},
            {"label": "parts", "field": "segments", "type": "array", "fields": [{"field": "tier", "type": "string"}]},
            {"label": "user", "field": "user", "type": "object", "fields": [{"field": "id", "type": "integer"}]},
        ],
        "results": [
            ["App", "2026-01-01T12:00:00.000Z", 5, [["web"], ["db"]], [7]],
            ["App", NOON.nanos // 10**6, None, [], None],
        ],
        "total": 2,
        "moreData": False,
    }
    expected = [
        {"application": "App", "at": NOON, "mean": 5.0, "parts": [{"tier": "web"}, {"tier": "db"}], "user": {"id": 7}},
        {"application": "App", "at": NOON, "mean": None, "parts": [], "user": None},
    ]
    assert records([answer]) == records(answer) == expected
