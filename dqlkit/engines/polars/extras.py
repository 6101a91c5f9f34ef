"""What a lowering may want besides its arguments (`functions/function.py` says what each is)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from dqlkit.engines.polars.arguments import Given, rowwise, types_of
from dqlkit.engines.polars.physical import is_encoded, series_of
from dqlkit.engines.polars.pieces import joined
from dqlkit.engines.polars.short_texts import parted
from dqlkit.engines.polars.typed import Typed, key_bytes, narrow, promote, sort_key
from dqlkit.functions.function import Function
from dqlkit.types.kinds import ANY, Array, Type, join_all
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from dqlkit.engines.polars.calls import Calls

__all__ = ["EXTRAS"]


def _of_type(column: Typed, kind: Type) -> pl.Expr:
    """The values, or the elements of arrays, that have a type; null in place of the others."""
    if isinstance(column.kind, Array):
        return column.expression.list.eval(narrow(Typed(pl.element(), column.kind.element), kind).expression)
    return narrow(column, kind).expression


def _comparable(function: Function[..., Any], given: Sequence[Given]) -> list[pl.Expr]:
    columns = rowwise(function, given)
    common = join_all(column.kind for column in columns)
    return [sort_key(promote(column, common)) for column in columns]


def _parted(calls: Calls, value: pl.Expr) -> Sequence[pl.Expr]:
    apart = not calls.grouped and value.meta.is_column() and value.meta.output_name() in calls.many_texts
    return parted(value) if apart else [value]


def _element_key(column: Typed) -> pl.Expr:
    """The keys by which the elements of an array are ordered, null last; within `list.eval`."""
    assert isinstance(column.kind, Array)
    return key_bytes(Typed(pl.element(), column.kind.element))


def _by_name(function: Function[..., Any], given: Sequence[Given]) -> dict[str, Any]:
    return {p.python: types_of(one) for p, one in zip(function.signature.parameters, given, strict=True)}


def _constants(function: Function[..., Any], given: Sequence[Given]) -> dict[str, Value]:
    named = zip(function.signature.parameters, given, strict=True)
    return {p.python: one.constant for p, one in named if isinstance(one, Typed) and one.is_constant}


#: What a lowering may want besides its arguments, by name.
EXTRAS: Mapping[str, Callable[[Calls, Function[..., Any], Sequence[Given], Type], Any]] = {
    "constants": lambda calls, function, given, result: _constants(function, given),
    "context": lambda calls, function, given, result: calls.context,
    "result": lambda calls, function, given, result: result,
    "types": lambda calls, function, given, result: _by_name(function, given),
    "grouped": lambda calls, function, given, result: calls.grouped,
    "comparable": lambda calls, function, given, result: lambda: _comparable(function, given),
    "parted": lambda calls, function, given, result: lambda: _parted(calls, _comparable(function, given)[0]),
    "keys": lambda calls, function, given, result: (
        lambda: [sort_key(promote(column, ANY)) for column in rowwise(function, given)]
    ),
    "element_key": lambda calls, function, given, result: lambda: _element_key(rowwise(function, given)[0]),
    "series": lambda calls, function, given, result: lambda values: series_of(values, result),
    "joined": lambda calls, function, given, result: joined,
    "as_result": lambda calls, function, given, result: (
        lambda encoded: encoded if is_encoded(result) else narrow(Typed(encoded, ANY), result).expression
    ),
    "encoded": lambda calls, function, given, result: lambda column, kind: promote(Typed(column, kind), ANY).expression,
    "by_row": lambda calls, function, given, result: lambda: calls.note_row_by_row(function, given),
    "of_type": lambda calls, function, given, result: lambda kind: _of_type(rowwise(function, given)[0], kind),
}
