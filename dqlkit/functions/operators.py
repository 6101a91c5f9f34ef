"""Operators that compare values and combine conditions. They are functions with a symbol."""

from __future__ import annotations

from operator import eq, ge, gt, le, lt, ne

from dqlkit.functions.function import known, operator
from dqlkit.functions.lazy import tokens
from dqlkit.functions.numbers import exact
from dqlkit.functions.vocabulary import Anything, Block, Boolean, Constant, String
from dqlkit.types.kinds import BINARY, BOOLEAN, DOUBLE, DURATION, IP, LONG, SMARTSCAPE_ID, STRING, TIMESTAMP, UID
from dqlkit.types.order import order_key, same
from dqlkit.types.values import Value

_NUMBERS = (LONG, DOUBLE)

# ---- comparison -----------------------------------------------------------------------------------------------------


@operator("==", name="equals", symmetric=True)
def equals(left: Anything, right: Anything) -> Boolean | None:
    """Whether two values are equal. Null compares to null; values of different types are not equal, numbers by value.

    NaN equals itself, as it does in the order of values [decided].

    >>> 1 == 1.0
    true
    >>> 1 == "1"
    false
    """
    return same(left, right)


@operator("!=", name="notEquals", symmetric=True, opposite=equals)
def not_equals(left: Anything, right: Anything) -> Boolean:
    """The opposite of `==`; null where that is null.

    >>> 1 != "1"
    true
    """
    return not same(left, right)


_EQUATED = (BOOLEAN, STRING, TIMESTAMP, DURATION, BINARY, IP, UID, SMARTSCAPE_ID)


def _literal_last(compare, mirrored):
    """A comparison with its literal on the right: with one on the left Polars 2.1 loses rows of a constant text
    column."""
    return lambda left, right: mirrored(right, left) if left.meta.is_literal() else compare(left, right)


_equal = _literal_last(eq, eq)
_unequal = _literal_last(ne, ne)
equals.polars(exact(_equal), left=_NUMBERS, right=_NUMBERS)
not_equals.polars(exact(_unequal), left=_NUMBERS, right=_NUMBERS)
for _kind in _EQUATED:
    equals.polars(_equal, left=_kind, right=_kind)
    not_equals.polars(_unequal, left=_kind, right=_kind)


@equals.polars
def _(left, right, comparable):
    return _equal(*comparable())


@not_equals.polars
def _(left, right, comparable):
    return _unequal(*comparable())


_ORDERED = (
    "long, long -> boolean; long, double -> boolean; double, long -> boolean; double, double -> boolean; "
    "string, string -> boolean; timestamp, timestamp -> boolean; duration, duration -> boolean; ip, ip -> boolean; "
    "smartscapeid, smartscapeid -> boolean"
)


def _compare(left: Value, right: Value) -> int:
    one, other = order_key(left), order_key(right)
    return (one > other) - (one < other)


@operator("<", overloads=_ORDERED)
def less(left: Anything, right: Anything) -> Boolean:
    """Whether the left value comes first; null for types that have no common order.

    A long and a double compare exactly. NaN equals itself and comes after all numbers. Text goes by code point, so
    capitals come before small letters.

    >>> "A" < "a"
    true
    """
    return _compare(left, right) < 0


@operator("<=", name="lessOrEqual", overloads=_ORDERED)
def less_or_equal(left: Anything, right: Anything) -> Boolean:
    """Not after.

    >>> 2 <= 2.0
    true
    """
    return _compare(left, right) <= 0


@operator(">", overloads=_ORDERED, mirror=less, opposite=less_or_equal)
def greater(left: Anything, right: Anything) -> Boolean:
    """Whether the left value comes last.

    >>> 3 > 2.5
    true
    """
    return _compare(left, right) > 0


@operator(">=", name="greaterOrEqual", overloads=_ORDERED, mirror=less_or_equal, opposite=less)
def greater_or_equal(left: Anything, right: Anything) -> Boolean:
    """Not before.

    >>> 1 >= 2
    false
    """
    return _compare(left, right) >= 0


for _function, _build in (
    (less, _literal_last(lt, gt)),
    (less_or_equal, _literal_last(le, ge)),
    (greater, _literal_last(gt, lt)),
    (greater_or_equal, _literal_last(ge, le)),
):
    _function.polars(exact(_build), left=_NUMBERS, right=_NUMBERS)
    for _kind in (STRING, TIMESTAMP, DURATION, IP, SMARTSCAPE_ID):
        _function.polars(_build, left=_kind, right=_kind)


@operator("in", name="inQuery", nulls="see")
def in_query(needle: Anything, query: Block) -> Boolean | None:
    """Whether a value equals one of the values of a sub-query's only column, or an element of one that is an array; null
    for null [inferred]."""
    if needle is None:
        return None
    values = [value for row in query or () for value in row.values()]
    values += [element for value in values if isinstance(value, list) for element in value]
    return any(same(needle, value) is True for value in values)


# ---- logic ----------------------------------------------------------------------------------------------------------


@operator("and", name="and", nulls="see", symmetric=True)
def and_(left: Boolean, right: Boolean) -> Boolean | None:
    """True where both are; false where one is false, whatever the other; else null.

    >>> true and false
    false
    """
    if left is False or right is False:
        return False
    return True if left and right else None


@operator("or", name="or", nulls="see", symmetric=True)
def or_(left: Boolean, right: Boolean) -> Boolean | None:
    """False where both are; true where one is true, whatever the other; else null.

    >>> true or null
    true
    """
    if left or right:
        return True
    return None if left is None or right is None else False


@operator("xor", symmetric=True)
def xor(left: Boolean, right: Boolean) -> Boolean:
    """True where exactly one is true; null where one is null.

    >>> true xor true
    false
    """
    return left is not right


@operator("not", name="not")
def not_(operand: Boolean) -> Boolean:
    """The opposite; null for null.

    >>> not true
    false
    """
    return not operand


and_.polars(lambda left, right: left & right)
or_.polars(lambda left, right: left | right)
xor.polars(lambda left, right: left ^ right)
not_.polars(lambda operand: ~operand)


# ---- search ---------------------------------------------------------------------------------------------------------


@operator("~", name="search")
def search(value: Anything, phrase: Constant[String]) -> Boolean:
    """Whether a value holds a phrase on whole words, letters of either case; a `*` lets a word go on.

    Arrays are searched element by element, records in their members and the names of these. Numbers, addresses and
    identifiers must be the phrase as a whole; booleans, times, durations and binaries never are.

    >>> "Hello WORLD!" ~ "world"
    true
    >>> "helloWorld" ~ "World"
    false
    >>> "AuthenticationError" ~ "*error"
    true
    >>> record(owner = "Ann") ~ "owner"
    true
    >>> array(1, 2, 3) ~ "3"
    true
    >>> true ~ "true"
    false
    """
    return tokens.finds(value, phrase)


search.polars(lambda value, phrase, types: tokens.finds_in(value, types["value"], phrase), phrase=known)
