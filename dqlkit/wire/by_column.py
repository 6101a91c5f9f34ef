"""The records of an answer read field by field, which is several times as fast as record by record.

A field whose values have one declared scalar type, and are spelled in its usual way, becomes a column at once. All others are
read value by value, as `Typed` reads them, which also knows what to say of a value that contradicts its type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from dqlkit.functions.lazy import pl
from dqlkit.types.kinds import BOOLEAN, DOUBLE, DURATION, LONG, STRING, TIMESTAMP, Type
from dqlkit.types.values import Value
from dqlkit.wire.instants import instant_column
from dqlkit.wire.ranges import Typed
from dqlkit.wire.shape import Columns, Json
from dqlkit.wire.values import BY_NAME

if TYPE_CHECKING:
    import polars

__all__ = ["columns_of"]

Parse: TypeAlias = "Callable[[polars.Series], polars.Series | None]"


def columns_of(typed: Typed, start: int, members: Mapping[str, Sequence[Json]]) -> Columns:
    """The fields of records from one on, of which these are the members; null where a record has none."""
    return {name: _column(typed, start, name, values) for name, values in members.items()}


def _column(
    typed: Typed, start: int, name: str, values: Sequence[Json]
) -> Sequence[Value] | tuple[polars.Series, Type]:
    kind = _declared(typed, start, name, values)
    found = None if kind is None else _at_once(values, kind)
    if kind is not None and found is not None:
        return found, kind
    return list(_each(typed, start, name, values))


def _each(typed: Typed, start: int, name: str, values: Sequence[Json]) -> Iterator[Value]:
    for index, value in enumerate(values, start):
        yield None if value is None else typed.record(index, {name: value})[name]


def _declared(typed: Typed, start: int, name: str, values: Sequence[Json]) -> Type | None:
    """The one scalar type that all values of a field are declared to have; None where there is no such type."""
    end = start + len(values)
    ranges = [one for one in typed.named(name) if one[1] >= start and one[0] < end]
    kinds = {field.get("type") if type(field) is dict else None for _, _, field in ranges}
    kind = kinds.pop() if len(kinds) == 1 else None
    scalar = BY_NAME.get(kind) if type(kind) is str else None
    before = start
    for first, last, _ in ranges:
        if first > before and _any(values[before - start : first - start]):
            return None
        before = last + 1
    return scalar.kind if scalar and not _any(values[before - start :]) else None


def _any(values: Sequence[Json]) -> bool:
    return any(value is not None for value in values)


_CLASSES = {STRING: str, BOOLEAN: bool, DOUBLE: float}


def _at_once(values: Sequence[Json], kind: Type) -> polars.Series | None:
    """The column of values that are spelled in the usual way of their type; None where one is not."""
    from dqlkit.engines.polars.physical import dtype_of

    classes = set(map(type, values)) - {type(None)}
    if classes == {_CLASSES.get(kind)}:
        column = pl.Series(values, dtype=dtype_of(kind))
        return column if kind != DOUBLE or column.is_finite().all() else None
    parse = _PARSERS.get(kind)
    return parse(pl.Series(values, dtype=pl.String)) if classes == {str} and parse else None


def _whole_numbers(texts: polars.Series) -> polars.Series | None:
    return texts.cast(pl.Int64) if texts.str.contains("^-?[0-9]{1,18}$").all() else None


def _durations(texts: polars.Series) -> polars.Series | None:
    numbers = _whole_numbers(texts)
    return None if numbers is None else numbers.cast(pl.Duration("ns"))


_PARSERS: dict[Type, Parse] = {LONG: _whole_numbers, DURATION: _durations, TIMESTAMP: instant_column}
