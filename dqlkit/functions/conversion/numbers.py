"""Booleans and numbers."""

from __future__ import annotations

import re

from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Boolean, Double, Duration, Ip, Long, Number, String, Timestamp, Uid
from dqlkit.types.kinds import BOOLEAN, DOUBLE, DURATION, LONG, STRING, TIMESTAMP
from dqlkit.types.values import LONG_MAX, LONG_MIN

__all__ = ["DOUBLE_TEXT", "LONG_TEXT", "matches", "to_boolean", "to_double", "to_long", "where", "whole", "within"]

LONG_TEXT = r"^[+-]?[0-9]+$"
DOUBLE_TEXT = r"^[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)$"


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern fits a whole text, to the last character."""
    return re.fullmatch(pattern, text) is not None and not text.endswith("\n")


def where(value, pattern: str):
    """The texts of a column that a pattern fits, null for the others."""
    return pl.when(value.str.contains(pattern)).then(value)


def whole(number: float) -> int | None:
    """The whole part, as far as 64 bits hold it; NaN and infinity have none."""
    return int(number) if LONG_MIN <= number < 2**63 else None


def within(number: int) -> int | None:
    """The number as far as 64 bits hold it."""
    return number if LONG_MIN <= number <= LONG_MAX else None


@scalar(unwraps=True, converts=True, known_as=("tobool",))
def to_boolean(value: Boolean | Number | String) -> Boolean | None:
    """`true` and `false` in any letter case, or a number, which is true unless its whole part is zero.

    Other texts are null [decided: so the documented results, against the prose that has them false], and so is NaN.

    >>> toBoolean("TRUE")
    true
    >>> toBoolean("yes")
    null
    >>> toBoolean(-0.5)
    false
    """
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return None if value != value else abs(value) >= 1


@scalar(unwraps=True, converts=True, known_as=("tofloat", "tonumber"), akin={"cast": "toDouble(…)"})
def to_double(value: Boolean | Number | Duration | Ip | String | Timestamp | Uid) -> Double | None:
    """A double: a number, decimal text (also `NaN` and `Infinity`), 1 or 0, nanoseconds, the bits of an id.

    >>> toDouble("2.5")
    2.5
    >>> toDouble("1A3")
    null
    """
    match value:
        case str():
            return float(value) if matches(DOUBLE_TEXT, value) else None
        case Duration(nanos) | Timestamp(nanos):
            return float(nanos)
        case Ip(bits=bits):
            return float(bits)
        case Uid(form="uid64", bits=bits):
            return float(bits if bits <= LONG_MAX else bits - 2**64)
        case Uid(bits=bits):
            return float(bits)
    return float(value)


@scalar(unwraps=True, converts=True, known_as=("toint", "tointeger", "tobigint"))
def to_long(value: Boolean | Number | Duration | Ip | String | Timestamp | Uid) -> Long | None:
    """A long: a double without its fraction, digits with an optional sign, 1 or 0, nanoseconds, the bits of an id.

    What 64 bits do not hold is null, and so is text with a fraction [decided: nothing is dropped silently]. The bits of
    a `uid64` are signed.

    >>> toLong(-3.9)
    -3
    >>> toLong("42")
    42
    >>> toLong("3.7")
    null
    """
    match value:
        case str():
            return within(int(value)) if matches(LONG_TEXT, value) and len(value) < 400 else None
        case Duration(nanos) | Timestamp(nanos):
            return nanos
        case Ip(bits=bits):
            return within(bits)
        case Uid(form="uid64", bits=bits):
            return bits if bits <= LONG_MAX else bits - 2**64
        case Uid(bits=bits):
            return within(bits)
    return whole(value)


_COUNTED = (LONG, DOUBLE, DURATION, TIMESTAMP)

to_boolean.polars(lambda value: value, value=BOOLEAN)
to_boolean.polars(lambda value: value != 0, value=LONG)
to_boolean.polars(lambda value: pl.when(value.is_not_nan()).then(value.abs() >= 1), value=DOUBLE)
to_long.polars(lambda value: value.to_physical(), value=(LONG, DURATION, TIMESTAMP))
to_long.polars(lambda value: value.cast(pl.Int64, strict=False), value=(BOOLEAN, DOUBLE))
to_long.polars(lambda value: where(value, LONG_TEXT).cast(pl.Int64, strict=False), value=STRING)
to_double.polars(lambda value: value.to_physical().cast(pl.Float64), value=(BOOLEAN, *_COUNTED))
to_double.polars(lambda value: where(value, DOUBLE_TEXT).cast(pl.Float64, strict=False), value=STRING)


@to_boolean.polars(value=STRING)
def _(value):
    text = value.str.to_lowercase()
    return pl.when(text == "true").then(True).when(text == "false").then(False)
