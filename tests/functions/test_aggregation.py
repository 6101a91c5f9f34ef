"""Aggregations: empty groups, mixed types, nulls, weights, arrays by position; the same on every engine."""

from __future__ import annotations

import math
from typing import Any

import pytest

from dqlkit.functions.aggregation.moments import moments
from dqlkit.plan.expressions import Call, Column
from dqlkit.types.values import Duration, Timestamp
from tests.engines import every
from tests.engines.every import alike, plan_of
from tests.functions.running import CONTEXT, on_every_engine


def answers(stages: str, rows: list[dict[str, Any]], row_by_row: set[str] | None = None) -> list[dict[str, Any]]:
    """The records on which every engine agree; Polars runs these functions row by row, and no others."""
    found = every.answer(plan_of(stages, part="stages"), {"": rows}, CONTEXT)
    assert set(found.row_by_row) == (row_by_row or set())
    return found.records


def answer(aggregation: str, values: list[Any], row_by_row: set[str] | None = None) -> Any:
    """The aggregation of the field `x` with these values."""
    (record,) = answers(f"summarize value = {aggregation}", [{"x": value} for value in values], row_by_row)
    return record["value"]


_COUNTS = (
    *("count()", "countIf(x > 1)", "countDistinct(x)", "countDistinctExact(x)"),
    "countDistinctApprox(x, precision:4)",
)
_OTHERS = (
    *("sum(x)", "avg(x)", "min(x)", "max(x)", "stddev(x)", "variance(x)", "correlation(x, x)", "median(x)"),
    *("percentile(x, 90)", "percentiles(x, 5, 95)", "takeAny(x)", "takeFirst(x)", "takeLast(x)", "takeMin(x)"),
    *("takeMax(x)", "collectArray(x)", "collectDistinct(x)", "sum(x[])", "sum(x) / count()"),
)


@pytest.mark.parametrize(
    ("aggregation", "nothing"), [*((one, 0) for one in _COUNTS), *((one, None) for one in _OTHERS)]
)
def test_no_records(aggregation: str, nothing: Any) -> None:
    rows = [{"x": 1, "k": "a"}]
    assert answers(f"filter x > 9 | summarize value = {aggregation}", rows) == [{"value": nothing}]
    assert answers(f"filter x > 9 | summarize value = {aggregation}, by:{{k}}", rows) == []


@pytest.mark.parametrize(
    ("aggregation", "values", "wanted"),
    [
        ("sum(x)", [1, 2, 4], 7.0),
        ("sum(x)", [2**62, 2**62, 2**62, 1], float(3 * 2**62)),
        ("sum(x)", [0.1] * 10, 1.0),
        ("sum(x)", [Duration(5), None, Duration(7)], Duration(12)),
        ("avg(x)", [1, 2, None], 1.5),
        ("avg(x)", [Duration(-5), Duration(-2)], Duration(-3)),
        ("variance(x)", [1, 2, 3, 4], 1.25),
        ("stddev(x)", [2, 2, 2], 0.0),
        ("min(x)", [3, None, 2], 2),
        ("max(x)", ["b", "a"], "b"),
        ("max(x)", [True, False], True),
        ("min(x)", [math.nan, 1.0], 1.0),
        ("takeFirst(x)", [None, 3, 1], 3),
        ("takeLast(x)", [[1], None], [1]),
        ("takeMax(x)", [{"a": 1}, {"a": 2}], {"a": 2}),
        ("countDistinct(x)", [1, 1, None, 2], 2),
        ("countIf(x > 1)", [1, 2, None, 3], 2),
        ("collectArray(x)", [2, None, 1], [2, None, 1]),
        ("collectArray(x, maxLength:2)", [3, 2, 1], [3, 2]),
        ("collectArray(x, expand:true)", [[1, 2], None, [], [3]], [1, 2, None, 3]),
        ("collectDistinct(x)", [2, 1, None, 2], [2, 1]),
        ("collectDistinct(x, expand:true)", [[1, None, 2], [2, 3]], [1, 2, 3]),
        ("sum(1)", [None, None, None], 3.0),
        ("sum(1 + 1)", [None, None, None], 6.0),
        ("countDistinct(missing, precision:10)", [1, 2], 0),
        ("countDistinct(x, precision:10)", [None, None], 0),
        ("countIf(x)", [None, None], 0),
        ("collectArray(missing)", [1, 2], [None, None]),
        ("countDistinct(missing)", [1, 2], 0),
    ],
)
def test_uniform_columns(aggregation: str, values: list[Any], wanted: Any) -> None:
    assert alike(wanted, answer(aggregation, values))


