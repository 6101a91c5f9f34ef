"""Answers that are written while they are found are the answers."""

from __future__ import annotations

import io
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import dqlkit
from dqlkit.engines.polars import limits
from dqlkit.limits import Limits
from dqlkit.results.output import opened

RECORDS = [{"n": k, "v": None if k % 3 else f"t{k}", "w": k / 2 if k % 2 else k} for k in range(50)]
QUERIES = [
    "fetch t",
    "fetch t | filter n > 40 | sort n desc",
    "fetch t | filter n > 99",
    "fetch t | filter m == 1",
    "data record(a = 0)",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("options", [{}, {"max_records": 7}, {"max_records": 0}, {"limits": Limits(seconds=60)}])
@pytest.mark.parametrize("format", ["ndjson", "csv", "json", "tsv"])
def test_what_is_written_and_told(
    monkeypatch: pytest.MonkeyPatch, query: str, options: dict[str, Any], format: str
) -> None:
    monkeypatch.setattr(limits, "_PART", 4)
    tables = {"t": RECORDS}
    options = {"now": "2026-01-05T00:00:00Z", **options}
    whole = dqlkit.query(query, tables, **options)
    expected, found = io.StringIO(), io.StringIO()
    dqlkit.results.write(whole.typed(), format, expected)
    left = dqlkit.parse(query).write(found, tables, format, typed=True, **options)
    assert found.getvalue() == expected.getvalue() or format == "json"  # which tells how long it took
    assert (len(left), left.schema) == (0, whole.schema)
    kept = ["notifications", "scannedRecords", "analysisTimeframe"]
    assert [left.metadata["grail"][key] for key in kept] == [whole.metadata["grail"][key] for key in kept]


class Full(io.StringIO):
    def write(self, text: str) -> int:
        raise OSError(28, "No space left on device")


def test_what_a_stream_refuses_is_its_own_error() -> None:
    with pytest.raises(OSError, match="No space left"):
        dqlkit.parse("fetch t").write(Full(), {"t": RECORDS}, "ndjson")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.ndjson"
    path.write_text("before")
    with pytest.raises(dqlkit.DqlkitError, match="failIf"):
        dqlkit.parse("fetch t | failIf n == 45").write(path, {"t": RECORDS})
    assert [one.name for one in tmp_path.iterdir()] == ["out.ndjson"]
    assert path.read_text() == "before"


def test_an_interrupt_that_ends_the_process_takes_a_file_along_that_is_written_by_half(tmp_path: Path) -> None:
    heard: list[list[Path]] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: heard.append([*tmp_path.iterdir()]))
    try:
        with suppress(dqlkit.DqlkitError), opened("ndjson", tmp_path / "out.ndjson"):
            there = len([*tmp_path.iterdir()])
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (there, heard) == (1, [[]])
