"""`[]`: an expression applied to each position of arrays.

A batch is unnested, its arrays exploded side by side, the body computed on that longer frame with the ordinary
compiler, and the result gathered into arrays again. Records whose arrays are missing or unequally long take no part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.polars.typed import Typed, constant, narrow, promote
from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Column, Expression, Loop, walk
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY, LONG, NULL, Array, Type, Variant, element_type, may_be_array, members

__all__ = ["Compile", "Inputs", "as_array", "compile_loop", "gathered", "inputs_of", "unrolled"]

Compile: TypeAlias = Callable[[Expression, Frame, Sequence[Typed]], Typed]
"""Compiles the body of a loop over a frame and the elements of its arrays."""


def compile_loop(loop: Loop, sources: Sequence[Typed], frame: Frame, compile: Compile) -> Typed:
    """The column of arrays that a loop yields."""
    if not all(may_be_array(source.kind) for source in sources):
        return constant(None, NULL)
    inputs = inputs_of(loop, [as_array(source) for source in sources], frame)
    body = compile(loop.body, inputs.frame, inputs.items)

    def run(series: pl.Series) -> pl.Series:
        batch = series.struct.unnest().with_row_index(inputs.row)
        usable, elements = unrolled(batch, inputs)
        values = elements.select(pl.col(inputs.row), body.expression.alias("value"))
        return gathered(batch, usable, values, inputs.row, body.kind)

    kind = Array(body.kind)
    columns = pl.struct(typed.expression.alias(name) for name, typed in inputs.columns)
    return Typed(columns.map_batches(run, return_dtype=dtype_of(kind), is_elementwise=True), kind)


@frozen
class Inputs:
    """The inputs of a loop's body: `arrays` names the columns that are opened, `items` are the elements in them and the
    position, `frame` has the columns that are the same for all elements. `row` and `position` are the names of two
    further columns."""

    columns: list[tuple[str, Typed]]
    arrays: list[str]
    items: list[Typed]
    frame: Frame
    row: str
    position: str


def inputs_of(loop: Loop, arrays: Sequence[Typed], frame: Frame) -> Inputs:
    """The inputs of a loop over these arrays."""
    used = dict.fromkeys(node.name for node in walk(loop.body) if isinstance(node, Column))
    outer = [(name, frame.column(name)) for name in used if name in frame.schema.fields]
    schema = Schema({name: typed.kind for name, typed in outer})
    names = [schema.fresh(f"item{k}") for k in range(len(arrays))]
    row, position = schema.fresh("row"), schema.fresh("position")
    elements = [Typed(pl.col(name), element_type(a.kind)) for name, a in zip(names, arrays, strict=True)]
    inner = Frame(pl.LazyFrame(), schema)
    columns = [*zip(names, arrays, strict=True), *outer]
    return Inputs(columns, names, [*elements, Typed(pl.col(position), LONG)], inner, row, position)


def as_array(source: Typed) -> Typed:
    """A source as a column of lists, null where it is no array."""
    if not isinstance(source.kind, Variant):
        return source
    arrays = [option for option in members(source.kind) if isinstance(option, Array)] or [Array(ANY)]
    kind = Array(element_type(source.kind))
    return narrow(source, kind) if arrays else promote(source, kind)


def unrolled(batch: pl.DataFrame, inputs: Inputs) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records whose arrays are there and equally long; and one record per position of them."""
    names, position = inputs.arrays, inputs.position
    first, *others = (pl.col(name).list.len() for name in names)
    usable = batch.filter(pl.all_horizontal(pl.col(names).is_not_null(), *(first == other for other in others)))
    positions = pl.int_ranges(first, dtype=pl.Int64).alias(position)
    return usable, usable.filter(first > 0).with_columns(positions).explode([*names, position])


def gathered(batch: pl.DataFrame, usable: pl.DataFrame, values: pl.DataFrame, by: str, kind: Type) -> pl.Series:
    """Values in arrays again, one per row of `batch`: empty where usable arrays had no elements, else null."""
    arrays = values.group_by(by, maintain_order=True).agg(pl.col("value"))
    nothing = pl.lit([], dtype_of(Array(kind))).alias("nothing")
    found = usable.select(pl.col(by).unique()).with_columns(nothing).join(arrays, on=by, how="left")
    whole = found.select(by, pl.coalesce("value", "nothing").alias("value"))
    return batch.select(by).join(whole, on=by, how="left", maintain_order="left")["value"]
