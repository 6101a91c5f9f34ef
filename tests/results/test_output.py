"""The forms an answer can be written in."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dqlkit
from dqlkit.engines.polars import Frame
from dqlkit.errors import DqlkitError
from dqlkit.results import FORMATS, Result, write
from dqlkit.results.cells import display_width, pad
from dqlkit.results.formats import formats
from dqlkit.types import Duration, Timestamp
from tests.profiles import examples

INSTANT = Timestamp(1_700_000_000_123_000_000)
STATIONS = [
    {"RENT_NM": "City Hall", "popular": 42, "seen": INSTANT, "ride": Duration(90_500_000_000)},
    {"RENT_NM": None, "popular": 7, "seen": None, "ride": Duration(0)},
    {"RENT_NM": "上野駅 a|b\n", "popular": 7, "seen": INSTANT, "ride": Duration(-1500)},
]


def written(records: list[dict[str, Any]], format: str, width: int | None = None) -> str:
    stream = io.StringIO()
    write(Result.of(Frame.from_records(records), {"grail": {"query": "q"}}), format, stream, width)
    return stream.getvalue()


def test_table() -> None:
    assert written(STATIONS, "table") == (
        "RENT_NM       popular  seen                         ride\n"
        "────────────  ───────  ────────────────────────  ───────\n"
        "City Hall          42  2023-11-14T22:13:20.123Z  1m30.5s\n"
        "null                7  null                           0s\n"
        "上野駅 a|b\\n        7  2023-11-14T22:13:20.123Z   -1.5us\n"
    )


def test_a_narrow_table_cuts_its_widest_columns() -> None:
    assert written(STATIONS, "table", 48) == (
        "RENT_NM       popular  seen                 ride\n"
        "string           long  timestamp        duration\n"
        "────────────  ───────  ───────────────  ────────\n"
        "City Hall          42  2023-11-14T22:…   1m30.5s\n"
        "null                7  null                   0s\n"
        "上野駅 a|b\\n        7  2023-11-14T22:…    -1.5us\n"
    )


def test_a_very_narrow_table_becomes_blocks() -> None:
    assert written(STATIONS[:1], "table", 24) == (
        "── 1 ───────────────────\nRENT_NM  City Hall\npopular  42\nseen     2023-11-14T22:…\nride     1m30.5s\n"
    )


@examples(100)
@given(width=st.integers(8, 200), text=st.text(max_size=40), height=st.integers(0, 3))
def test_no_line_is_wider_than_the_terminal(width: int, text: str, height: int) -> None:
    text = text.encode("utf-8", "replace").decode()
    lines = written([{"a": text, "b": 1, "c": [text]}] * height, "table", width).splitlines()
    assert all(display_width(line) <= max(width, 12) for line in lines)


def test_answers_without_records_or_fields() -> None:
    assert written([], "table") == "(no records)\n"
    assert written([{}, {}], "table") == "(2 records without fields)\n"
    assert written([], "csv") == "\n"
    assert json.loads(written([], "json"))["records"] == []


@pytest.mark.parametrize(("width", "expected"), [(7, "日本語 "), (6, "日本語"), (5, "日本…"), (4, "日… ")])
def test_wide_characters(width: int, expected: str) -> None:
    assert pad("日本語", width) == expected


def test_json_is_the_answer() -> None:
    result = Result.of(Frame.from_records([*STATIONS, {"RENT_NM": [1.5, {"k": True}]}]), {"grail": {}})
    stream = io.StringIO()
    write(result, "json", stream)
    assert json.loads(stream.getvalue()) == result.to_dict()


def test_ndjson() -> None:
    lines = written(STATIONS, "ndjson").splitlines()
    assert [json.loads(line)["popular"] for line in lines] == ["42", "7", "7"]


def test_csv_reads_back() -> None:
    records = [{"a": 'say "hi",\r\n', "b": True, "c": {"k": ["ä"]}}, {"a": None, "b": False, "c": {"k": []}}]
    rows = list(csv.reader(io.StringIO(written(records, "csv"), newline="")))
    assert rows == [["a", "b", "c"], ['say "hi",\r\n', "true", '{"k":["ä"]}'], ["", "false", '{"k":[]}']]


def test_markdown() -> None:
    assert written(STATIONS, "markdown") == (
        "| RENT_NM | popular | seen | ride |\n"
        "| --- | ---: | --- | ---: |\n"
        "| City Hall | 42 | 2023-11-14T22:13:20.123Z | 1m30.5s |\n"
        "| null | 7 | null | 0s |\n"
        "| 上野駅 a\\|b\\\\n | 7 | 2023-11-14T22:13:20.123Z | -1.5us |\n"
    )


def test_what_cannot_be_drawn_is_a_fault() -> None:
    with pytest.raises(DqlkitError, match="expected a column of numbers, or a time series"):
        written([{"a": "x"}], "chart")


def test_unknown_formats_are_a_fault_that_lists_the_known() -> None:
    with pytest.raises(DqlkitError, match=r"one of `arrow`, .*`json`, .* found `xml`"):
        written(STATIONS, "xml")


def test_columnar_files(tmp_path: Path) -> None:
    result = Result.of(Frame.from_records(STATIONS))
    write(result, "parquet", tmp_path / "t.parquet")
    assert pl.read_parquet(tmp_path / "t.parquet").equals(result.to_polars())
    stream = io.BytesIO()
    write(result, "arrow", stream)
    assert pl.read_ipc(stream.getvalue()).equals(result.to_polars())


@pytest.mark.parametrize("format", [name for name in FORMATS if formats()[name].lines is not None])
def test_text_goes_to_files_as_to_streams(tmp_path: Path, format: str) -> None:
    write(Result.of(Frame.from_records(STATIONS), {"grail": {"query": "q"}}), format, tmp_path / "out")
    assert (tmp_path / "out").read_bytes().decode() == written(STATIONS, format)


def test_longs_with_doubles_are_doubles_elsewhere_and_other_mixes_text() -> None:
    result = dqlkit.query('data record(n = 1, m = 1), record(n = 1.5, m = "x")', {})
    frame = result.to_polars()
    assert frame.to_dict(as_series=False) == {"n": [1.0, 1.5], "m": ["1", "x"]}


@pytest.mark.parametrize("values", [["", None, "x"], [None, None, 1], ['a"b', "c,d\ne", ""]])
def test_csv_tells_null_from_empty_text(tmp_path: Path, values: list[object]) -> None:
    result = dqlkit.query("fetch t | fields a", {"t": [{"a": value, "b": 1} for value in values]})
    write(result, "csv", tmp_path / "x.csv")
    assert [record["a"] for record in dqlkit.read(tmp_path / "x.csv").table.frame.records()] == values
