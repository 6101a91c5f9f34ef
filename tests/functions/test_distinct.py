"""Counting different values by sketches: near the truth, the same on every engine, and the same in parts."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl
import pytest

import dqlkit
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.functions.aggregation import distinct
from dqlkit.functions.aggregation.distinct import (
    count_distinct,
    count_distinct_approx,
    sketch,
    sketch_of_all,
    sketch_size,
)
from dqlkit.sources.table import FrameTable
from dqlkit.types.kinds import ANY, DOUBLE, DURATION, LONG, STRING, Variant
from dqlkit.types.values import Duration, Ip, Timestamp
from tests.engines.every import CONTEXT, plan_of

MANY = 20_000


@pytest.fixture(autouse=True)
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distinct, "_ROOM", 500)


#: Columns of many different values, each of another type, as one type and among others.
COLUMNS = {
    "longs": ([n * 1000 for n in range(MANY)], LONG),
    "doubles": ([float(n) * 1000 for n in range(MANY)], DOUBLE),
    "texts": ([str(n) for n in range(MANY)], STRING),
    "durations": ([Duration(n) for n in range(MANY)], DURATION),
}


def _found(values: list[Any], kind: Any, by: str = "") -> list[dict[str, Any]]:
    frame = Frame.from_records([{"v": value, "k": n % 2} for n, value in enumerate(values)], {"v": kind, "k": LONG})
    compiler = Compiler({"t": FrameTable(frame)}, CONTEXT)
    return compiler.run(plan_of(f"fetch t | summarize n = countDistinct(v){by} | fields n")).records()


@pytest.mark.parametrize(("values", "kind"), COLUMNS.values(), ids=COLUMNS)
def test_an_estimate_does_not_depend_on_the_column(values: list[Any], kind: Any) -> None:
    estimate = count_distinct.body(values)
    assert estimate != MANY
    assert abs(estimate - MANY) < 0.01 * MANY
    for column in (kind, Variant((kind, LONG, STRING)), ANY):
        assert _found(values, column) == [{"n": estimate}]


def test_groups_are_estimated_too() -> None:
    values = [n for n in range(MANY) for _ in range(2)]
    assert [row["n"] for row in _found(values, LONG, ", by:{k}")] == [count_distinct.body(range(MANY))] * 2


def test_equal_numbers_count_once_and_few_values_exactly() -> None:
    values = [*(n % 7 for n in range(MANY)), *(float(n % 9) for n in range(MANY)), -0.0, 0.5, Timestamp(1), Duration(1)]
    values += ["1", True, Ip(4, 1), [1], [1.0], {"a": 1}, {"a": 1.0, "b": None}]
    assert _found(values, ANY) == [{"n": 9 + 8}]
    assert count_distinct_approx.body(values, precision=3) == 9 + 8


def test_sketches_of_parts_make_that_of_the_whole() -> None:
    values: list[Any] = [*range(2000), *map(str, range(2000))]
    whole = sketch.body(values)
    for cuts in ([1200], [1, 3200], [3999]):
        bounds = [0, *cuts, len(values)]
        parts = [sketch.body(values[low:high]) for low, high in pairwise(bounds)]
        assert sketch_of_all.body(parts) == whole
    assert sketch_size.body(whole) == count_distinct.body(values)


def test_large_numbers_are_near() -> None:
    frame = pl.DataFrame({"v": pl.Series(range(400_000)) * 64})
    (found,) = dqlkit.query("fetch t | summarize n = countDistinct(v)", {"t": frame}).records
    assert abs(int(found["n"]) - 400_000) < 4000
