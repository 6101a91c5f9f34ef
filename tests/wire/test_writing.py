"""What a shape writes, it reads again as the same records."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dqlkit.sources import read_table
from dqlkit.types import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid
from dqlkit.wire import read, shapes
from dqlkit.wire.bizevents import PLAIN
from dqlkit.wire.grail import SHAPE as GRAIL
from dqlkit.wire.grail import Types, types_of
from dqlkit.wire.shape import Record, Shape
from tests.profiles import examples

FIXTURES = Path(__file__).parents[2] / "fixtures"

NANOS = st.integers(-(2**63) + 10**14, 2**63 - 1 - 10**14)
INSTANTS = st.builds(Timestamp, NANOS)
SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.binary(max_size=4),
    INSTANTS,
    st.builds(Duration, st.integers(-(2**63), 2**63 - 1)),
    st.builds(Timeframe, INSTANTS, INSTANTS),
    st.builds(Ip, st.just(4), st.integers(0, 2**32 - 1)),
    st.builds(Ip, st.just(6), st.integers(0, 2**128 - 1)),
    st.builds(Uid, st.just("uid64"), st.integers(0, 2**64 - 1)),
    st.builds(Uid, st.sampled_from(["uid128", "uuid"]), st.integers(0, 2**128 - 1)),
    st.builds(SmartscapeId, st.sampled_from(["HOST-1", "SERVICE-00000000000000FF"])),
    st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner | st.none(), max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=2),
    max_leaves=5,
)


@st.composite
def answers(draw: st.DrawFn) -> list[Record]:
    """Records with fields that some of them lack, and fields that are null in some."""
    rows: list[Record] = [{} for _ in range(draw(st.integers(0, 5)))]
    for name in draw(st.lists(st.sampled_from(["a", "b", "timestamp", "x.y"]), unique=True)):
        made = draw(st.booleans())
        for row in rows:
            value = draw(st.none() | VALUES)
            if value is not None or made:
                row[name] = value
    return rows


@settings(deadline=None)
@given(answers())
def test_answers_of_grail(records: list[Record]) -> None:
    assert GRAIL.write is not None
    document = json.loads(json.dumps(GRAIL.write(records), allow_nan=False))
    assert read([document]).records == records
    assert GRAIL.write(read([document]).records) == document


def written(shape: Shape, records: list[Record]) -> Any:
    assert shape.write is not None
    return json.loads(json.dumps(shape.write(records), allow_nan=False))


WRITTEN = {
    "AppDynamics query answer": "transactions.json",
    "audit log": "shapes/audit-logs.json",
    "CloudEvents": "payments.json",
    "Events API v1 feed": "events-v1.json",
    "Events API v2 list": "events-v2.json",
    "problem": "shapes/problem-v2.json",
    "problems": "shapes/problems-v2.json",
    "Events API v1 event": "shapes/events-v1-event.json",
    "Events API v2 event": "shapes/events-v2-event.json",
    "metrics query answer": "shapes/metrics.json",
    "OTLP logs": "shapes/otlp-logs.json",
    "OTLP spans": "shapes/otlp-spans.json",
    "Grail query answer": "spans.json",
    "JSON records": "rentals.json",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_sample_is_written_as_it_was_read(name: str) -> None:
    (shape,) = (shape for shape in [*shapes(), PLAIN] if shape.name == name)
    document = json.loads((FIXTURES / WRITTEN[name]).read_text(encoding="utf-8"))
    records = read([document]).records
    again = written(shape, records)
    assert read([again]).records == records
    if isinstance(document, dict) and "events" in document:
        assert again["events"] == document["events"]
    if name == "AppDynamics query answer":
        assert again[0]["results"][:9] == sorted_columns(document[0])[:9]


def sorted_columns(answer: dict[str, Any]) -> list[list[Any]]:
    order = sorted(range(len(answer["fields"])), key=lambda index: answer["fields"][index]["label"])
    return [[row[index] for index in order] for row in answer["results"]]


def test_every_shape_with_a_writer_is_tried() -> None:
    names = {shape.name for shape in [*shapes(), PLAIN] if shape.write is not None}
    assert names - {"dtctl query result"} == WRITTEN.keys()


@pytest.mark.parametrize("shape", [shape for shape in [*shapes(), PLAIN] if shape.write], ids=lambda shape: shape.name)
def test_what_json_has_no_number_for_is_text(shape: Shape) -> None:
    text = json.dumps(written(shape, [{"v": math.inf, "w": math.nan}]))
    assert '"Infinity"' in text
    assert '"NaN"' in text


TIMES = INSTANTS.filter(lambda time: time.nanos != 0)
OTLP = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=3),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.binary(max_size=3),
    st.none(),
)
ATTRIBUTES = st.recursive(
    OTLP,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2),
    max_leaves=4,
)
SPAN_FIELDS = {
    "start_time": TIMES,
    "end_time": TIMES,
    "duration": st.integers(1, 9),
    "trace.id": st.builds(Uid, st.just("uid128"), st.integers(0, 2**128 - 1)),
    "span.kind": st.sampled_from(["server", "client", "mine"]),
    "span.status_code": st.sampled_from(["ok", "error"]),
    "span.status_message": ATTRIBUTES,
    "span.name": ATTRIBUTES,
    "span.events": st.lists(st.fixed_dictionaries({"timestamp": TIMES, "a": ATTRIBUTES}), min_size=1, max_size=2),
    "otel.scope.name": st.sampled_from(["one", "two"]),
    "service.name": ATTRIBUTES,
}
LOG_FIELDS = {
    "timestamp": TIMES | ATTRIBUTES,
    "content": ATTRIBUTES,
    "loglevel": ATTRIBUTES,
    "severity_number": ATTRIBUTES,
    "trace_id": ATTRIBUTES,
    "otel.scope.version": ATTRIBUTES,
    "service.name": ATTRIBUTES,
}


def told(value: Any) -> str:
    """A value as text that tells 1 from 1.0 and true, and not in which order members stand."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name!r}: {told(value[name])}' for name in sorted(value))}}}"
    return f"[{', '.join(map(told, value))}]" if isinstance(value, list) else repr(value)


