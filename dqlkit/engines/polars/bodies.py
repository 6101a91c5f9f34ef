"""The body of a function over Python values: per record, or per group for an aggregation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import polars as pl

from dqlkit.engines.polars.arguments import Given, held
from dqlkit.engines.polars.physical import dtype_of, series_of, values_of
from dqlkit.engines.polars.typed import Typed
from dqlkit.functions.context import Context
from dqlkit.functions.function import ABSENT, Function
from dqlkit.types.kinds import Array, Type
from dqlkit.types.values import Value

__all__ = ["over_records", "per_group"]


def over_records(
    function: Function[..., Any], given: Sequence[Given], result: Type, context: Context
) -> Callable[[Sequence[pl.Series]], pl.Series]:
    """The results for some records, of the columns of those arguments that are no constants."""
    kinds = [typed.kind for typed in held(given)[1].values()]

    def run(columns: Sequence[pl.Series]) -> pl.Series:
        rows = zip(*map(values_of, columns, kinds), strict=True)
        return series_of([function.evaluate(list(_filled(given, row)), context) for row in rows], result)

    return run


def _filled(given: Sequence[Given], values: Sequence[Value]) -> Iterator[Value]:
    """The values of one record as `Function.evaluate` wants them, those of constants included."""
    rest = iter(values)
    for one in given:
        if isinstance(one, tuple):
            yield [item.constant if item.is_constant else next(rest) for item in one]
        else:
            yield ABSENT if one is None else one.constant if one.is_constant else next(rest)


def per_group(function: Function[..., Any], given: Sequence[Given], result: Type, context: Context) -> pl.Expr:
    """The result for each group. A constant comes once for each record, as a column does."""
    columns = [item for one in given for item in (one if isinstance(one, tuple) else [one]) if isinstance(item, Typed)]
    kinds = [Array(column.kind) for column in columns]

    def run(groups: pl.Series) -> pl.Series:
        lists = [values_of(groups.struct.field(str(k)), kind) for k, kind in enumerate(kinds)]
        return series_of([one(group) for group in zip(*lists, strict=True)], result)

    def one(group: Sequence[list[Value]]) -> Value:
        return function.aggregate(list(_arranged(given, group)), len(group[0]), context)

    imploded = pl.struct([column.expression.alias(str(k)).implode() for k, column in enumerate(columns)])
    return imploded.map_batches(run, return_dtype=dtype_of(result), returns_scalar=True)


def _arranged(given: Sequence[Given], columns: Sequence[Value]) -> Iterator[Value]:
    """The columns of one group as `Function.aggregate` wants them."""
    rest = iter(columns)
    for one in given:
        yield [next(rest) for _ in one] if isinstance(one, tuple) else ABSENT if one is None else next(rest)
