"""Queries that hold more than their limit of memory write to disk what does not fit."""

from __future__ import annotations

from pathlib import Path

import polars as pl

import dqlkit

RECORDS = 600_000


def test_a_dedup_of_many_keys_finishes_within_its_limit(tmp_path: Path) -> None:
    """Without writing to disk it would hold some 180 MB."""
    path = tmp_path / "events.parquet"
    number = pl.int_range(RECORDS, dtype=pl.UInt64)
    key = pl.concat_str(number.hash(1).cast(pl.String), number.hash(2).cast(pl.String))
    pl.select(id=key, a=(number % 10).cast(pl.Int64)).write_parquet(path, row_group_size=50_000)
    query = "fetch t | dedup id | summarize n = count(), s = sum(a)"
    result = dqlkit.query(query, {"t": path}, limits=dqlkit.Limits(memory=155 * 2**20))
    assert result.records == [{"n": str(RECORDS), "s": sum(k % 10 for k in range(10)) * RECORDS / 10}]
