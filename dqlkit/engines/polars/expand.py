"""Expand with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import series_of, values_of
from dqlkit.engines.polars.typed import Typed, in_batches
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.ops.expand import Expand
from dqlkit.types.kinds import NULL, Array, Variant, join_all, members

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["expand"]


def expand(operator: Expand, frame: Frame, compiler: Compiler) -> Frame:
    """A record per element; what is no array counts as an array of one, null as none."""
    name, count = operator.field.name, operator.count
    column = compiler.expression(operator.field.expression, frame)
    arrays = _as_arrays(column)
    if arrays is None:
        whole = frame.with_fields([(name, column)])
        return whole.filter(column_named(name).is_not_null() if column.kind != NULL else pl.lit(False))
    elements = arrays.expression if count is None else arrays.expression.list.head(count)
    length = column_named(name).list.len()
    opened = compiler.guard.counted(frame.lazy.with_columns(elements.alias(name)), length)
    long = opened.explode(pl.selectors.by_name(name), empty_as_null=False, keep_nulls=False)
    return Frame(long, frame.schema.with_fields([(name, arrays.kind.element)]))


class _Arrays(NamedTuple):
    """A column of arrays."""

    expression: pl.Expr
    kind: Array


def _as_arrays(column: Typed) -> _Arrays | None:
    """The column as arrays; None where no value can be one."""
    if isinstance(column.kind, Array):
        return _Arrays(column.expression, column.kind)
    if not isinstance(column.kind, Variant):
        return None
    options = members(column.kind)
    kind = Array(join_all(o.element if isinstance(o, Array) else o for o in options) if options else column.kind)
    if options and not any(isinstance(option, Array) for option in options):
        return None

    def wrapped(series: pl.Series) -> pl.Series:
        values = values_of(series, column.kind)
        return series_of([v if v is None or isinstance(v, list) else [v] for v in values], kind)

    return _Arrays(in_batches(column.expression, wrapped, kind), kind)
