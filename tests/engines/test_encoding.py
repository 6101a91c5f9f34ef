"""Encoded columns hold the bytes of `types.order`, whichever way they are made."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.engines.polars.encoding import decode_values, decoded, encode_values, encoded
from dqlkit.engines.polars.physical import dtype_of, series_of, values_of
from dqlkit.functions.encoded_members import member_column
from dqlkit.types import (
    ANY,
    BOOLEAN,
    DOUBLE,
    DURATION,
    LONG,
    STRING,
    TIMESTAMP,
    Duration,
    Ip,
    Record,
    Timeframe,
    Timestamp,
    Type,
    order,
)
from tests.profiles import examples

LONGS = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3) | st.integers(2**53 - 2, 2**53 + 2)
DOUBLES = st.floats() | st.sampled_from([0.0, -0.0, 1.0, 2.0**63, -(2.0**63)])
TEXTS = st.text(st.characters(exclude_categories=("Cs",))) | st.sampled_from(["", "\0", "a\0", "\0\xff"])
KINDS: dict[Type, st.SearchStrategy[Any]] = {
    BOOLEAN: st.booleans(),
    LONG: LONGS,
    DOUBLE: DOUBLES,
    STRING: TEXTS,
    TIMESTAMP: st.builds(Timestamp, LONGS),
    DURATION: st.builds(Duration, LONGS),
}
ANYTHING = st.none() | st.one_of(*KINDS.values()) | st.binary() | st.builds(Ip, st.just(4), st.integers(0, 2**32 - 1))
NESTED = ANYTHING | st.lists(ANYTHING, max_size=3) | st.dictionaries(TEXTS, ANYTHING, max_size=3)


#: Nested deeper than any pattern looks.
DEEP = st.recursive(ANYTHING, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=3))
#: Few values are read otherwise than many.
MANY = 40
RECORDS = st.dictionaries(TEXTS | st.sampled_from("ab"), DEEP, max_size=4)


@given(st.lists(st.none() | RECORDS | DEEP, max_size=6), st.sampled_from(["a", "start", "", "a\0", "é"]))
def test_members_of_columns_are_those_of_each_value(values: list[Any], name: str) -> None:
    encoded = one_by_one(values)
    expected = [None if data is None else order.member(data, name) for data in encoded]
    for times in (1, MANY):
        assert member_column(pl.Series(encoded * times, dtype=pl.Binary), name).to_list() == expected * times


def test_a_member_is_not_taken_for_a_text_or_an_inner_one() -> None:
    values = [{"x": "a", "a": 1}, {"x": {"a": 2}, "a": "b"}, {"x": {"a": 2}}, {"x": "a"}, {"a": {"a": 3}}, {"a": None}]
    found = [1, "b", None, None, {"a": 3}, None]
    for times in (1, MANY):
        column = pl.Series(one_by_one(values) * times, dtype=pl.Binary)
        assert decode_values(member_column(column, "a")) == found * times


def one_by_one(values: list[Any]) -> list[bytes | None]:
    return [None if value is None else order.encode(value) for value in values]


def exact(values: list[Any]) -> list[str]:
    """Values with their types; NaN equals itself."""
    return [repr(value) for value in values]


@examples(100)
@given(st.lists(NESTED, max_size=12), st.sampled_from([1, 60]))
def test_values_of_any_types(values: list[Any], times: int) -> None:
    values = values * times
    column = encode_values(values, "v")
    assert column.dtype == pl.Binary
    assert column.name == "v"
    assert column.to_list() == one_by_one(values)
    assert exact(decode_values(column)) == exact([order.decode(order.encode(value)) for value in values])


@pytest.mark.parametrize("kind", KINDS)
@examples(100)
@given(data=st.data())
def test_columns_of_one_type(kind: Type, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | KINDS[kind], max_size=12))
    column = series_of(values, kind, "v")
    written = encoded(column, kind)
    assert written is not None
    assert written.name == "v"
    assert written.to_list() == one_by_one(values)
    read = decoded(written, kind)
    assert read is not None
    assert read.dtype == dtype_of(kind)
    assert exact(values_of(read, kind)) == exact([order.decode(order.encode(value)) for value in values])


@examples(100)
@given(st.lists(NESTED, min_size=4, max_size=12))
def test_parts_of_a_column(values: list[Any]) -> None:
    """A slice shares its memory with the column it is of."""
    values = values * 20
    column = pl.concat([encode_values(values[:2]), encode_values(values[2:])], rechunk=False)
    assert exact(decode_values(column[1:-1])) == exact([order.decode(order.encode(value)) for value in values[1:-1]])
    numbers = pl.Series([1, 2, None, 4])[1:]
    assert encoded(numbers, LONG).to_list() == one_by_one([2, None, 4])  # type: ignore[union-attr]


def test_half_a_surrogate_pair() -> None:
    for texts in (["\ud83d", "x"], ["\ud83d", "x"] * 40):
        assert decode_values(encode_values(texts)) == texts


def test_types_without_a_fast_way() -> None:
    assert encoded(pl.Series([[1]]), ANY) is None
    assert decoded(encode_values([Ip(4, 1)]), ANY) is None


@examples(150)
@given(RECORDS, st.sampled_from(["a", "b", "", "\0", "a\0"]))
def test_members_are_found_in_encodings(record: dict[str, Any], name: str) -> None:
    held = record.get(name)
    assert order.member(order.encode(record), name) == (None if held is None else order.encode(held))
    assert order.member(order.encode([record]), name) is None


def test_bounds_are_members_of_timeframes() -> None:
    data = order.encode(Timeframe(Timestamp(1), Timestamp(2)))
    assert [order.member(data, name) for name in ("start", "end", "x")] == [
        order.encode(Timestamp(1)),
        order.encode(Timestamp(2)),
        None,
    ]


@examples(100)
@given(st.lists(st.none() | RECORDS, max_size=8))
def test_records_of_known_members(records: list[dict[str, Any] | None]) -> None:
    kind = Record([("a", ANY), ("b", ANY)])
    wanted = [None if one is None else {"a": one.get("a"), "b": one.get("b")} for one in records]
    column = series_of(wanted, kind, "v")
    assert (column.name, column.dtype) == ("v", dtype_of(kind))
    assert exact(values_of(column, kind)) == exact(
        [None if one is None else {k: order.decode(order.encode(v)) for k, v in one.items()} for one in wanted]
    )
