"""Answers that are handed over by shares of a large file are the answers of the whole."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import dqlkit
from dqlkit.engines.polars.limits import Guard
from dqlkit.run import shares


@pytest.fixture
def path(tmp_path: Path) -> str:
    values = {"n": list(range(50)), "k": ["a", None] * 25, "xs": [[n, n + 1] for n in range(50)]}
    pl.DataFrame(values).write_parquet(tmp_path / "t.parquet", row_group_size=7)
    return str(tmp_path / "t.parquet")


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The frames that ran."""
    frames: list[int] = []
    hand = Guard.hand

    def counted(self: Guard, *given: Any) -> None:
        frames.append(1)
        hand(self, *given)

    monkeypatch.setattr(Guard, "hand", counted)
    monkeypatch.setattr(shares, "_SHARE", 10)
    return frames


@pytest.mark.parametrize(
    ("stages", "is_shared"),
    [
        ("| filter n > 5 | fieldsAdd m = n * 2", True),
        ("| expand xs | fields n, xs", True),
        ("| filter missing == 1", True),
        ("| limit 20", False),
        ("| summarize count(), by: {k}", False),
        ("| sort n desc", False),
        ("| dedup k", False),
        ("| append [fetch t | limit 1]", False),
        ("| lookup [fetch t], sourceField: n, lookupField: n", False),
    ],
)
@pytest.mark.parametrize("most", [None, 30])
def test_shares_make_the_whole(path: str, stages: str, is_shared: bool, most: int | None, ran: list[int]) -> None:
    whole = dqlkit.query(f"fetch t {stages}", {"t": path}, max_records=most, now="2026-01-05T00:00:00Z")
    expected, found = io.StringIO(), io.StringIO()
    dqlkit.results.write(whole, "ndjson", expected)
    left = dqlkit.parse(f"fetch t {stages}").write(
        found, {"t": path}, "ndjson", max_records=most, now="2026-01-05T00:00:00Z"
    )
    assert found.getvalue() == expected.getvalue()
    assert (len(ran) > 1) == is_shared
    kept = ["notifications", "scannedRecords", "analysisTimeframe"]
    assert [left.metadata["grail"][key] for key in kept] == [whole.metadata["grail"][key] for key in kept]