@pytest.mark.parametrize(("name", "fields"), [("OTLP logs", LOG_FIELDS), ("OTLP spans", SPAN_FIELDS)])
def test_what_otlp_has_values_of_is_read_as_it_was_written(name: str, fields: dict[str, Any]) -> None:
    (shape,) = (shape for shape in shapes() if shape.name == name)

    @given(st.lists(st.fixed_dictionaries({}, optional=fields), max_size=3))
    @examples(80)
    def check(records: list[Record]) -> None:
        records = [row for row in records if not {"start_time", "end_time"} <= row.keys()]  # which make a duration
        assert told(read([written(shape, records)]).records) == told(records)

    check()


def test_points_of_metrics_are_series_again() -> None:
    (shape,) = (shape for shape in shapes() if shape.name == "metrics query answer")
    points = [
        {"timestamp": Timestamp(10**6 * k), "metric.key": key, "value": k + 0.5, "host": host, "dimension.value": "x"}
        for key in ("a", "b")
        for host in ("one", "two")
        for k in range(2)
    ]
    again = written(shape, [*points, {**points[-1], "value": math.inf}])
    assert [len(series["values"]) for metric in again["result"] for series in metric["data"]] == [2, 2, 2, 3]
    assert read([again]).records == [*points, {**points[-1], "value": math.inf}]


def test_the_ends_of_open_events_are_written_as_the_apis_have_them() -> None:
    (shape,) = (shape for shape in shapes() if shape.name == "Events API v2 list")
    event = {
        "eventId": "1_2",
        "startTime": Timestamp(2_000_000),
        "endTime": None,
        "mine": "x",
        "properties.status": "y",
    }
    (again,) = written(shape, [event])["events"]
    assert again == {
        "eventId": "1_2",
        "startTime": 2,
        "endTime": -1,
        "properties": [{"key": "mine", "value": "x"}, {"key": "status", "value": "y"}],
    }


@settings(deadline=None)
@given(answers(), st.lists(st.integers(1, 3)))
def test_types_of_an_answer_in_parts_are_those_of_the_whole(records: list[Record], cuts: list[int]) -> None:
    assert GRAIL.write is not None
    frame = read_table(GRAIL.write(records)).frame
    data, kinds, stored = frame.collect(), frame.schema.fields, frame.schema.stored
    parted, told, start = Types(kinds, stored), [], 0
    for size in [*cuts, data.height]:
        told += parted.add(data.slice(start, size))
        start += size
    assert [*told, *parted.end()] == types_of(data, kinds, stored)
