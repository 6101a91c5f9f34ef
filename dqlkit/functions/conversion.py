"""Conversion functions: a value as another type, null where it has none there."""

from __future__ import annotations

from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Double, String
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, STRING
from dqlkit.types.text import text_of
from dqlkit.types.values import Duration, Timestamp


@scalar
def to_double(value: Anything) -> Double | None:
    """A number, numeric text, boolean (1 or 0), duration or timestamp (nanoseconds) as a double.

    >>> toDouble("2.5")
    2.5
    >>> toDouble("1A3")
    null
    """
    match value:
        case bool() | int() | float():
            return float(value)
        case Duration(nanos) | Timestamp(nanos):
            return float(nanos)
        case [first, *_]:
            return to_double(first)
        case str():
            try:
                return float(value)
            except ValueError:
                return None
    return None


@scalar
def to_string(value: Anything) -> String | None:
    """A value as text; a string is itself.

    >>> toString(array(1, "a"))
    "[1, a]"
    >>> toString(5m)
    "05:00.000000000"
    """
    return text_of(value)


to_double.polars(lambda value: value.cast(pl.Float64), value=(LONG, DOUBLE, BOOLEAN))
to_string.polars(lambda value: value, value=STRING)
to_string.polars(lambda value: value.cast(pl.String), value=LONG)
