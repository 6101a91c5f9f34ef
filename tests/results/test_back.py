"""What an answer is written to reads back as the same values."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import dqlkit
from dqlkit.cli import main
from dqlkit.results.friendly import mixed

MIXED = [{"price": 5, "id": 1}, {"price": 2.5, "id": "a"}, {"price": 7, "id": None}]
TEXTS = [{"a": "", "b": 1}, {"a": None, "b": 2}, {"a": " x", "b": 3}, {"a": 'q"\t,\n', "b": 4}, {"a": "# no", "b": 5}]


def answer(records: list[dict[str, Any]]) -> dqlkit.Result:
    return dqlkit.query("fetch x", {"x": records})


@pytest.mark.parametrize("ending", ["csv", "tsv", "ndjson", "jsonl", "json", "parquet", "arrow"])
def test_null_and_the_empty_text_stay_apart(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{ending}"
    answer(TEXTS).typed().write(path)
    again = dqlkit.query("fetch x | fields a, b", {"x": str(path)})
    assert [record["a"] for record in again.records] == [record["a"] for record in TEXTS]
    assert [record["b"] for record in again.records] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_longs_with_doubles_stay_numbers(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{ending}"
    answer(MIXED).write(path)
    assert dqlkit.query("fetch x | summarize s = sum(price)", {"x": str(path)}).records == [{"s": 14.5}]


def test_frames_keep_numbers_and_write_other_mixes_as_text() -> None:
    result = answer(MIXED)
    frame = result.to_polars()
    assert frame.schema == {"price": pl.Float64, "id": pl.String}
    assert frame["id"].to_list() == ["1", "a", None]
    assert [name for name, kind in result.schema.fields.items() if mixed(kind)] == ["id"]


def test_arrays_of_longs_and_doubles_are_doubles() -> None:
    frame = answer([{"a": [1, 2.5]}, {"a": [3]}]).to_polars()
    assert frame["a"].to_list() == [[1.0, 2.5], [3.0]]


def test_typed_keeps_long_and_double_apart(tmp_path: Path) -> None:
    result = answer([{"n": 2**62 + 1, "d": 1.0, "deep": {"k": [1, 2.0]}}]).typed()
    assert result.records == [{"n": 2**62 + 1, "d": 1.0, "deep": {"k": [1, 2.0]}}]
    result.write(tmp_path / "out.ndjson")
    again = dqlkit.query("fetch x", {"x": str(tmp_path / "out.ndjson")})
    assert again.types == result.types


def test_typed_durations_are_nanoseconds() -> None:
    typed = dqlkit.query("data record(d = 5s, m = array(1ms, null))", {}).typed()
    assert typed.records == [{"d": 5_000_000_000, "m": [1_000_000, None]}]


def test_what_the_command_writes_in_columns_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.ndjson").write_text("".join(json.dumps(record) + "\n" for record in MIXED), "utf-8")
    out = tmp_path / "out.parquet"
    assert main(["query", "fetch x", str(tmp_path / "in.ndjson"), "--out", str(out)]) == 0
    assert capsys.readouterr().err == "note: `id` mixes long|string: written as text\n"


def test_a_page_is_whole_and_escaped(tmp_path: Path) -> None:
    answer([{"a": "<script>&"}] * 150).write(tmp_path / "out.html")
    text = (tmp_path / "out.html").read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert text.count("<td>&lt;script&gt;&amp;</td>") == 150


def test_long_answers_come_in_parts() -> None:
    result = dqlkit.query("fetch x", {"x": pl.DataFrame({"n": range(20_000)})})
    assert [len(part) for part in result.parts()] == [8192, 8192, 3616]
    assert [record for part in result.parts() for record in part.records] == result.records
