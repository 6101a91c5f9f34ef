"""What programs and notebooks do with an answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import dqlkit

ROWS: list[dict[str, Any]] = [{"k": f"<{k}>", "n": k, "x": k / 2} for k in range(150)]


@pytest.fixture
def result() -> dqlkit.Result:
    return dqlkit.query("fetch t", {"t": ROWS})


def test_an_answer_is_a_sequence_of_records(result: dqlkit.Result) -> None:
    assert len(result) == 150
    assert list(result) == result.records
    assert len(result.head(3)) == 3
    assert repr(result) == "<Result of 150 records with 3 fields>"


def test_pandas(result: dqlkit.Result) -> None:
    frame = result.to_pandas()
    assert list(frame.columns) == ["k", "n", "x"]
    assert frame["n"].sum() == sum(range(150))


@pytest.mark.parametrize("ending", ["json", "ndjson", "jsonl", "csv", "md", "parquet", "arrow", "PARQUET"])
def test_the_ending_says_the_form(tmp_path: Path, result: dqlkit.Result, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    result.write(path)
    if ending != "md":
        assert len(dqlkit.query("fetch t", {"t": path})) == 150
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, result: dqlkit.Result) -> None:
    kept = tmp_path / "kept.json"
    result.write(kept)
    before = kept.read_text()
    for path, code in [
        (tmp_path / "out.xyz", "R005"),
        (tmp_path / "out", "R005"),
        (tmp_path / "no" / "out.json", "R101"),
    ]:
        with pytest.raises(dqlkit.DqlkitError, match=code):
            result.write(path)
    with pytest.raises(dqlkit.DqlkitError, match="number"):
        dqlkit.query("fetch t | fields k", {"t": ROWS}).write(kept, format="chart")
    assert kept.read_text() == before
    assert [one.name for one in tmp_path.iterdir()] == ["kept.json"]
    result.write(tmp_path / "out", format="json")
    assert len(json.loads((tmp_path / "out").read_text())["records"]) == 150


def test_notebooks_show_the_first_records(result: dqlkit.Result) -> None:
    shown = result._repr_html_()
    assert ">n<br><small>long</small></th>" in shown
    assert "&lt;7&gt;" in shown
    assert "<7>" not in shown
    assert "100 of 150 records" in shown


def test_a_fault_while_the_answer_is_written_is_told_as_ours(result: dqlkit.Result) -> None:
    broken = dqlkit.Result(pl.DataFrame(), result.schema)  # without the columns that the schema has
    for use in (lambda: broken.records, lambda: broken.types, broken.to_polars, broken.to_arrow):
        with pytest.raises(dqlkit.DqlkitError, match="R090") as caught:
            use()
        assert caught.value.__cause__ is not None
