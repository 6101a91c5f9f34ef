"""What an answer says about itself comes from facts and counts: no table is read again for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import dqlkit

TEXTS = {
    "the first": "fetch t | limit 5",
    "a count": "fetch t | summarize count()",
    "a filter": "fetch t | filter a > 3 | sort timestamp desc | fields a",
    "a series": "fetch t | makeTimeseries count(), interval:1h",
    "a join": "fetch t | join [fetch t], on:{a} | summarize count()",
    "a lookup": "fetch t | lookup [fetch t], sourceField:a, lookupField:a",
}
FIRST, LAST = "2026-01-01T00:00:00.000000000Z", "2026-01-01T01:39:00.000000000Z"


def frame() -> pl.DataFrame:
    times = pl.datetime_range(
        pl.datetime(2026, 1, 1), pl.datetime(2026, 1, 1, 1, 39), "1m", eager=True, time_zone="UTC"
    )
    return pl.DataFrame({"timestamp": times.dt.cast_time_unit("ns"), "a": [k % 7 for k in range(100)]})


@pytest.fixture
def collects(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    count: list[int] = []
    collect = pl.LazyFrame.collect

    def counted(self: pl.LazyFrame, *arguments: Any, **options: Any) -> Any:
        count.append(1)
        return collect(self, *arguments, **options)

    monkeypatch.setattr(pl.LazyFrame, "collect", counted)
    return count


def sources(folder: Path) -> dict[str, Any]:
    data = frame()
    data.write_parquet(folder / "t.parquet")
    data.write_ipc(folder / "t.arrow")
    records = [{"timestamp": f"2026-01-01T{k // 60:02}:{k % 60:02}:00Z", "a": k % 7} for k in range(100)]
    (folder / "t.ndjson").write_text("\n".join(map(json.dumps, records)))
    files = {name: folder / name for name in ("t.parquet", "t.arrow", "t.ndjson")}
    return {**files, "frame": data, "lazy": data.lazy(), "records": records, "several": [folder / "t.parquet"] * 2}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_query_runs_once(tmp_path: Path, collects: list[int], text: str) -> None:
    frame().write_parquet(tmp_path / "t.parquet")
    dqlkit.query(text, {"t": tmp_path / "t.parquet"})
    assert len(collects) == 1


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.ndjson", "frame", "lazy", "records", "several"])
def test_what_was_scanned(tmp_path: Path, name: str) -> None:
    source = sources(tmp_path)[name]
    grail = dqlkit.query("fetch t | filter a > 3 | sort timestamp", {"t": source}).metadata["grail"]
    assert grail["scannedRecords"] == (200 if name == "several" else 100)
    size = source.stat().st_size if isinstance(source, Path) else 0
    assert grail["scannedBytes"] == (2 * (tmp_path / "t.parquet").stat().st_size if name == "several" else size)
    if name != "t.arrow":  # which tells no extent, and is not read for it
        assert grail["analysisTimeframe"] == {"start": FIRST, "end": LAST}


def test_a_range_that_was_asked_for_is_the_one_analysed(tmp_path: Path) -> None:
    text = 'fetch t, from:"2026-01-01T00:30:00Z", to:"2026-01-01T00:40:00Z" | summarize n = count()'
    answer = dqlkit.query(text, {"t": frame()})
    assert answer.records == [{"n": "10"}]
    assert answer.metadata["grail"]["analysisTimeframe"]["start"] == "2026-01-01T00:30:00.000000000Z"
    assert answer.metadata["grail"]["scannedRecords"] == 100


def test_facts_are_there_without_reading(tmp_path: Path, collects: list[int]) -> None:
    for name, source in sources(tmp_path).items():
        facts = dqlkit.read(source).facts
        assert facts.rows == {"lazy": None, "several": 200}.get(name, 100)
    assert not collects
