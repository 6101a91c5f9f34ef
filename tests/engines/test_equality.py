"""One equality and one order, of `types.order`, for everything that compares values.

Values are nested, mixed, near 2^53, zeros of both signs; columns mix types or have one. Whoever compares must find the
same groups of equal values and the same order.
"""

from __future__ import annotations

import struct
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.engines.polars.encoding import encode_values
from dqlkit.types import Duration, Ip, Timestamp
from dqlkit.types.order import decode, encode, key, order_key, same
from tests.engines.every import answer, plan_of
from tests.profiles import examples

B = 2**53
NUMBERS = st.sampled_from(
    [0, 1, B, B + 1, B + 3, -B - 1, -B - 3, 2**63 - 1, 0.0, -0.0, 1.0, 1.5, float(B), B + 4.0, 2.0**63, float("nan")]
)
PLAIN = NUMBERS | st.sampled_from(["", "a", "A", "1", True, False, Timestamp(1), Duration(1), Ip(4, 1), None])
NESTED = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=4,
)
#: Columns of one shape and of many: each goes another way through an engine.
COLUMNS = st.one_of(
    *(
        st.lists(values, min_size=1, max_size=6)
        for values in (
            NESTED,
            PLAIN,
            NUMBERS,
            NUMBERS.filter(lambda v: type(v) is float),
            NUMBERS.filter(lambda v: type(v) is int),
            st.lists(NUMBERS, max_size=2),
            st.fixed_dictionaries({"a": NUMBERS, "b": st.none() | NUMBERS}),
        )
    )
)


def run(text: str, values: list[Any], others: list[Any] | None = None) -> list[dict[str, Any]]:
    rows = [{"n": n, "v": value} for n, value in enumerate(values)]
    tables = {"t": rows, "u": [{"w": value} for value in others or ()]}
    return answer(plan_of(text), tables).records


def firsts(values: list[Any]) -> dict[bytes, int]:
    """Where each different value stands first."""
    found: dict[bytes, int] = {}
    for n, value in enumerate(values):
        found.setdefault(order_key(value), n)
    return found


@examples(80)
@given(NESTED, NESTED)
def test_the_key_decides(left: Any, right: Any) -> None:
    assert same(left, right) is (None if left is None or right is None else order_key(left) == order_key(right))
    assert key(encode(left)) == order_key(left)
    assert repr(decode(encode(left))) == repr(left)


LONGS = st.integers(-(2**63), 2**63 - 1) | st.integers(B - 9, B + 9) | st.integers(-B - 9, 9 - B)


@examples(300)
@given(st.lists(LONGS | LONGS.map(float) | st.floats(allow_nan=False), min_size=2, max_size=6))
def test_numbers_are_in_their_order(numbers: list[Any]) -> None:
    """Python compares longs and doubles exactly; columns are encoded as single values are."""
    keys = [order_key(number) for number in numbers]
    for (one, first), (other, second) in combinations(zip(numbers, keys, strict=True), 2):
        assert (one < other, one == other) == (first < second, first == second)
    for kind in (int, float):
        held = [number for number in numbers if type(number) is kind]
        assert encode_values(held).to_list() == list(map(encode, held))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1, "b": None}, {"a": 1}, True),
        ({"a": 1, "b": None}, {"a": 1, "c": None}, True),
        ({}, {"a": None}, True),
        ([1, 2], [1.0, 2], True),
        ([None], [], False),
        ([{"a": 1}], [{"a": 1.0, "b": None}], True),
        (B + 1, float(B), False),
        ([B + 1], [float(B)], False),
        (2**63 - 1, 2.0**63, False),
        (0.0, -0.0, True),
        ([0], [-0.0], True),
        (float("nan"), -float("nan"), True),
        (1, True, False),
        ([1], [True], False),
        ("1", 1, False),
    ],
)
def test_equal(left: Any, right: Any, expected: bool) -> None:
    for one, other in ((left, right), (right, left)):
        (found,) = answer(
            plan_of("fetch t | fields e = a == b, i = in(r, array(b))"), {"t": [{"a": one, "b": other, "r": one}]}
        ).records
        assert found["e"] is expected
        assert len(run("fetch t | dedup v", [one, other])) == (1 if expected else 2)


