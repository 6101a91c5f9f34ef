"""Large tables with many different texts are grouped and counted by numbers: with the same answer."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dqlkit
from dqlkit.engines.polars import short_texts
from dqlkit.engines.polars.short_texts import grouped_apart, parted
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.parquet import read
from tests.profiles import examples

TEXTS = st.lists(st.none() | st.text(alphabet="ab\x00é😀", max_size=14), max_size=12)


@given(TEXTS, st.integers(0, 4), st.booleans())
@examples(60)
def test_short_texts_are_told_apart_by_their_numbers(texts: list[str | None], start: int, cut: bool) -> None:
    column = pl.Series("t", texts * 2, dtype=pl.String)
    held = (column.str.slice(1) if cut else column).slice(start).to_frame()  # texts of another column's memory
    counts = [pl.len().alias("n")]
    grouped = grouped_apart(held.lazy(), "k", pl.col("t"), counts, "held").collect()
    assert sorted(grouped.rows(), key=repr) == sorted(held.group_by(k="t").agg(counts).rows(), key=repr)
    found = held.select(pl.sum_horizontal(one.drop_nulls().n_unique() for one in parted(pl.col("t")))).item()
    assert found == len(set(held["t"]) - {None})


@pytest.mark.parametrize(
    "text",
    [
        "summarize n = count(), s = sum(n), f = takeFirst(n), d = countDistinctExact(u), by:{u}",
        "summarize d = countDistinctExact(u), c = countDistinctExact(if(n > 9, u)), n = count()",
        "filter n > 50 | summarize l = max(t), by:{k = u} | sort l desc | limit 3",
        "fieldsAdd u = concat(u, n) | summarize d = countDistinctExact(u) | fieldsAdd d + 1",
    ],
)
def test_answers_are_the_same(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [None if k % 7 == 0 else "ab"[k % 2] * (k % 17) + str(k % 40) for k in range(300)]
    pl.DataFrame({"u": texts, "t": ["x", "y", "z"] * 100, "n": range(300)}).write_parquet(
        path := tmp_path / "t.parquet"
    )
    assert read(path, ReadOptions()).facts.varied == {"u"}
    expected = dqlkit.query(f"fetch t | {text}", {"t": path})
    monkeypatch.setattr(short_texts, "_MANY", 0)
    found = dqlkit.query(f"fetch t | {text}", {"t": path})
    assert found.records == expected.records
    assert found.types == expected.types