@pytest.mark.parametrize(
    ("aggregation", "values", "wanted"),
    [
        ("sum(x)", [1, 2.5, None], 3.5),
        ("sum(x)", [1, "2"], None),
        ("sum(x)", [1, Duration(1)], None),
        ("avg(x)", [1, 2.5, 4], 2.5),
        ("max(x)", [3, 2.5], 3.0),
        ("min(x)", ["a", 1], None),
        ("takeMin(x)", ["a", 1, Duration(1)], 1),
        ("takeMax(x)", ["a", 1, Duration(1)], Duration(1)),
        ("countDistinct(x)", [1, 1.0, "1", True], 3),
        ("collectDistinct(x)", [1.0, 1, "1"], [1.0, "1"]),
        ("collectArray(x, expand:true)", [[1, [2, "a"]], 3], [1, 2, "a", 3]),
        ("percentile(x, 50)", [1, 2.5, 4], 2.5),
        ("percentile(x, 50)", [1, "a"], None),
    ],
)
def test_columns_of_several_types(aggregation: str, values: list[Any], wanted: Any) -> None:
    row_by_row = {"collectArray"} if "expand" in aggregation else None
    assert alike(wanted, answer(aggregation, values, row_by_row))


@pytest.mark.parametrize("aggregation", ["sum(x)", "avg(x)", "min(x)", "max(x)", "variance(x)", "percentile(x, 70)"])
def test_each_group_has_a_family_of_types(aggregation: str) -> None:
    """Of values of any type too, as in JSON."""
    groups: list[list[Any]] = [
        [2**53 + 1, 2**53 + 1],
        [1.5, None],
        [3, 0.5, math.nan],
        [Duration(7), Duration(-8)],
        ["b", "a"],
        [True],
    ]
    groups += [[1, Duration(1)], ["a", 1.0], [{"a": 1}], [None]]
    rows = [{"k": k, "x": value} for k, values in enumerate(groups) for value in values]
    found = answers(f"summarize value = {aggregation}, by:{{k}}", rows)
    assert [record["value"] for record in found[-4:]] == [None] * 4


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([["a", "b"], "c", "a"], ["a", "b", "c"]),
        ([[True], False], [True, False]),
        ([[1], 2, [[2, 3]]], [1, 2, 3]),
        ([[Timestamp(1)], Timestamp(2)], [Timestamp(1), Timestamp(2)]),
        ([[1, "a"], 2.5], [1, "a", 2.5]),
    ],
)
def test_arrays_beside_their_elements_are_opened(values: list[Any], wanted: list[Any]) -> None:
    """Such a column is encoded, whatever type its elements have."""
    assert alike(wanted, answer("collectDistinct(x, expand:true)", values, {"collectDistinct"}))


@pytest.mark.parametrize(
    ("percentage", "wanted"),
    [(0, 1.0), (20, 1.0), (21, 2.0), (50, 3.0), (60, 3.0), (80, 7.0), (99.9, 7.0), (100, 7.0)],
)
def test_a_percentile_is_a_value_that_occurs(percentage: float, wanted: float) -> None:
    assert answer(f"percentile(x, {percentage})", [2, 3, None, 7, 7, 1]) == wanted


def test_every_hundredth_of_a_hundred_values_is_its_own_percentile() -> None:
    many = ", ".join(map(str, range(1, 101)))
    assert answer(f"percentiles(x, {many})", list(range(100, 0, -1))) == [float(k) for k in range(1, 101)]


@pytest.mark.parametrize(
    ("aggregation", "values", "wanted"),
    [
        ("median(x)", [True, False, True], True),
        ("median(x)", [Timestamp(5), Timestamp(1), Timestamp(9)], Timestamp(5)),
        ("percentile(x, 75)", [Duration(5), Duration(1)], Duration(5)),
        ("percentiles(x, 0, 100)", [3, 1], [1.0, 3.0]),
    ],
)
def test_percentiles_keep_the_type(aggregation: str, values: list[Any], wanted: Any) -> None:
    assert answer(aggregation, values) == wanted


@pytest.mark.parametrize(
    ("weights", "wanted"),
    [
        ([1, 1, 1], 20.0),
        ([5, 1, 1], 10.0),
        ([0, 0, 0.5], 30.0),
        ([0.1, 0.1, 0.3], 30.0),
        ([1, None, 1], 10.0),
        ([-1, 0, 0], None),
    ],
)
def test_weights(weights: list[float | None], wanted: float | None) -> None:
    rows = [{"x": x, "w": w} for x, w in zip([10, 20, 30], weights, strict=True)]
    assert answers("summarize value = median(x, weight:w)", rows, {"median"}) == [{"value": wanted}]


