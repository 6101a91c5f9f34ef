"""Files of dtctl that are no JSON: CSV with a head of comments, Parquet with DQL's types in its footer."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import dqlkit
from dqlkit.sources import SourceError, detect, read_table
from dqlkit.types import Duration, Timestamp, Uid

NOON = "2026-01-01T12:00:00.000000001Z"
INSTANT = Timestamp(1_767_268_800_000_000_001)


def test_csv_with_a_head(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    long = 'fetch logs | filter matchesPhrase(content, "' + "x, " * 3000 + '")'
    path.write_text(f"# Query Metadata\n# scanned_records: 7\n# canonical_query: {long}\nhost,n\n# a,1\nb,2\n")
    assert detect(path) == "CSV"
    assert dqlkit.query("fetch t", {"t": path}).records == [{"host": "# a", "n": "1"}, {"host": "b", "n": "2"}]
    path.write_text("# Query Metadata\n# query: fetch logs\ncount()\n7\n")
    assert read_table(path).frame.records() == [{"count()": 7}]


def parquet(path: Path, footer: str) -> Path:
    columns = {
        "at": [NOON, None],
        "n": [7, None],
        "took": ["1500", "-2"],
        "id": ['"00000000000000ff"', None],
        "tags": ['["a", 1]', "[]"],
        "text": [NOON, "x"],
    }
    pl.DataFrame(columns).write_parquet(path, metadata={"dtctl.dql.types": footer})
    return path


def test_parquet_with_types_in_its_footer(tmp_path: Path) -> None:
    types = {
        "at": "timestamp",
        "n": "long",
        "took": "duration",
        "id": "uid",
        "tags": "array",
        "text": "string",
        "gone": "ip",
    }
    path = parquet(tmp_path / "t.parquet", json.dumps(types))
    table = read_table(path)
    assert table.format == "Parquet of dtctl"
    assert table.frame.records() == [
        {"at": INSTANT, "n": 7, "took": Duration(1500), "id": Uid("uid64", 255), "tags": ["a", 1], "text": NOON},
        {"at": None, "n": None, "took": Duration(-2), "id": None, "tags": [], "text": "x"},
    ]  # fmt: skip


@pytest.mark.parametrize("footer", ["[]", "x", '{"took": 5}', '{"at": "long"}'])
def test_a_footer_that_says_something_else_is_an_error(tmp_path: Path, footer: str) -> None:
    with pytest.raises(SourceError):
        read_table(parquet(tmp_path / "t.parquet", footer))
