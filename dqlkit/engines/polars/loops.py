"""`[]`: an expression applied to each position of arrays.

A batch is unnested, its arrays exploded side by side, the body computed on that longer frame with the ordinary compiler,
and the result gathered into arrays again. Records whose arrays are missing or of unequal lengths take no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.polars.typed import Typed, constant, narrow, promote
from dqlkit.plan.expressions import Column, Expression, Loop, walk
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import element_type
from dqlkit.types.kinds import ANY, LONG, NULL, Array, Variant, members

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame

__all__ = ["compile_loop"]

_ROW, _POSITION = "\0row", "\0position"


def compile_loop(loop: Loop, sources: Sequence[Typed], frame: Frame, compiler: Compiler) -> Typed:
    """The column of arrays that a loop yields."""
    from dqlkit.engines.polars.expressions import compile_expression
    from dqlkit.engines.polars.frame import Frame

    if any(element_type(source.kind) == NULL for source in sources):
        return constant(None, NULL)
    arrays = [_array(source) for source in sources]
    outer = [(name, frame.column(name)) for name in _columns(loop.body) if name in frame.schema.fields]
    names = [f"\0item{k}" for k in range(len(arrays))]
    elements = [Typed(pl.col(name), element_type(a.kind)) for name, a in zip(names, arrays, strict=True)]
    items = [*elements, Typed(pl.col(_POSITION), LONG)]
    inner = Frame(pl.LazyFrame(), Schema({name: typed.kind for name, typed in outer}))
    body = compile_expression(loop.body, inner, compiler, items)

    def run(series: pl.Series) -> pl.Series:
        batch = series.struct.unnest().with_row_index(_ROW)
        lengths = [pl.col(name).list.len() for name in names]
        usable = pl.all_horizontal(pl.col(names).is_not_null(), *(lengths[0] == length for length in lengths[1:]))
        empty = lengths[0] == 0
        chosen = batch.with_columns(pl.int_ranges(lengths[0], dtype=pl.Int64).alias(_POSITION)).filter(usable)
        long = chosen.filter(~empty).explode([*names, _POSITION])
        computed = long.select(pl.col(_ROW), body.expression.alias("value"))
        grouped = computed.group_by(_ROW, maintain_order=True).agg(pl.col("value"))
        nothing = chosen.filter(empty).select(_ROW, pl.lit([], dtype_of(Array(body.kind))).alias("value"))
        gathered = pl.concat([grouped, nothing]) if nothing.height else grouped
        return batch.select(_ROW).join(gathered, on=_ROW, how="left", maintain_order="left")["value"]

    inputs = [typed.expression.alias(name) for name, typed in [*zip(names, arrays, strict=True), *outer]]
    kind = Array(body.kind)
    return Typed(pl.struct(inputs).map_batches(run, return_dtype=dtype_of(kind), is_elementwise=True), kind)


def _array(source: Typed) -> Typed:
    """A source as a column of lists, null where it is no array."""
    if not isinstance(source.kind, Variant):
        return source
    arrays = [option for option in members(source.kind) if isinstance(option, Array)] or [Array(ANY)]
    kind = Array(element_type(source.kind))
    return narrow(source, kind) if arrays else promote(source, kind)


def _columns(expression: Expression) -> list[str]:
    return list(dict.fromkeys(node.name for node in walk(expression) if isinstance(node, Column)))