@examples(60)
@given(COLUMNS, st.data())
def test_comparisons(values: list[Any], data: st.DataObject) -> None:
    others = data.draw(st.permutations(values) | COLUMNS)
    rows = [{"v": v, "w": w} for v, w in zip(values, others, strict=False)]
    text = "fetch t | fields e = v == w, n = v != w, i = in(v, {w}), s = v < w, g = v >= w"
    for row, found in zip(rows, answer(plan_of(text), {"t": rows}).records, strict=True):
        assert found["e"] is same(row["v"], row["w"])
        assert found["n"] is (None if found["e"] is None else not found["e"])
        if found["s"] is not None:
            assert found["s"] is (order_key(row["v"]) < order_key(row["w"]))
            assert found["g"] is not found["s"]


@examples(60)
@given(COLUMNS)
def test_groups(values: list[Any]) -> None:
    kept = sorted(firsts(values).values())
    assert [row["n"] for row in run("fetch t | dedup v", values)] == kept
    grouped = run("fetch t | summarize n = takeFirst(n), by: {v} | fields n", values)
    assert sorted(row["n"] for row in grouped) == kept
    different = {k for k in firsts(values) if k != order_key(None)}
    text = "fetch t | summarize n = countDistinctExact(v), l = collectDistinct(v), a = arrayDistinct(collectArray(v))"
    (found,) = run(text, values)
    assert found["n"] == len(different)
    assert len(found["l"] or []) == len(different)
    assert len(found["a"]) == len(firsts(values))


@examples(60)
@given(COLUMNS)
def test_order(values: list[Any]) -> None:
    expected = sorted(range(len(values)), key=lambda n: order_key(values[n]))
    assert [row["n"] for row in run("fetch t | sort v", values)] == expected
    text = "fetch t | summarize l = arraySort(collectArray(v)), least = takeMin(v), most = takeMax(v)"
    (found,) = run(text, values)
    assert list(map(order_key, found["l"])) == sorted(map(order_key, values))
    held = sorted(order_key(value) for value in values if value is not None)
    assert [order_key(found["least"]), order_key(found["most"])] == ([held[0], held[-1]] if held else [b"\xf0"] * 2)


@examples(60)
@given(COLUMNS, st.data())
def test_partners(values: list[Any], data: st.DataObject) -> None:
    others = data.draw(st.permutations(values) | COLUMNS)
    partners = [(n, v) for n, v in enumerate(values) for w in others if same(v, w)]
    joined = run("fetch t | join [fetch u], on: {left[v] == right[w]} | fields n", values, others)
    assert sorted(row["n"] for row in joined) == [n for n, _ in partners]
    looked = run("fetch t | lookup [fetch u | fieldsAdd x = 1], sourceField: v, lookupField: w", values, others)
    assert {row["n"] for row in looked if row.get("lookup.x")} == {n for n, _ in partners}
    among = run("fetch t | filter v in [fetch u | fields w | fields w = array(w)[0]]", values, others)
    alone = {n for n, _ in partners}
    elements = [e for w in others if isinstance(w, list) for e in w]
    assert {row["n"] for row in among} >= alone
    assert {row["n"] for row in among} == alone | {n for n, v in enumerate(values) if any(same(v, e) for e in elements)}


@pytest.mark.parametrize(("left", "right"), [(float("nan"), -float("nan")), (0.0, -0.0), (1.5, 1.5)])
@pytest.mark.parametrize("more", [[], [2.5], ["text"]])
def test_single_doubles_are_partners(left: float, right: float, more: list[Any]) -> None:
    assert run("fetch t | join [fetch u], on: {left[v] == right[w]} | fields n", [left, *more], [right]) == [{"n": 0}]
    (row, *_) = run("fetch t | lookup [fetch u | fieldsAdd x = 1], sourceField: v, lookupField: w", [left], [right])
    assert row["lookup.x"] == 1


def test_a_zero_keeps_its_sign() -> None:
    for mixed in ([-0.0], [-0.0, "x"], [-0.0, 1], [-0.0, [1]]):
        first, *_ = run("fetch t | fields s = toString(v), q = 1 / v, a = atan2(v, -1.0), v", mixed)
        assert (first["s"], first["q"], struct.pack(">d", first["v"])[0]) == ("-0.0", -float("inf"), 0x80)
        assert first["a"] < -3
