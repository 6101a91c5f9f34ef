"""Parts of tables: all records once and in order, row groups whole, and none that a query does not want."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.engines.cluster.leaves import is_brief, parts_of
from dqlkit.engines.cluster.work import Given
from dqlkit.engines.polars import Frame
from dqlkit.sources.read import read_table
from dqlkit.sources.table import FrameTable, facts_of
from tests.engines.cluster.here import Here
from tests.engines.every import CONTEXT, plan_of, through_tables
from tests.profiles import examples

_START = 1_767_571_200_000_000_000


def written(path: Path, rows: int, first: int = 0) -> Path:
    """A file with row groups of ten records, a minute between two of them."""
    times = pl.Series([_START + n * 60_000_000_000 for n in range(first, first + rows)]).cast(pl.Datetime("ns", "UTC"))
    pl.DataFrame({"n": range(first, first + rows), "timestamp": times}).write_parquet(path, row_group_size=10)
    return path


def numbers(part: Given) -> list[int]:
    return [int(record["n"]) for record in part.frame.records()]  # type: ignore[call-overload]


@pytest.mark.parametrize(("count", "sizes"), [(1, [45]), (2, [20, 25]), (3, [10, 20, 15]), (9, [5] * 9)])
def test_row_groups_stay_whole_where_parts_are_larger(tmp_path: Path, count: int, sizes: list[int]) -> None:
    table = read_table(written(tmp_path / "t.parquet", 45))
    parts = [numbers(part) for part in parts_of(table, count, least=1)]
    assert [len(part) for part in parts] == sizes
    assert [n for part in parts for n in part] == [*range(45)]


def test_small_files_share_a_part(tmp_path: Path) -> None:
    for number in range(7):
        written(tmp_path / f"{number}.parquet", 4, 4 * number)
    parts = parts_of(read_table(tmp_path), 2, least=1)
    assert [len(numbers(part)) for part in parts] == [12, 16]
    assert [n for part in parts for n in numbers(part)] == [*range(28)]


def test_row_groups_outside_of_the_range_are_not_read(tmp_path: Path) -> None:
    table, read = read_table(written(tmp_path / "t.parquet", 45)), []

    def divided(*given: object, **options: object) -> list[Given]:
        read.extend(parts_of(*given, least=1, **options))  # type: ignore[arg-type]
        return read

    plan = plan_of(
        'fetch t, from: "2026-01-05T00:12:00Z", to: "2026-01-05T00:25:00Z" | summarize s = sum(n), c = count()'
    )
    assert through_tables(Here(), plan, {"t": table}, CONTEXT, divided).records == [{"s": sum(range(12, 25)), "c": 13}]
    assert [n for part in read for n in numbers(part)] == [*range(10, 30)]


def test_frames_that_call_python_do_not_travel() -> None:
    frame, lock = Frame.from_records([{"n": 1}]), Lock()

    def locked(data: pl.DataFrame) -> pl.DataFrame:
        with lock:
            return data

    assert is_brief(frame)
    assert not is_brief(frame.replace(frame.lazy.map_batches(locked)))


@examples(40)
@given(st.lists(st.integers(0, 9), max_size=5), st.integers(1, 6), st.integers(1, 4))
def test_every_record_is_in_one_part(sizes: list[int], count: int, least: int) -> None:
    pieces, first = [], 0
    for size in sizes or [0]:
        frame = Frame.from_records([{"n": first + n} for n in range(size)])
        pieces.append(FrameTable(frame, facts_of(frame.collect())))
        first += size
    parts = [numbers(part) for part in parts_of(FrameTable.of_all(pieces), count, least)]
    assert [n for part in parts for n in part] == [*range(first)]
    assert len(parts) <= max(count, 1) + len(sizes)
