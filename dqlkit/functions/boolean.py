"""Boolean functions: tests for null, truth, membership, odd numbers and forms of identifiers."""

from __future__ import annotations

import math

from dqlkit.functions.function import known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.membership import among
from dqlkit.functions.numbers import longs_of
from dqlkit.functions.vocabulary import Anything, Boolean, Double, Uid
from dqlkit.types.kinds import DOUBLE, LONG, NULL, Type
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.order import same

# ---- null and truth -------------------------------------------------------------------------------------------------


@scalar(nulls="see", akin={"isempty": 'isNull({0}) or {0} == ""'})
def is_null(expression: Anything) -> Boolean:
    """Whether a value is null or its field is missing.

    >>> isNull(null)
    true
    """
    return expression is None


@scalar(nulls="see", opposite=is_null, akin={"isnotempty": 'isNotNull({0}) and {0} != ""'})
def is_not_null(expression: Anything) -> Boolean:
    """Whether a value is there.

    >>> isNotNull(0)
    true
    """
    return expression is not None


@scalar(nulls="see")
def exists(field: Anything) -> Boolean:
    """Whether a record has a field. A field that is null is not there [decided: columns do not tell the two apart].

    >>> exists(1)
    true
    """
    return field is not None


@scalar(nulls="see")
def is_true_or_null(expression: Boolean) -> Boolean:
    """Whether a value is true or null; what is no boolean counts as null.

    >>> isTrueOrNull(null)
    true
    """
    return expression is not False


@scalar(nulls="see")
def is_false_or_null(expression: Boolean) -> Boolean:
    """Whether a value is false or null; what is no boolean counts as null.

    >>> isFalseOrNull(true)
    false
    """
    return expression is not True


is_null.polars(lambda expression: expression.is_null())
is_not_null.polars(lambda expression: expression.is_not_null())
exists.polars(lambda field: field.is_not_null())
is_true_or_null.polars(lambda expression: expression.fill_null(True))
is_false_or_null.polars(lambda expression: ~expression.fill_null(False))


# ---- membership -----------------------------------------------------------------------------------------------------


@scalar(name="in", nulls="see", known_as=("arraycontains", "array_contains", "contains_any"))
def in_(needle: Anything, *haystack: Anything) -> Boolean:
    """Whether any of `needle` equals any of `haystack`; arrays on either side stand for their elements.

    Null equals nothing, so the result is never null [decided: the documentation shows only true and false].

    >>> in("b", {"a", "b"})
    true
    >>> in(3, array(1, 2))
    false
    """
    needles = needle if isinstance(needle, list) else [needle]
    straw = [item for one in haystack for item in (one if isinstance(one, list) else [one])]
    return any(same(one, item) is True for one in needles for item in straw)


@in_.polars(haystack=known)
def _(needle, *haystack, types, comparable):
    kind = types["needle"]
    values = [item for one in haystack for item in (one if isinstance(one, list) else [one])]
    if kind == NULL:
        return pl.lit(False)
    if isinstance(kind, ArrayType):
        found = _among_elements(needle, kind.element, values)
    elif _may_hold_arrays(kind):
        return None
    else:
        found = among(needle, kind, lambda: comparable()[0], values)
    return None if found is None else found.fill_null(False)


def _among_elements(needle, kind: Type, values: list[object]):
    if _may_hold_arrays(kind) or kind.name in ("record", "timeframe"):
        return None
    return needle.list.eval(among(pl.element(), kind, pl.element, values)).list.any()


def _may_hold_arrays(kind: Type) -> bool:
    return kind.name in ("array", "any")


@in_.polars
def _(needle, *haystack, comparable, types):
    pairs = [_found(needle, types["needle"], one, kind) for one, kind in zip(haystack, types["haystack"], strict=True)]
    if not any(_may_hold_arrays(kind) for kind in (types["needle"], *types["haystack"])):
        first, *rest = comparable()
        pairs = [first == one for one in rest]
    if any(pair is None for pair in pairs):
        return None
    return pl.any_horizontal([pair.fill_null(False) for pair in pairs]) if pairs else pl.lit(False)


def _found(needle, kind: Type, one, other: Type):
    """Whether two columns share an element; None where only the body can say."""
    left, right = (each.element if isinstance(each, ArrayType) else each for each in (kind, other))
    if NULL in (left, right):
        return pl.lit(False)
    if _may_hold_arrays(left) or _may_hold_arrays(right) or "record" in (left.name, right.name):
        return None
    if left != right:
        if not {left, right} <= {LONG, DOUBLE}:
            return pl.lit(False)
        needle, one = _longs(needle, kind), _longs(one, other)
    return _shared(needle, isinstance(kind, ArrayType), one, isinstance(other, ArrayType))


def _longs(column, kind: Type):
    """A column of numbers, or of arrays of them, as longs, null where a double equals none."""
    if isinstance(kind, ArrayType):
        return column.list.eval(longs_of(pl.element())) if kind.element == DOUBLE else column
    return longs_of(column) if kind == DOUBLE else column


def _shared(needle, needles: bool, one, several: bool):
    if needles and several:
        return needle.list.set_intersection(one).list.drop_nulls().list.len() > 0
    if not needles and not several:
        return needle == one
    array, item = (needle, one) if needles else (one, needle)
    return item.is_not_null() & array.list.contains(item)


# ---- odd numbers ----------------------------------------------------------------------------------------------------


@scalar(name="isNaN", experimental=True)
def is_nan(expression: Double) -> Boolean:
    """Whether a double is no number, such as `0.0 / 0.0`.

    >>> isNaN(0.0 / 0.0)
    true
    """
    return math.isnan(expression)


@scalar(experimental=True)
def is_infinite(expression: Double) -> Boolean:
    """Whether a double is positive or negative infinity.

    >>> isInfinite(1.0 / 0.0)
    true
    """
    return math.isinf(expression)


@scalar(experimental=True)
def is_finite(expression: Double) -> Boolean:
    """Whether a double is neither infinite nor NaN.

    >>> isFinite(1.5)
    true
    """
    return math.isfinite(expression)


is_nan.polars(lambda expression: expression.is_nan())
is_infinite.polars(lambda expression: expression.is_infinite())
is_finite.polars(lambda expression: expression.is_finite())


# ---- forms of identifiers -------------------------------------------------------------------------------------------


@scalar
def is_uid64(expression: Uid) -> Boolean:
    """Whether an identifier has 64 bits.

    >>> isUid64(uid64(1))
    true
    """
    return expression.form == "uid64"


@scalar
def is_uid128(expression: Uid) -> Boolean:
    """Whether an identifier has 128 bits and is no UUID.

    >>> isUid128(uuid(1, 2))
    false
    """
    return expression.form == "uid128"


@scalar
def is_uuid(expression: Uid) -> Boolean:
    """Whether an identifier is a UUID.

    >>> isUuid(uuid(1, 2))
    true
    """
    return expression.form == "uuid"


# The byte after the rank is the form, as `types.order` writes it.
is_uid64.polars(lambda expression: expression.bin.slice(1, 1) == b"\x00")
is_uid128.polars(lambda expression: expression.bin.slice(1, 1) == b"\x01")
is_uuid.polars(lambda expression: expression.bin.slice(1, 1) == b"\x02")
