"""Sort with Polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.polars.typed import sort_key
from dqlkit.frozen import replace
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.ops.sort import Order, Sort

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["sort"]


def sort(operator: Sort, frame: Frame, compiler: Compiler) -> Frame:
    """A stable sort in the order of the values."""
    sorted = frame.sort(
        [compiler.expression(key.expression, frame) for key in operator.keys],
        descending=[key.descending for key in operator.keys],
        nulls_last=[key.nulls_last for key in operator.keys],
    )
    return sorted if operator.first is None else _first(operator, operator.first, frame, compiler)


def _first(operator: Sort, count: int, frame: Frame, compiler: Compiler) -> Frame:
    """The first records, of which no more are read than those whose first key is not beyond that of the last of them."""
    order, key = operator.keys[0], sort_key(compiler.expression(operator.keys[0].expression, frame))
    schema = {name: dtype_of(kind) for name, kind in frame.schema.fields.items()}
    whole = replace(operator, first=None)

    def run() -> pl.DataFrame:
        keys = frame.lazy.select(key.alias("key"))
        found = keys.sort("key", descending=order.descending, nulls_last=order.nulls_last).head(count)
        last = found.tail(1).collect(engine="streaming").to_series()
        few = frame.filter(_up_to(last, key, order)) if len(last) else frame
        return sort(whole, few, compiler).lazy.select(map(column_named, schema)).head(count).collect(engine="streaming")

    return frame.replace(pl.defer(run, schema=schema, validate_schema=False))


def _up_to(last: pl.Series, key: pl.Expr, order: Order) -> pl.Expr:
    """Which keys do not come after the last one."""
    bound = last.to_physical().item()
    if bound is None:
        return key.is_null() if not order.nulls_last else pl.lit(True)
    value = pl.lit(bound, last.dtype)
    if not order.descending:
        return key <= value
    return (key >= value) | key.is_null() if not order.nulls_last else key >= value
