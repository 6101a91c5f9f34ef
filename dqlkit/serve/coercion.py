"""Values of published events as the schema declares them, where that loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dqlkit.types.text import format_double, parse_instant
from dqlkit.types.values import LONG_MAX, LONG_MIN, Timestamp, Value
from dqlkit.wire.bizevents import json_text
from dqlkit.wire.instants import from_millis
from dqlkit.wire.shape import Json

__all__ = ["coerced"]


def coerced(value: Json, kind: str) -> Value:
    """A value of a declared type; null stays. Raises `ValueError` where the value has none."""
    return None if value is None else _READERS[kind](value)


def _string(value: Json) -> str:
    if type(value) is str:
        return value
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is int:
        return str(value)
    if type(value) is float:
        return format_double(value)
    raise ValueError


def _integer(value: Json) -> int:
    if type(value) is str:
        value = int(value) if len(value) <= 20 else None
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or not LONG_MIN <= value <= LONG_MAX:
        raise ValueError
    return value


def _float(value: Json) -> float:
    if type(value) is bool or type(value) not in (int, float, str):
        raise ValueError
    try:
        return float(value)
    except OverflowError:
        raise ValueError from None


def _boolean(value: Json) -> bool:
    found = value if type(value) is bool else {"true": True, "false": False}.get(str(value).lower())
    if found is None or type(value) not in (bool, str):
        raise ValueError
    return found


def _date(value: Json) -> Timestamp:
    digits = type(value) is str and value.lstrip("-").isdecimal()
    found = from_millis(int(value) if digits else value) if digits or type(value) is int else None
    if type(value) is str and not digits:
        found = parse_instant(value)
    if not isinstance(found, Timestamp):
        raise ValueError
    return found


_READERS: Mapping[str, Callable[[Json], Value]] = {
    "string": _string,
    "integer": _integer,
    "float": _float,
    "boolean": _boolean,
    "date": _date,
    "object": lambda value: value if type(value) is str else json_text(value),
}