def test_samples_stand_for_as_many_values_as_there_were() -> None:
    rows = [{"x": [1, 2], "n": 2}, {"x": [9], "n": 10}]
    plain = "summarize value = percentileFromSamples(x, 50)"
    scaled = "summarize value = percentileFromSamples(x, 50, originalCount:n)"
    assert answers(plain, rows, {"percentileFromSamples"}) == [{"value": 2.0}]
    assert answers(scaled, rows, {"percentileFromSamples"}) == [{"value": 9.0}]


def test_the_rank_of_a_value() -> None:
    assert answer("percentRank(x, 3)", [1, 2, 3, 4], {"percentRank"}) == 0.5
    assert answer("percentRank(x, true)", [1, 2], {"percentRank"}) is None


@pytest.mark.parametrize("column", ["x", "1e308"])
def test_sums_beyond_the_largest_double_are_infinite(column: str) -> None:
    """A constant as a field; what is computed of distances from a value stays within reach."""
    rows = [{"x": 1e308}] * 3
    assert answers(f"summarize value = avg({column})", rows) == [{"value": math.inf}]
    assert answers(f"summarize value = variance({column})", rows) == [{"value": 0.0}]


@pytest.mark.parametrize("values", [[1e308, 0.0, 0.0], [math.inf, 1.0], [math.nan, 1.0], [1e154, -1e154, 1e155]])
def test_what_parts_know_of_values_too_far_apart_is_the_same_everywhere(values: list[float]) -> None:
    found, _ = on_every_engine(Call(moments, (Column("x"),)), [{"x": value} for value in values])
    _, mean, spread, *_ = found[0]
    assert [math.isnan(mean), math.isnan(spread)] == [True, True]


def test_correlation() -> None:
    rows = [{"a": a, "b": b} for a, b in [(1, 2.0), (2, 4.0), (3, None), (4, 8.0)]]
    assert answers("summarize value = correlation(a, b)", rows)[0]["value"] == pytest.approx(1.0)
    assert answers("summarize value = correlation(a, 0.1)", rows) == [{"value": None}]


# ---- arrays by position ---------------------------------------------------------------------------------------------

_ARRAYS = [
    {"k": "p", "a": [1, 2, 3], "b": [10, 20, 30], "v": 1},
    {"k": "p", "a": [4, None], "b": [1], "v": 2},
    {"k": "q", "a": [], "b": [5], "v": 3},
    {"k": None, "a": None, "b": [7], "v": 4},
]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("sum(a[])", [5.0, 2.0, 3.0]),
        ("avg(a[]) / 2", [1.25, 1.0, 1.5]),
        ("collectArray(a[])", [[1, 4], [2, None], [3]]),
        ("sum(a[] * b[])", [10.0, 40.0, 90.0]),
        ("sum(a[] + v)", [8.0, 3.0, 4.0]),
        ("sum(a[]) + max(b[])", [15.0, 22.0, 33.0]),
        ("sum(b[]) - min(b[])", [22.0, 0.0, 0.0]),
        ("max(a[]) * iIndex()", [0, 2, 6]),
        ("sum(a[] * iIndex())", [0.0, 2.0, 6.0]),
        ("max(a[]) + count()", [8, 6, 7]),
        ("iSum(max(a[]))", 9.0),
        ("arraySum(iCollectArray(max(a[])))", 9.0),
        ("sum(iSum(a[]))", 10.0),
        ("percentile(a[], 50)", [1.0, 2.0, 3.0]),
    ],
)
def test_arrays_by_position(expression: str, wanted: Any) -> None:
    (record,) = answers(f"summarize value = {expression}", _ARRAYS)
    assert alike(wanted, record["value"])


def test_arrays_by_position_in_groups() -> None:
    found = answers("summarize value = sum(a[]), by:{k}", _ARRAYS)
    assert found == [
        {"k": "p", "value": [5.0, 2.0, 3.0]},
        {"k": "q", "value": []},
        {"k": None, "value": None},
    ]


def test_a_loop_over_a_key_beside_an_aggregation() -> None:
    found = answers("summarize value = sum(v) * b[], by:{b}", _ARRAYS[2:])
    assert found == [{"b": [5], "value": [15.0]}, {"b": [7], "value": [28.0]}]


def test_arrays_by_position_of_mixed_elements() -> None:
    rows = [{"a": [1, "x"]}, {"a": [2.5, "y"]}]
    assert answers("summarize value = sum(a[])", rows) == [{"value": [3.5, None]}]
    assert answers("summarize value = sum(a[])", [{"a": 1}, {"a": "x"}]) == [{"value": None}]
