"""JSON read whole gives what reading it value by value gives, or is left to that."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.engines.polars import Frame
from dqlkit.sources.frames import table_of, table_of_columns
from dqlkit.sources.instants import TIME_FIELDS
from dqlkit.sources.json_text import documents
from dqlkit.sources.uniform import uniform_columns
from dqlkit.wire import read
from tests.profiles import examples


def whole(text: str) -> Frame | None:
    columns = uniform_columns(text.encode())
    return None if columns is None else table_of_columns(columns, TIME_FIELDS, "").frame


def exact(text: str) -> Frame:
    return table_of(read(documents(text)), TIME_FIELDS).frame


def agree(text: str) -> bool:
    """Whether the text was read whole; if so, to the same frame."""
    frame = whole(text)
    if frame is None:
        return False
    expected = exact(text)
    assert frame.schema == expected.schema
    columns = frame.values(), expected.values()
    assert repr(sorted(columns[0].items())) == repr(sorted(columns[1].items()))
    if "null" not in text:
        assert list(frame.schema.fields) == list(expected.schema.fields)
    return True


def written(values: list[Any]) -> str:
    return "\n".join(json.dumps({"v": value, "n": 1}) for value in values)


@pytest.mark.parametrize(
    "values",
    [
        [1, 2, None],
        [1.5, 2.5],
        [1.5, 2.0, 1e3, 1e300],
        [1, 2.5, 2.0],
        [1, 2.0],
        [1.5, 2**63],
        ["x", "y"],
        ["12", "1.5", "true", "{}", "[1]", '{"a": 1}', ""],
        ["x", 12, 1.0, 1.5, True, None, "12"],
        ["x", 12],
        [2**70, "x", 1.5],
        [True, False],
        [None, None],
        [{"a": 1, "b": "x"}, None, {"b": "y", "a": 2}],
        [{"a": 1}, {"a": 1.5}],
        [{"a": "1"}, {"a": "x"}],
        [[1, 2], [], None, [None]],
        [[], []],
        [["1", "x"], ["y"]],
        [[{"a": 1}], [{"a": 2}, {"a": 3}]],
        [{"a": {"b": [1.5]}}, {"a": {"b": []}}],
    ],
)
def test_what_is_read_whole(values: list[Any]) -> None:
    assert agree(written(values))
    assert agree("[" + ",\n".join(written(values).splitlines()) + "]")


@pytest.mark.parametrize(
    "values",
    [
        [{"a": 1}, {"b": 1}],
        [{"a": 1}, {"a": None}],
        [{"a": 1}, {"a": "x"}],
        [{"a": 1}, "x"],
        [{"a": 1}, 1],
        [[1, 2.0]],
        [[1, "x"]],
        [[1], 1],
        [{}, {}],
        [True, 1],
        [2**63, 1],
        ["\ud83d", "x"],
    ],
)
def test_what_is_left_to_the_exact_reader(values: list[Any]) -> None:
    assert not agree(written(values))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[{}]",
        "{}\n{}",
        '{"a": 1}',
        '[{"a": 1}, 5]',
        '[{"a": 1}\n{"a": 2}]',
        '{"a": 1},\n{"a": 2}',
        '{"a": 1}\n{"a": }',
        '[\n  {\n    "a": 1\n  },\n  {\n    "a": 2\n  }\n]',
        '{"specversion": "1.0", "id": "1", "source": "s", "type": "t"}\n' * 2,
        '{"a": 1}\n{"specversion": "1.0", "id": "1", "source": "s", "type": "t"}',
        '{"events": [], "totalCount": 0}\n' * 2,
        '[{"fields": [], "results": []}, {"fields": [], "results": []}]',
    ],
)
def test_texts_that_are_no_lines_of_plain_records(text: str) -> None:
    assert whole(text) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}\r\n\r\n  {"a": 2}\r\n',
        '[{"a": "},{"},{"a": "x"}]',
        '[\n{"a": [{"b": 1},{"b": 2}]},\n{"a": [{"b": 3},{"b": 4}]}\n]',
        '{"a": "\\ud83d\\ude00\\u0000\\n\\"\\\\"}\n{"a": "x"}',
        '{"a": 1}\n{"b": 2, "a": 3}',
    ],
)
def test_ways_to_write_lines(text: str) -> None:
    exactly = exact(text)
    frame = whole(text)
    assert frame is None or frame.records() == exactly.records()


def test_cutting_an_array_in_the_wrong_place_is_noticed() -> None:
    assert whole('[{"a": "},{"},{"a": "x"}]') is None


@pytest.mark.parametrize(
    ("texts", "is_time"),
    [
        (["2026-01-05T10:00:00Z", "2026-01-05T10:00:00.123456789+02:00"], True),
        (["2026-01-05T10:00:00Z", None], True),
        (["2026-01-05T10:00Z", "2026-01-05 10:00:00"], True),
        (["2026-01-05T10:00:00Z", "2026-01-05T25:00:00Z"], False),
        (["2026-02-30T10:00:00Z", "2026-01-05T10:00:00Z"], False),
        (["2026-01-05T10:00:00Z", "soon"], False),
    ],
)
def test_times(texts: list[str | None], is_time: bool) -> None:
    text = "\n".join(json.dumps({"timestamp": moment}) for moment in texts)
    assert agree(text)
    assert (whole(text) or exact(text)).schema.type("timestamp").name == ("timestamp" if is_time else "any")


def test_appdynamics_times() -> None:
    assert agree('{"eventTimestamp": 1767268800000}\n{"eventTimestamp": 1767268800001}')


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**65), 2**65)
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([1.0, -0.0, 1e16, "1", "1.0", "true", "null", "{}", "[]", "2026-01-05T10:00:00Z"])
    | st.text(max_size=5)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)


@examples(300)
@given(data=st.data())
def test_any_records(data: st.DataObject) -> None:
    """Columns drawn from few values each, so that many are uniform or nearly so."""
    pools = [data.draw(st.lists(VALUES, min_size=1, max_size=3)) for _ in range(2)]
    names = st.sampled_from(["a", "timestamp"])
    rows = data.draw(st.lists(st.tuples(*(st.sampled_from(pool) for pool in pools)), min_size=2, max_size=6))
    keys = data.draw(st.sampled_from([("a", "b"), ("timestamp", "time")]))
    gaps = data.draw(st.lists(names, max_size=2))
    records = [{k: v for k, v in zip(keys, row, strict=True) if k not in gaps or i % 2} for i, row in enumerate(rows)]
    agree("\n".join(json.dumps(record, ensure_ascii=data.draw(st.booleans())) for record in records))
