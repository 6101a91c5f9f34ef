"""Times as numbers: milliseconds since 1970, as the events APIs and AppDynamics write them."""

from __future__ import annotations

from dqlkit.types.values import LONG_MAX, LONG_MIN, Timestamp, Value

__all__ = ["from_millis", "to_millis"]

_MILLI = 1_000_000


def from_millis(value: Value) -> Value:
    """A number of milliseconds as a timestamp. Anything else stays, also a number that is out of the type's range."""
    inside = type(value) is int and LONG_MIN <= value * _MILLI <= LONG_MAX
    return Timestamp(value * _MILLI) if inside else value


def to_millis(value: Value) -> Value:
    """A timestamp as whole milliseconds; anything else as it is. What is finer than milliseconds, the APIs do not have."""
    return value.nanos // _MILLI if type(value) is Timestamp else value
