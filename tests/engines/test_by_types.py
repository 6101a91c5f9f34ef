"""Calls over values of any type, in batches that are taken apart by the types in them."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.types import Duration, Ip, Timestamp
from tests.engines.every import answer, plan_of
from tests.functions.running import CONTEXT, bound, on_every_engine
from tests.profiles import examples

#: A batch of fewer records is not taken apart.
ROWS = 60
VALUES = st.sampled_from(
    [
        None,
        True,
        1,
        -2,
        2**53 + 1,
        1.0,
        0.5,
        -0.0,
        float("nan"),
        "a",
        "ab",
        "",
        "0",
        "10.0.0.1",
        "\u20ac",
        "a\0",
        "\ud5ef",
    ]
    + [
        Timestamp(1_700_000_000_000_000_000),
        Duration(5),
        Ip(4, 167772161),
        b"a",
        [],
        ["a", 1],
        ["a", [None, [[[1]]]]],
        {"a": 1},
        {"a": {"b": {}, "c": 1}, "\0": None},
        {},
    ]
)
COLUMNS = st.lists(VALUES, min_size=1, max_size=6)
CALLS = [
    "toString(a)",
    'concat("x", a, b)',
    'concat(a, "-", b, a)',
    'in(a, "a", "ab", 1)',
    "in(a, b)",
    "a < b",
    "a >= 1",
    'matchesValue(a, {"a*", "0"})',
    "upper(toString(a))",
    "arraySize(a)",
    "a[0]",
    "a[-2]",
    "toArray(a)",
    "toIp(a)",
    "a + b",
    "isNull(a)",
    "a[a]",
    "a[start]",
]


@pytest.mark.parametrize("call", CALLS)
@examples(15)
@given(a=COLUMNS, b=COLUMNS)
def test_batches_of_many_types_answer_as_their_records_do(call: str, a: list[Any], b: list[Any]) -> None:
    rows = [{"a": one, "b": other} for one, other in islice(zip(cycle(a), cycle(b), strict=False), ROWS)]
    rows += [{"a": [{"x": 1}, 1], "b": None}, {"a": "a", "b": 1}, {"a": 1, "b": "a"}]  # so that both are of any type
    on_every_engine(bound(call), rows)


def test_what_has_a_lowering_for_some_types_is_not_said_to_run_row_by_row() -> None:
    rows = [{"a": one} for one in ("a", 1, [1], {"a": 1}) * 20]
    assert not on_every_engine(bound("toString(a)"), rows)[1]
    assert on_every_engine(bound("hashSha1(toString(a))"), rows)[1]


@examples(15)
@given(a=COLUMNS, depth=st.integers(1, 3))
def test_what_is_inside_of_records_becomes_fields(a: list[Any], depth: int) -> None:
    rows = [{"a": one} for one in islice(cycle(a), ROWS)] + [{"a": {"x": 1}}, {"a": "a"}]
    assert not answer(plan_of(f"fieldsFlatten a, depth:{depth}", part="stages"), {"": rows}, CONTEXT).row_by_row
