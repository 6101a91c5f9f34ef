"""Aggregations that count different values, exactly or by a sketch.

A *sketch* of values is the set of their hashes. Where those have more than `_ROOM` different codes, each hash gives way to
its code: one of 65,536 places, and how many zero bits follow (Flajolet and Martin's counting with all bits kept). The number
of values is then the one that makes the codes there are most likely; its standard error is 0.3 %. Sketches of parts make
that of the whole, whichever parts they are, so all engines and clusters find the same number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import groupby
from operator import add
from typing import Any

from dqlkit.functions.aggregation.counting import add_longs, all_different, all_different_in, how_many
from dqlkit.functions.function import Part, aggregation, operator
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Array, Constant, Long, Precision, Values
from dqlkit.types.kinds import BOOLEAN, DOUBLE, DURATION, LONG, STRING, TIMESTAMP, Type, members
from dqlkit.types.kinds import Array as ArrayOf
from dqlkit.types.order import RANK, order_key
from dqlkit.types.values import Duration, Timestamp, Value

__all__ = ["count_distinct", "count_distinct_approx", "count_distinct_exact"]


@aggregation(in_series=True, once=True)
def count_distinct_exact(expression: Values[Anything]) -> Long:
    """How many different values there are, null not counted; 1 and 1.0 are one."""
    return len({order_key(value) for value in expression})


@aggregation(in_series=True)
def count_distinct_approx(expression: Values[Anything], *, precision: Constant[Precision] = 14) -> Long:
    """How many different values there are, estimated where there are many.

    Up to 65,536 are counted exactly, more with a standard error of 0.3 %, which is better than what any `precision` asks
    for [decided: the vendor names the method, UltraLogLog, whose error at 14 is 0.6 %, but not its hash].
    """
    return _counted(_hashes(expression)) if len(expression) > _ROOM else count_distinct_exact(expression)


@aggregation(
    in_series=True, of_metrics=True, known_as=("dcount", "uniquecount", "count_distinct", "dc", "distinct_count")
)
def count_distinct(expression: Values[Anything], *, precision: Constant[Precision] = 14) -> Long:
    """Another name of `countDistinctApprox`."""
    return count_distinct_approx.body(expression)


@count_distinct_exact.polars
def _(expression, parted):
    return reduce(add, (one.drop_nulls().n_unique() for one in parted()))


def _approximated(expression, precision, types, of_type, keys, grouped):
    hashes = _hash(expression, types["expression"], of_type, keys)
    if not grouped:
        return _of_all(hashes, _counted, pl.Int64)
    return _of_groups(hashes, lambda few: few.n_unique().cast(pl.Int64), _counted, pl.Int64)


count_distinct_approx.polars(_approximated)
count_distinct.polars(_approximated)


# ---- in parts -------------------------------------------------------------------------------------------------------


@aggregation(only="plan", by_order=True)
def sketch(expression: Values[Anything]) -> Array[Long]:
    """The sketch of values, in ascending order."""
    return _sketch(_hashes(expression)).to_list()


@aggregation(only="plan", by_order=True)
def sketch_of_all(sketches: Values[Array[Long]]) -> Array[Long]:
    """The sketch of all values, from those of parts."""
    return _sketch(_read([one for found in sketches for one in found])).to_list()


@operator("", name="sketchSize", category="general", only="plan")
def sketch_size(array: Array[Long]) -> Long:
    """How many values a sketch stands for."""
    return _counted(_read(array)) if len(array) > _ROOM else len(array)


def _read(sketch: Sequence[Value]) -> pl.Series:
    """The hashes of a sketch."""
    held = [one for one in sketch if type(one) is int]
    return pl.Series(held, dtype=pl.Int64).reinterpret(signed=False)


@sketch.polars
def _(expression, types, of_type, keys):
    return _sketches(_hash(expression, types["expression"], of_type, keys))


@sketch_of_all.polars(sketches=ArrayOf(LONG))
def _(sketches):
    hashes = sketches.list.explode(keep_nulls=False, empty_as_null=False)
    return _sketches(hashes.reinterpret(signed=False))


sketch_size.polars(lambda array: _size(array), array=ArrayOf(LONG))

count_distinct_exact.in_parts(Part(count_distinct_exact, add_longs), disjoint=True)
count_distinct_exact.in_parts(Part(all_different, all_different_in), finish=how_many)
for _function in (count_distinct_approx, count_distinct):
    _function.in_parts(Part(sketch, sketch_of_all, bounded=True), finish=sketch_size)


# ---- hashes ---------------------------------------------------------------------------------------------------------

#: The types that Polars hashes by themselves, by the class of their values; others are hashed by their keys.
_HASHED: dict[type, Type] = {
    bool: BOOLEAN,
    int: LONG,
    float: DOUBLE,
    str: STRING,
    Timestamp: TIMESTAMP,
    Duration: DURATION,
}


def _hash(expression: pl.Expr, kind: Type, of_type: Any, keys: Any) -> pl.Expr:
    """The hash of each value: the same for equal values, in whichever column they stand."""
    if kind in _HASHED.values():
        return _own_hash(expression, kind)
    own = [_own_hash(of_type(one), one) for one in _HASHED.values() if one in (members(kind) or _HASHED.values())]
    (key,) = keys()
    return pl.coalesce(*own, pl.when(key.is_not_null()).then(key.hash()))


def _own_hash(expression: pl.Expr, kind: Type) -> pl.Expr:
    plain, seed = expression.to_physical(), RANK.get(kind.name, RANK["number"])
    found = plain.hash(seed)
    if kind == DOUBLE:
        whole = plain.cast(pl.Int64, strict=False)
        found = pl.when(whole.cast(pl.Float64) == plain).then(whole.hash(seed)).otherwise(found)
    return pl.when(plain.is_not_null()).then(found)


def _hashes(values: Sequence[Value]) -> pl.Series:
    """The hashes of values, in any order."""
    empty = pl.Series([], dtype=pl.UInt64)
    return pl.concat([empty, *_by_class(values)])


def _by_class(values: Sequence[Value]) -> Iterator[pl.Series]:
    def name(value: Value) -> str:
        return type(value).__name__ if type(value) in _HASHED else ""

    for _, found in groupby(sorted(values, key=name), name):
        same = list(found)
        kind = _HASHED.get(type(same[0]))
        if kind is None:
            yield pl.Series(list(map(order_key, same)), dtype=pl.Binary).hash()
        else:
            column = pl.Series([getattr(value, "nanos", value) for value in same])
            yield pl.select(_own_hash(pl.lit(column), kind)).to_series()


# ---- sketches -------------------------------------------------------------------------------------------------------

_PLACES = 1 << 16
#: So many different codes are told apart by the hashes themselves.
_ROOM = _PLACES
#: So many hashes become codes at once.
_SHARE = 1 << 18
_LEVELS = 65  # a hash is zero behind its place, at most


def _code(hashes: pl.Series) -> pl.Series:
    """Of hashes, or of hashes that were made of codes: level by level, the places."""
    level = (hashes * _PLACES).bitwise_leading_zeros()
    return level * _PLACES + (hashes // (1 << 48)).cast(pl.UInt32)


def _hash_of(codes: pl.Series) -> pl.Series:
    """A hash that has the code."""
    place, level = (codes % _PLACES).cast(pl.UInt64), codes // _PLACES
    return place * (1 << 48) + (2.0 ** (47 - level.cast(pl.Int32))).cast(pl.UInt64)


def _sketches(hashes: pl.Expr) -> pl.Expr:
    """The sketch of each group."""
    return _of_groups(
        hashes, lambda few: few.unique().reinterpret(signed=True).sort().implode(), _sketch, pl.List(pl.Int64)
    )


def _of_all(hashes: pl.Expr, of_many: Callable[[pl.Series], Any], dtype: Any) -> pl.Expr:
    """What is made of all hashes, where there are no groups. Only they are held, not the values."""
    return hashes.map_batches(
        lambda column: pl.Series([of_many(column.drop_nulls())], dtype=dtype), return_dtype=dtype, returns_scalar=True
    )


def _of_groups(
    hashes: pl.Expr, of_few: Callable[[pl.Expr], pl.Expr], of_many: Callable[[pl.Series], Any], dtype: Any
) -> pl.Expr:
    """What is made of the hashes of each group: of most groups together, of those with many one by one."""
    hashes = hashes.drop_nulls()
    few = hashes.len() <= _ROOM
    return pl.coalesce(_one_by_one(hashes.filter(~few).implode(), of_many, dtype), of_few(hashes.filter(few)))


def _one_by_one(lists: pl.Expr, of_list: Callable[[pl.Series], Any], dtype: Any) -> pl.Expr:
    """What is made of each list, null for an empty one."""
    return lists.map_batches(
        lambda column: pl.Series(
            [of_list(one) if one is not None and len(one) else None for one in column], dtype=dtype
        ),
        return_dtype=dtype,
        is_elementwise=True,
    )


def _sketch(hashes: pl.Series) -> pl.Series:
    """The sketch of one group."""
    codes = _codes(hashes)
    kept = hashes.unique() if len(codes) <= _ROOM else _hash_of(codes)
    return kept.reinterpret(signed=True).sort()


def _codes(hashes: pl.Series) -> pl.Series:
    """The different codes, found by marking them share by share: quicker than a table of hashes."""
    marks = pl.repeat(False, _LEVELS * _PLACES, dtype=pl.Boolean, eager=True)
    for start in range(0, len(hashes), _SHARE):
        marks.scatter(_code(hashes.slice(start, _SHARE)), True)
    return marks.arg_true()


def _counted(hashes: pl.Series) -> int:
    """How many values have these hashes."""
    codes = _codes(hashes)
    return hashes.n_unique() if len(codes) <= _ROOM else _most_likely(codes)


def _size(sketches: pl.Expr) -> pl.Expr:
    """How many values each sketch stands for."""
    length = sketches.list.len().cast(pl.Int64)
    large = pl.when(length > _ROOM).then(sketches)
    return pl.coalesce(_one_by_one(large, lambda one: _counted(one.reinterpret(signed=False)), pl.Int64), length)


def _most_likely(codes: pl.Series) -> int:
    """The number of values for which these codes are most likely, by bisection.

    A value has one code of a level with probability `p`, so that of n values none has it with probability exp(-n p). The
    derivative of the logarithm of the likelihood falls as n grows.
    """
    held = (codes // _PLACES).value_counts().rows()

    def slope(number: float) -> float:
        return sum(_slope(number, 2.0 ** -(17 + level), count) for level, count in held) + rest

    rest = -sum(2.0 ** -(17 + level) * _PLACES for level in range(_LEVELS))
    low, high = 1.0, 2.0**63
    while high - low > 0.25:
        middle = math.sqrt(low * high)
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return round(low)


def _slope(number: float, p: float, count: int) -> float:
    """What `count` codes that are there add to the slope, over codes that are not."""
    return p * count * (1 + 1 / math.expm1(number * p) if number * p < 700 else 1)
