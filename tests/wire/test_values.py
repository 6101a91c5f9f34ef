"""The types that an answer of Grail declares are believed; what contradicts them is refused, what exceeds them is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dqlkit
from dqlkit.sources import SourceError, read_table

ARRAY = {"type": "array", "types": [{"indexRange": [0, 1], "mappings": {"element": {"type": "long"}}}]}


def answer(value: Any, kind: Any) -> dict[str, Any]:
    field = kind if isinstance(kind, dict) else {"type": kind}
    return {"records": [{"n": 1}, {"v": value}], "types": [{"indexRange": [1, 1], "mappings": {"v": field}}]}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("boolean", 1), ("boolean", "true"), ("string", 5), ("string", True),
        ("long", "1_000"), ("long", "٣"), ("long", " 3"), ("long", "+3"), ("long", "0x1"), ("long", 5.5), ("long", True),
        ("double", True), ("double", "1_0.5"), ("double", "nan"), ("double", "inf"), ("double", ""), ("double", [1]),
        ("timestamp", 5), ("timestamp", "2026-01-01"), ("timestamp", "2026-13-01T00:00:00Z"), ("timestamp", "soon"),
        ("timestamp", "2026-01-01T00:00:00.1234567891Z"), ("duration", "5s"), ("duration", 1.5),
        ("timeframe", {"start": "2026-01-01T00:00:00Z"}), ("timeframe", "2026-01-01T00:00:00Z"),
        ("ip_address", 5), ("ip_address", "1.2.3"), ("uid", "-5"), ("uid", "ff"), ("uid", 5), ("uid", "0" * 15 + "g"),
        ("smartscape_id", 5), ("geo_point", {"latitude": True, "longitude": 1}), ("geo_point", [1, 2]),
        ("binary", "zz"), ("binary", 5), (ARRAY, "abc"), (ARRAY, {"a": 1}), (ARRAY, ["a"]), ({"type": "record"}, [1]),
    ],
)  # fmt: skip
def test_values_that_contradict_their_type_are_refused(kind: Any, value: Any) -> None:
    with pytest.raises(SourceError) as caught:
        read_table(answer(value, kind))
    (found,) = caught.value.diagnostics
    assert found.code == "R104"
    assert found.message.startswith("record 2, field `v`: expected a value of the type ")


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("long", 2**70, str(2**70)), ("long", str(-(2**63) - 1), str(-(2**63) - 1)), ("long", "9" * 5000, "9" * 5000),
        ("duration", "1" + "0" * 30, "1" + "0" * 30), ("double", "1e999", "1e999"),
        ("timestamp", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ("timestamp", "1500-01-01T00:00:00Z", "1500-01-01T00:00:00Z"),
        ("ip_address", "fe80::1%eth0", "fe80::1%eth0"),
        ("timeframe", {"start": "2026-01-01T00:00:00Z", "end": "9999-01-01T00:00:00Z"},
         {"start": "2026-01-01T00:00:00Z", "end": "9999-01-01T00:00:00Z"}),
    ],
)  # fmt: skip
def test_values_out_of_range_are_kept_as_text_and_told(kind: str, value: Any, kept: Any) -> None:
    table = read_table(answer(value, kind))
    assert table.frame.records()[1]["v"] == kept
    (told,) = table.notices
    assert told.type == "VALUES_OUT_OF_RANGE"
    assert told.message.startswith(f"`v`: 1 value is beyond the range of the type {kind} ")


@pytest.mark.parametrize(
    "types",
    [
        "x", 5, {}, [5], [{}], [{"indexRange": [0, 0]}], [{"mappings": 5}],
        *([{"indexRange": found, "mappings": {}}] for found in ([0], [], "ab", 5, [1, 0], [-1, 0], [True, True], [0, 1.5], None)),
        *([{"indexRange": [0, 0], "mappings": {"v": found}}] for found in (
            "long", None, {}, {"type": 5}, {"type": ["long"]}, {"type": "array", "types": 5}, {"type": "array", "types": [5]},
            {"type": "array", "types": [{"indexRange": [0, 0], "mappings": {}}]},
            {"type": "array", "types": [{"indexRange": [0, 0], "mappings": {"x": {"type": "long"}}}]},
            {"type": "record", "types": "x"}, {"type": "record", "types": [{}]},
        )),
        [{"indexRange": [0, 1], "mappings": {}}, {"indexRange": [1, 2], "mappings": {}}],
    ],
)  # fmt: skip
def test_malformed_types_are_refused(types: Any) -> None:
    with pytest.raises(SourceError) as caught:
        read_table({"records": [{"v": "1"}], "types": types, "metadata": {}})
    assert caught.value.diagnostics[0].code == "R103"
    assert "types" in caught.value.diagnostics[0].message


def test_types_nested_without_end_are_refused() -> None:
    kind: dict[str, Any] = {"type": "long"}
    for _ in range(5000):
        kind = {"type": "array", "types": [{"indexRange": [0, 0], "mappings": {"element": kind}}]}
    with pytest.raises(SourceError, match="nested too deeply"):
        read_table(answer([1], kind))


@pytest.mark.parametrize("levels", [49, 101, 200, 320, 400, 900, 10_000])
@pytest.mark.parametrize("wrap", [lambda value: [value], lambda value: {"k": value}])
def test_values_nested_without_end_are_refused(levels: int, wrap: Any) -> None:
    value: Any = 1
    for _ in range(levels):
        value = wrap(value)
    with pytest.raises(SourceError, match=r"at most 48 levels|nested too deeply"):
        read_table([{"v": value}])


@pytest.mark.parametrize("wrap", [lambda value: [value], lambda value: {"k": value}])
def test_values_of_as_many_levels_as_there_may_be_are_read_and_written(tmp_path: Path, wrap: Any) -> None:
    value: Any = 1.5
    for _ in range(48):
        value = wrap(value)
    for format in ("ndjson", "parquet", "arrow"):
        path = tmp_path / f"deep.{format}"
        dqlkit.parse("fetch t").write(path, {"t": [{"v": value}]})
        assert dqlkit.query("fetch t", {"t": path}).records == [{"v": value}]


@pytest.mark.parametrize("number", ["1e400", "1" + "0" * 350, "1" + "0" * 5000])
@pytest.mark.parametrize(
    "document",
    [
        '{"totalCount": 1, "result": [{"metricId": "m", "data": [{"timestamps": [1], "values": [NUMBER]}]}]}',
        '{"resourceLogs": [{"scopeLogs": [{"logRecords": [{"attributes": [{"key": "value", '
        '"value": {"doubleValue": NUMBER}}]}]}]}]}',
        '{"value": NUMBER}',
    ],
)
def test_numbers_beyond_doubles_stay_text_in_every_shape(tmp_path: Path, document: str, number: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(document.replace("NUMBER", number))
    table = read_table(path)
    assert table.frame.records()[0]["value"] == number
    assert "`value`: 1 number beyond the range of the type double stayed text." in [n.message for n in table.notices]


@pytest.mark.parametrize("written", ["%%%", "AP8", 5, None])
def test_bytes_of_otlp_that_are_no_base64_stay_as_they_are(written: Any) -> None:
    attributes = [{"key": "a", "value": {"bytesValue": written}}]
    document = {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"attributes": attributes}]}]}]}
    assert read_table(document).frame.records() == [{"a": written}]


def test_ranges_may_end_behind_the_records_and_leave_some_out() -> None:
    types = [{"indexRange": [1, 9], "mappings": {"v": {"type": "long"}}}]
    table = read_table({"records": [{"v": "1"}, {"v": "2"}, {"w": "3"}], "types": types})
    assert table.frame.records() == [{"v": "1", "w": None}, {"v": 2, "w": None}, {"v": None, "w": "3"}]


def test_declared_types_stand_whatever_a_field_is_called() -> None:
    types = [{"indexRange": [0, 0], "mappings": {"timestamp": {"type": "string"}}}]
    table = read_table({"records": [{"timestamp": "2026-01-01T00:00:00Z"}], "types": types})
    assert str(table.schema.type("timestamp")) == "string"
    fields = [{"label": "time", "type": "string"}, {"label": "startTime"}]
    rows = {"fields": fields, "results": [["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]]}
    assert {name: str(kind) for name, kind in read_table(rows).schema.fields.items()} == {
        "time": "string",
        "startTime": "timestamp",
    }


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("string", 5), ("integer", 1.5), ("integer", True), ("integer", "5"), ("float", True), ("boolean", 1),
        ("date", "soon"), ("date", ""), ("date", 1.5), ("date", "2026-02-30T00:00:00Z"),
    ],
)  # fmt: skip
def test_values_that_contradict_the_fields_of_an_analytics_answer_are_refused(kind: str, value: Any) -> None:
    with pytest.raises(SourceError, match=rf"row 1: column `a`: expected a value of the type {kind} "):
        read_table({"fields": [{"label": "a", "type": kind}], "results": [[value]]})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", 2**70),
        ("integer", -(2**63) - 1),
        ("date", 10**30),
        ("date", "9999-12-31T23:59:59.000Z"),
        ("float", 10**400),
    ],
)
def test_values_beyond_the_types_of_an_analytics_answer_stay_as_they_are_written(kind: str, value: Any) -> None:
    fields = [{"label": "a", "type": kind}, {"label": "o", "type": "object", "fields": [{"field": "x", "type": kind}]}]
    table = read_table({"fields": fields, "results": [[value, [value]], [None, [None]]]})
    assert table.frame.records() == [{"a": str(value), "o": {"x": str(value)}}, {"a": None, "o": {"x": None}}]
    said = f"1 value is beyond the range of the type {kind} and kept as text."
    assert [notice.message for notice in table.notices] == [f"`a`: {said}", f"`x`: {said}"]


def test_columns_of_one_label_all_stay() -> None:
    fields = [{"label": "n", "field": "a"}, {"label": "n", "field": "b"}, {"label": "n", "field": "b"}, {"field": "c"}]
    assert read_table({"fields": [{"label": ""}, {}], "results": [[1, 2]]}).frame.records() == [{"": 1, " 2": 2}]
    inner = {"label": "o", "type": "object", "fields": [{"field": "x"}, {"field": "x"}]}
    table = read_table({"fields": [*fields, inner], "results": [[1, 2, 3, 4, [5, 6]]]})
    assert table.frame.records() == [{"n": 1, "b": 2, "n 2": 3, "c": 4, "o": {"x": 5, "x 2": 6}}]


def test_a_number_that_no_double_holds_is_kept_as_it_is_written(tmp_path: Path) -> None:
    types = '"types": [{"indexRange": [0, 1], "mappings": {"v": {"type": "double"}}}]'
    path = tmp_path / "answer.json"
    path.write_text(f'{{"records": [{{"v": 1e400}}, {{"v": 2.5}}], {types}}}')
    result = dqlkit.query("fetch t", {"t": path})
    assert result.records == [{"v": "1e400"}, {"v": 2.5}]
    (told,) = result.metadata["grail"]["notifications"]
    assert told["notificationType"] == "VALUES_OUT_OF_RANGE"
