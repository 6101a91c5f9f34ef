"""Aggregations that collect the values."""

from __future__ import annotations

from dqlkit.functions.function import Constants, Part, aggregation, known
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Array, Boolean, Constant, Natural, T, Values
from dqlkit.types.kinds import (
    ANY,
    BOOLEAN,
    DOUBLE,
    DURATION,
    LONG,
    STRING,
    TIMESTAMP,
    Type,
    join_all,
    may_be_array,
    members,
)
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.order import order_key
from dqlkit.types.values import Value

__all__ = ["collect_array", "collect_distinct"]


#: The longest array the vendor collects.
_LONGEST = 131_072


def _leaves(value: Value) -> list[Value]:
    return [leaf for item in value for leaf in _leaves(item)] if isinstance(value, list) else [value]


def _flat(kind: Type) -> Type:
    """What is left of a type when every level of arrays is taken away."""
    return join_all(_flat(o.element) if isinstance(o, ArrayType) else o for o in members(kind) or (ANY,))


@aggregation(nulls="see", by_order=True)
def collect_array(
    expression: Values[T], *, max_length: Constant[Natural] = _LONGEST, expand: Constant[Boolean] = False
) -> Array[T] | None:
    """The values in the order of the records, nulls among them [inferred: examples remove them]; null for no record.

    `expand` puts the elements of arrays in their place, whatever their depth.
    """
    if not expression or max_length is None:
        return None
    values = [leaf for value in expression for leaf in _leaves(value)] if expand else expression
    return values[:max_length]


@aggregation(by_order=True, known_as=("values", "make_set", "collect_set"))
def collect_distinct(
    expression: Values[T], *, max_length: Constant[Natural] = _LONGEST, expand: Constant[Boolean] = False
) -> Array[T] | None:
    """The different values in the order of their first appearance; 1 and 1.0 are one.

    `expand` puts the elements of arrays in their place, whatever their depth.
    """
    if not expression:
        return None
    values = [leaf for value in expression for leaf in _leaves(value)] if expand else expression
    different: dict[bytes, T] = {}
    for value in values:
        if value is not None:
            different.setdefault(order_key(value), value)
    return list(different.values())[:max_length]


@collect_array.returns
@collect_distinct.returns
def _(expression: Type, max_length: Type | None, expand: Type | None, constants: Constants) -> Type:
    return ArrayType(expression if constants["expand"] is not True else _flat(expression))


@collect_array.polars(max_length=known, expand=known)
def _(expression, max_length, expand, types):
    values = _exploded(expression, types["expression"]) if expand else expression
    if values is None or max_length is None or max_length < 0:
        return None
    return pl.when(pl.len() > 0).then(values.head(max_length).implode())


@collect_distinct.polars(max_length=known, expand=known)
def _(expression, max_length, expand, types, comparable):
    if expand and may_be_array(types["expression"]):
        values = key = _exploded(expression, types["expression"])
        if values is None or not _is_plain(_flat(types["expression"])):
            return None
    else:
        values, (key,) = expression, comparable()
    kept = values.filter(key.is_first_distinct() & key.is_not_null()).head(max_length).implode()
    return pl.when(expression.count() > 0).then(kept)


def _exploded(expression, kind):
    """All levels of arrays opened, None where depths differ."""
    while isinstance(kind, ArrayType):
        expression, kind = expression.explode(), kind.element
    return expression if _flat(kind) == kind and kind != ANY else None


def _is_plain(kind: Type) -> bool:
    """Whether Polars compares columns of the type as DQL does."""
    return kind in (BOOLEAN, LONG, DOUBLE, STRING, TIMESTAMP, DURATION)


# ---- in parts -------------------------------------------------------------------------------------------------------


@aggregation(only="plan", by_order=True)
def joined_arrays(arrays: Values[Array[T]], *, max_length: Constant[Natural] = _LONGEST) -> Array[T] | None:
    """The elements of all arrays in one."""
    return [value for array in arrays for value in array][:max_length] if arrays else None


@aggregation(only="plan", by_order=True)
def joined_different(arrays: Values[Array[T]], *, max_length: Constant[Natural] = _LONGEST) -> Array[T] | None:
    """The different elements of all arrays in one."""
    different: dict[bytes, T] = {}
    for value in (value for array in arrays for value in array):
        different.setdefault(order_key(value), value)
    return list(different.values())[:max_length] if arrays else None


collect_array.in_parts(Part(collect_array, joined_arrays))
collect_distinct.in_parts(Part(collect_distinct, joined_different))
