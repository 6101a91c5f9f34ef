"""From a file of each shape to the answer of a query over it."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import dqlkit
from dqlkit.sources import SourceError, detect, read_table
from dqlkit.wire import recognise, shapes
from dqlkit.wire.bizevents import PLAIN

SHAPES = Path(__file__).parents[2] / "fixtures" / "shapes"

#: File, name of the shape, query, and what it answers.
ANSWERS: list[tuple[str, str, str, list[dict[str, Any]]]] = [
    ("dtctl.json", "dtctl query result", "fetch t | summarize max(timestamp), sum(toLong(`count()`))", [
        {"max(timestamp)": "2026-01-05T08:15:41.007000000Z", "sum(toLong(`count()`))": 15.0}]),
    ("dtctl-agent.json", "dtctl query result", "fetch t | summarize n = sum(`count()`)", [{"n": 15.0}]),
    ("dtctl-compact.json", "dtctl query result", "fetch t | summarize d = sum(duration), by:{service.name}", [
        {"service.name": "checkout", "d": "9032000"}]),
    ("grail-pages.json", "Grail query answer", "fetch t", [
        {"host": "HOST-1", "load": 0.5}, {"host": "HOST-2", "load": 1.0}]),
    ("grail-result.json", "Grail query answer", "fetch t", [
        {"time": "2026-01-05T08:14:03Z", "seen": "2026-01-05T08:14:03.000000000Z", "gone": None}]),
    ("events-v1-page.json", "Events API v1 feed", "fetch t | filter isNull(endTime) | fieldsKeep eventId, startTime, endTime", [
        {"eventId": "3030217856110927183", "startTime": "2026-01-05T06:27:05.507000000Z"}]),
    ("events-v1-event.json", "Events API v1 event", "fetch t | fields startTime, endTime, key = tags[0][key]", [
        {"startTime": "2026-01-05T06:27:05.507000000Z", "endTime": None, "key": "shop"}]),
    ("events-v2-page.json", "Events API v2 list", "fetch t | fields title, properties.status, dt.event.timeout", [
        {"title": "Low disk space", "properties.status": "degraded", "dt.event.timeout": "5"},
        {"title": "Release 7", "properties.status": None, "dt.event.timeout": None}]),
    ("events-v2-event.json", "Events API v2 event", "fetch t | fields dt.event.group_label, length = endTime - startTime", [
        {"dt.event.group_label": "Availability event", "length": "600000000000"}]),
    ("problems-v2.json", "problems", "fetch t | fields displayId, endTime", [
        {"displayId": "P-2601051", "endTime": "2026-01-05T01:01:00.000000000Z"}, {"displayId": "P-2601052", "endTime": None}]),
    ("problems-v1.json", "problems", "fetch t | fields startTime, impact = rankedImpacts[0][eventType]", [
        {"startTime": "2026-01-05T00:01:00.000000000Z", "impact": "HOST_SHUTDOWN"}]),
    ("problem-v2.json", "problem", "fetch t | fields startTime, endTime", [
        {"startTime": "2026-01-05T02:01:00.000000000Z", "endTime": None}]),
    ("problem-v1.json", "problems", "fetch t | fields startTime, impact = rankedImpacts[0][eventType]", [
        {"startTime": "2026-01-05T00:01:00.000000000Z", "impact": "HOST_SHUTDOWN"}]),
    ("audit-logs.json", "audit log", """
        fetch t, from:"2026-01-05T01:00:00Z", to:"2026-01-05T02:00:00Z" | fields user, path = patch[0][path]""", [
        {"user": "dt0c01.EXAMPLE", "path": "/name"}]),
    ("metrics.json", "metrics query answer", "fetch t | summarize v = avg(value), by:{metric.key, dt.entity.host}", [
        {"metric.key": "builtin:host.cpu.usage", "dt.entity.host": "HOST-0000000000002A7F", "v": 13.25},
        {"metric.key": "builtin:host.cpu.usage", "dt.entity.host": "HOST-00000000000081C8", "v": 88.25}]),
    ("otlp-logs.json", "OTLP logs", "fetch t | fields timestamp, content, service.name, http.status_code", [
        {"timestamp": "2026-01-05T00:00:00.000000001Z", "content": "payment refused",
         "service.name": "checkout", "http.status_code": "502"},
        {"timestamp": "2026-01-05T00:00:01.000000000Z", "content": {"code": "9007199254740993"},
         "service.name": "inner", "http.status_code": None}]),
    ("otlp-spans.json", "OTLP spans", "fetch t | filter isNull(span.parent_id) | fields span.id, span.kind, duration", [
        {"span.id": "eee19b7ec3c1b173", "span.kind": "client", "duration": "2000000000"}]),
    ("controller-chunk.json", "AppDynamics query answer", "fetch t | filter Calls > 10", [
        {"Tier": "web", "Calls": "42", "responseTime": 11.5}]),
    ("analytics-scroll.json", "AppDynamics query answer", "fetch t | fields eventTimestamp, time, tier = segments[0][tier]", [
        {"eventTimestamp": "2026-01-05T08:00:00.000000000Z", "time": "2026-01-05T08:00:00Z", "tier": "web"},
        {"eventTimestamp": "2026-01-05T09:00:00.000000000Z", "time": None, "tier": None}]),
    ("cloudevents-0.3.json", "CloudEvents", """
        fetch t | fieldsKeep event.id, attribute.event.id, total, data, subject, data.subject, data.data.subject""", [
        {"event.id": "a-1", "total": 12.5}, {"event.id": "a-2", "data": "thanks!"},
        {"event.id": "a-3", "attribute.event.id": "own",
         "subject": "s", "data.subject": "inner", "data.data.subject": "deeper"}]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "shape", "query", "expected"), ANSWERS, ids=[case[0] for case in ANSWERS])
def test_from_a_file_to_an_answer(name: str, shape: str, query: str, expected: list[dict[str, Any]]) -> None:
    assert detect(SHAPES / name) == shape
    assert dqlkit.query(query, {"t": SHAPES / name}).records == expected


def zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export", data)
    return buffer.getvalue()


def zstd(data: bytes) -> bytes:
    return bytes(pa.compress(data, "zstd", asbytes=True))


CONTAINERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstd": zstd,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zip": zipped,
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "UTF-32": lambda data: data.decode().encode("utf-32-be"),
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_shape_in_every_container(tmp_path: Path, container: str) -> None:
    for path in SHAPES.iterdir():
        inside = tmp_path / path.stem
        inside.write_bytes(CONTAINERS[container](path.read_bytes()))
        assert detect(inside) == detect(path)
        assert read_table(inside).frame.records() == read_table(path).frame.records()


def test_every_sample_has_a_query() -> None:
    assert {path.name for path in SHAPES.iterdir()} == {case[0] for case in ANSWERS}


@pytest.mark.parametrize("path", sorted(SHAPES.glob("*.json")), ids=lambda path: path.name)
def test_a_document_has_one_shape(path: Path) -> None:
    document, _ = json.JSONDecoder().raw_decode(path.read_text(encoding="utf-8"))
    for item in document if isinstance(document, list) else [document]:
        assert sum(shape.find(item) is not None for shape in shapes()) == 1


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("dtctl-agent.json", "context.has_more"),
        ("events-v1-page.json", "nextCursor"),
        ("events-v2-page.json", "nextPageKey"),
    ],
)
def test_what_more_there_is_is_told(name: str, member: str) -> None:
    result = dqlkit.query("fetch t", {"t": SHAPES / name})
    (told,) = result.metadata["grail"]["notifications"]
    assert told["notificationType"] == "MORE_RECORDS_EXIST"
    assert f"`{member}` says so" in told["message"]


def test_pages_that_are_all_there_tell_of_no_more() -> None:
    page = json.loads((SHAPES / "events-v2-page.json").read_text())
    last = {name: value for name, value in page.items() if name != "nextPageKey"}
    assert read_table([page, last]).notices == ()
    assert len(read_table([page, page]).notices) == 1
    assert read_table(SHAPES / "analytics-scroll.json").notices == ()
    one, other = ({"fields": [{"label": "a"}], "results": [[1]], "moreData": more} for more in (True, False))
    assert len(read_table([one, other]).notices) == 1


@pytest.mark.parametrize(
    "document",
    [
        {"records": [1]},
        {"records": "x"},
        {"records": [{"a": 1}], "mine": 1},
        {"events": [{"a": 1}], "mine": 1},
        {"result": {"a": 1}},
        {"result": [1], "a": 2},
        {"ok": True},
        {"ok": True, "result": 1, "mine": 2},
        {"error": {"mine": 1}},
        {"error": "e", "error_description": "d", "mine": 1},
        {"result": {"id": "1", "startTime": 1}},
        {"problemId": "1", "startTime": 1, "endTime": -1},
        {"errors": [{"mine": 1}]},
        {"statusCode": 404, "code": 1, "mine": 2},
        {"data": [{"chunk": 1}]},
        {"resourceLogs": [], "mine": 1},
        {"specversion": "1.0", "id": "1"},
        {"eventId": "1", "startTime": 1},
        {"problems": [], "mine": 1},
        {"state": "SUCCEEDED", "mine": 1},
    ],
)
def test_records_that_only_look_like_a_shape_are_plain(document: dict[str, Any]) -> None:
    assert recognise(document)[0] is PLAIN
    assert len(read_table(document).frame.records()) == 1


def test_a_page_among_records_is_a_record() -> None:
    assert len(read_table([{"records": [{"a": 1}]}, {"a": 1}]).frame.records()) == 2
    assert len(read_table([{"error": "late"}, {"error": "early"}]).frame.records()) == 2


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"error": {"code": 400, "message": "X", "details": {"errorMessage": "no command `limt`."}}}, "no command `limt`"),
        ([{"error": {"code": 400, "message": "Constraints violated."}}], "400 Constraints violated."),
        ({"errors": [{"index": 0, "message": "no type"}, {"id": "a", "message": "no id"}]}, "no type; no id"),
        ({"statusCode": 404, "code": "Missing.EventType", "message": "no such type"}, "404 no such type"),
        ({"error": "invalid_client", "error_description": "no such client"}, "invalid_client no such client"),
        ([{"label": "0", "error": "bad query"}], "bad query"),
        ({"data": [{"chunk": [], "error": "bad query"}]}, "bad query"),
        ({"ok": False, "error": {"code": "auth_required", "message": "log in"}}, "dtctl failed: log in"),
        ({"ok": True, "result": {"kind": "result-file", "path": "/tmp/x"}}, "found a result-file of dtctl"),
        ({"ok": True, "result": "a,b\n1,2\n", "context": {"format": "csv"}}, "found text"),
        ({"state": "FAILED", "error": {"message": "PARSE_ERROR"}}, "found state FAILED without them: PARSE_ERROR"),
        ([{"events": [1], "totalCount": 1}], "record 1: expected an object, found a number"),
        ({"result": [{"metricId": "m", "data": [{"timestamps": [1], "values": []}]}], "totalCount": 1}, "metric 1: "),
        ({"result": [{"data": [{"timestamps": [1], "values": ["x"]}]}], "totalCount": 1}, "a number among the values"),
        ({"resourceLogs": [{"scopeLogs": [{"logRecords": 1}]}]}, "`logRecords` as an array"),
        ({"resourceSpans": [1]}, "resourceSpans, entry 1: expected an object"),
    ],
)  # fmt: skip
def test_what_holds_no_records_is_an_error_that_says_why(document: Any, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_table(document)
    assert message in str(caught.value)


def test_attributes_of_one_name_all_stay() -> None:
    attributes = [{"key": "a", "value": {"intValue": str(k)}} for k in range(3)]
    scope = {"logRecords": [{"attributes": attributes}]}
    found = read_table({"resourceLogs": [{"scopeLogs": [scope]}]}).frame.records()
    assert found == [{"a": 0, "attribute.a": 1, "attribute.attribute.a": 2}]


def test_whole_numbers_beyond_64_bits_are_told_in_otlp_too() -> None:
    record = {"timeUnixNano": str(2**63), "attributes": [{"key": "a", "value": {"intValue": str(2**63)}}]}
    table = read_table({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]})
    assert table.frame.records() == [{"timestamp": str(2**63), "a": float(2**63)}]
    assert [notice.message for notice in table.notices] == [
        "`a`: 1 whole number of more than 64 bits became the nearest double."
    ]


def test_errors_name_the_page() -> None:
    page = {"totalCount": 1, "events": [{"a": 1}]}
    with pytest.raises(SourceError, match="page 2: record 1: expected an object"):
        read_table([page, {"totalCount": 1, "events": [5]}])


def test_records_that_are_not_what_their_page_says_may_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    rows = [{"v": "1"}, {"v": "one"}, 5, {"v": "2"}]
    path.write_text(json.dumps({"records": rows, "types": [{"mappings": {"v": {"type": "long"}}}]}))
    with pytest.raises(SourceError, match="record 2, field `v`"):
        read_table(path)
    table = read_table(path, ignore_errors=True)
    assert table.frame.records() == [{"v": 1}, {"v": 2}]
    assert [notice.message for notice in table.notices] == ["2 records cannot be read and are left out."]
    path.write_text('{"error": {"code": 404, "message": "gone"}}')
    with pytest.raises(SourceError, match="failed request: 404 gone"):
        read_table(path, ignore_errors=True)
