"""Array functions: nulls, mixed elements, bounds; the same on every engine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.types.values import Duration, Ip, Timestamp
from tests.engines.every import alike
from tests.functions.running import bound, on_every_engine
from tests.profiles import examples


def answer(expression: str, *arrays: Any) -> list[Any]:
    """The answers for each value of the field `a`, on which every engine agree."""
    return on_every_engine(bound(expression), [{"a": array} for array in arrays])[0]


@pytest.mark.parametrize(
    ("expression", "arrays", "wanted"),
    [
        ("arraySum(a)", [[1, None, 2], [], None, [None]], [3.0, 0.0, None, 0.0]),
        ("arrayAvg(a)", [[1.0, None, 2.0], [], None], [1.5, 0.0, None]),
        ("arraySum(a)", [["1", 2, 2.5, True]], [4.5]),
        ("arraySum(a)", [[2**62, 2**62, 2**62]], [float(3 * 2**62)]),
        ("arrayMin(a)", [["b", None, "a"], [], None], ["a", None, None]),
        ("arrayMax(a)", [[1, "z", 2.5], ["z", True]], [2.5, None]),
        ("arrayMedian(a)", [[4, 1, 3, 2], [], [1, "a"]], [2.0, None, None]),
        ("arrayPercentile(a, 100)", [[Duration(3), Duration(7)], None], [Duration(7), None]),
        ("arrayFirst(a)", [[None, 2], [None], None], [2, None, None]),
        ("arrayLast(a)", [[{"x": 1}, None], []], [{"x": 1}, None]),
        ("arrayIndexOf(a, 7)", [[7.0, 7], [None, 7], [], None], [0, 1, -1, None]),
        ("arrayLastIndexOf(a, 7)", [[7, 7, 8], [8], None], [1, -1, None]),
        ("arrayDistinct(a)", [[2, 1, None, 2, None], []], [[1, 2, None], []]),
        ("arrayDistinct(a)", [["b", 1, 1.0, True]], [[True, 1, "b"]]),
        ("arraySort(a)", [[3, None, 1]], [[1, 3, None]]),
        ('arraySort(a, direction:"descending")', [[3, None, 1]], [[None, 3, 1]]),
        ("arraySort(a)", [[{"n": 2}, {"n": 1}]], [[{"n": 1}, {"n": 2}]]),
        ("arrayRemoveNulls(a)", [[None, "x"], None], [["x"], None]),
        ("arrayReverse(a)", [[1, None], []], [[None, 1], []]),
        ("arrayFlatten(a)", [[[1, 2], None, [], [3]], [[None]]], [[1, 2, None, 3], [None]]),
        ("arrayFlatten(a)", [[[1], 2, [[3]]]], [[1, 2, [3]]]),
        ("arrayConcat(a, array(9))", [[1, None], None], [[1, None, 9], [9]]),
        ('arrayConcat(a, array("x"))', [[1], "no array"], [[1, "x"], ["x"]]),
        ("arrayConcat(a, a)", [None, [1]], [None, [1, 1]]),
        ('arrayToString(a, delimiter:"-")', [["x", None, "y"], []], ["x-y", ""]),
        ('arrayToString(a, delimiter:"-")', [[1, True, None, "y"]], ["1-true-y"]),
        ("arraySlice(a, from:1)", [[1, 2, 3], [1], []], [[2, 3], [], []]),
        ("arraySlice(a, from:-2, to:-1)", [[1, 2, 3], [1], None], [[2], [], None]),
        ("arraySlice(a, from:2, to:1)", [[1, 2, 3]], [[]]),
    ],
)
def test_arrays(expression: str, arrays: list[Any], wanted: list[Any]) -> None:
    found = answer(expression, *arrays)
    assert alike(wanted, found), found


@pytest.mark.parametrize(
    ("expression", "array", "wanted"),
    [
        ("arrayCumulativeSum(a)", [None, 2, None, 7], [None, 2.0, 2.0, 9.0]),
        ("arrayCumulativeSum(a)", [2, "7"], None),
        ("arrayMovingSum(a, 2)", [None, 2, None, None, 7], [None, 2.0, 2.0, None, 7.0]),
        ("arrayMovingAvg(a, 3)", [1, 2, 6, 7], [1.0, 1.5, 3.0, 5.0]),
        ("arrayMovingAvg(a, 3)", [1, "2"], None),
        ("arrayMovingMin(a, 2)", [3, 1, 2, 5], [3, 1, 1, 2]),
        ("arrayMovingMax(a, 2)", [3.5, 1.0, None], [3.5, 3.5, 1.0]),
        ("arrayMovingMax(a, 0)", [1, 2], None),
        ("arrayMovingSum(a, 100)", [1, 2, 3], [1.0, 3.0, 6.0]),
        ("arrayDiff(a)", [5, 3, None, 4], [None, -2, None, None]),
        ("arrayDiff(a)", [Timestamp(5), Timestamp(3)], [None, Duration(-2)]),
        ("arrayDiff(a)", [2, "3", 4, 4.5], [None, None, None, 0.5]),
        ("arrayDelta(a)", [5, 3, None, 4, 9], [None, 0, None, 1, 5]),
        ("arrayDelta(a)", [Timestamp(5), None, Timestamp(3)], [None, None, Duration(0)]),
        ("arrayDelta(a)", [], []),
        ("impute(a)", [None, 1, None, 2.0, None], [None, 1.0, 1.5, 2.0, None]),
        ("impute(a)", [1, "x"], None),
        ("forecast(a)", [1, 2], [None] * 10),
    ],
)
def test_series(expression: str, array: list[Any], wanted: Any) -> None:
    (found,) = answer(expression, array)
    assert alike(wanted, found), found


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("vectorL1Distance(a, array(2, 0))", 3.0),
        ("vectorL2Distance(a, array(4, 6))", 5.0),
        ("vectorInnerProductDistance(a, array(3, 0.5))", -4.0),
        ("vectorCosineDistance(a, array(2, 4))", 0.0),
        ("vectorCosineDistance(a, array(-1, -2))", 2.0),
        ("vectorCosineDistance(a, array(0, 0))", None),
        ("vectorL2Distance(a, array(1))", None),
        ('vectorL2Distance(a, array(1, "2"))', None),
        ("vectorL2Distance(a, array(1, null))", None),
    ],
)
def test_distances(expression: str, wanted: float | None) -> None:
    (found,) = answer(expression, [1, 2])
    assert found == (wanted if wanted is None else pytest.approx(wanted, abs=1e-12))


@pytest.mark.parametrize(
    ("expression", "arrays", "wanted"),
    [
        ("iAny(a[] > 1)", [[1, 2], [1, None], [None], [], None], [True, None, None, False, None]),
        ("not iAny(a[] == null)", [[1]], [None]),
        ("iSum(a[])", [[1, None, 2], [], None], [3.0, None, None]),
        ("iAvg(a[] * 2)", [[1, 2]], [3.0]),
        ("iMax(a[])", [["b", "c"], []], ["c", None]),
        ("iMin(a[])", [[1, "x"]], [None]),
        ("iCollectArray(a[] + iIndex())", [[5, 5], []], [[5, 6], []]),
        ("if(iIndex() > 0, a[], else:0)", [[7, 8, 9]], [[0, 8, 9]]),
        ("arraySum(iCollectArray(a[][x]))", [[{"x": 1}, {"x": 2}]], [3.0]),
        ("iAny(a)", [[True, False]], [True]),
        ("iSum(arraySize(a[]) * arraySize(a))", [[[1], [1, 2]]], [6.0]),
    ],
)
def test_loops(expression: str, arrays: list[Any], wanted: list[Any]) -> None:
    found = answer(expression, *arrays)
    assert alike(wanted, found), found


_ELEMENTS = st.sampled_from([None, 1, -2, 2**62, 0.5, 2.0, "a", True, [1], {"a": 1}, {"b": "x"}, Ip(4, 7), Ip(4, 3)])
_ARRAYS = st.none() | st.lists(_ELEMENTS, max_size=4)
_OF_LIKE = st.sampled_from([[{"a": 1}], [{"b": "x"}], [1], [0.5, None], ["a"], [], None, [Ip(4, 7), None, Ip(4, 3)]])


@pytest.mark.parametrize(
    "call",
    ["arraySum(a)", "arrayAvg(a)", "arrayConcat(a, b)", "arrayConcat(b, a, c)", "arraySort(c)", "arraySize(b)"]
    + ["iAny(a[] == null)", "iCollectArray(c[])"],
)
@examples(20)
@given(st.lists(st.tuples(_ARRAYS, _ARRAYS, _OF_LIKE), min_size=1, max_size=4))
def test_arrays_of_many_types(call: str, rows: list[tuple[Any, Any, Any]]) -> None:
    on_every_engine(bound(call), [dict(zip("abc", row, strict=True)) for row in rows])


@pytest.mark.parametrize(
    "call", ["arraySum(a)", "arrayAvg(a)", "arrayConcat(a, b)", "arraySort(c)", "iAny(b[] == null)"]
)
def test_arrays_of_many_types_stay_on_columns(call: str) -> None:
    rows = [{"a": [1, 0.5], "b": [{"a": 1}], "c": [Ip(4, 1)]}]
    assert not on_every_engine(bound(call), rows)[1]
