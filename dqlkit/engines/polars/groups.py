"""Aggregations over groups of records, and by position over the elements of their arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.expressions import compile_expression
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.loops import POSITION, as_array, gathered, inputs_of, unrolled
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.polars.typed import Typed, constant
from dqlkit.plan.expressions import Argument, Call, Column, Expression, Loop
from dqlkit.plan.operators import Field
from dqlkit.types.kinds import NULL, Array, element_type

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["aggregate"]

_GROUP = "\x01group"


def aggregate(
    frame: Frame, keys: Sequence[Field], calls: Mapping[Expression, str], ordered: bool, compiler: Compiler
) -> Frame:
    """One record per combination of keys, with a column for each aggregation."""
    seen = _Seen()
    groups = [(key.name, seen.column(key.expression, frame)) for key in keys]
    prepared = [(name, seen.prepare(call, frame)) for call, name in calls.items()]
    frame = frame.with_fields((name, compiler.expression(node, frame)) for node, name in seen.columns.items())
    columns = [(name, _aggregated(call, frame, compiler)) for name, call in prepared]
    return frame.aggregate([(name, frame.column(column.name)) for name, column in groups], columns, ordered)


@dataclass(slots=True)
class _Seen:
    """What groups and aggregations see of each record, as columns of their own: `sum(1)` adds up one per record."""

    columns: dict[Expression, str] = field(default_factory=dict)

    def prepare(self, aggregation: Expression, frame: Frame) -> Expression:
        """The aggregation over columns alone."""
        if isinstance(aggregation, Loop):
            return replace(aggregation, sources=tuple(self.column(source, frame) for source in aggregation.sources))
        assert isinstance(aggregation, Call)
        roles = [parameter.kind.role for parameter in aggregation.function.signature.parameters]
        arguments = zip(roles, aggregation.arguments, strict=True)
        return replace(aggregation, arguments=tuple(self._argument(role, one, frame) for role, one in arguments))

    def _argument(self, role: str, argument: Argument, frame: Frame) -> Argument:
        return self.column(argument, frame) if role == "values" and isinstance(argument, Expression) else argument

    def column(self, expression: Expression, frame: Frame) -> Column:
        """The column that holds the expression."""
        if isinstance(expression, Column) and expression.name in frame.schema.fields:
            return expression
        return Column(self.columns.setdefault(expression, f"\x01seen{len(self.columns)}"))


def _aggregated(aggregation: Expression, frame: Frame, compiler: Compiler) -> Typed:
    if isinstance(aggregation, Loop):
        return _by_position(aggregation, frame, compiler)
    return compiler.expression(aggregation, frame)


def _by_position(loop: Loop, frame: Frame, compiler: Compiler) -> Typed:
    """The arrays of all records opened side by side, and each position aggregated, for all groups at once."""
    sources = [compiler.expression(source, frame) for source in loop.sources]
    if any(element_type(source.kind) == NULL for source in sources):
        return constant(None, NULL)
    inputs = inputs_of(loop, [as_array(source) for source in sources], frame)
    inner, seen = inputs.frame, _Seen()
    call = seen.prepare(loop.body, inner)
    columns = [(name, compile_expression(one, inner, compiler, inputs.items)) for one, name in seen.columns.items()]
    found = compile_expression(call, inner.with_fields(columns), compiler)

    def run(series: pl.Series) -> pl.Series:
        groups = series.struct.unnest().with_row_index(_GROUP)
        records = groups.explode([name for name, _ in inputs.columns])
        usable, elements = unrolled(records, inputs.arrays)
        positions = elements.with_columns(typed.expression.alias(name) for name, typed in columns)
        values = positions.group_by(_GROUP, POSITION).agg(found.expression.alias("value")).sort(_GROUP, POSITION)
        return gathered(groups, usable, values, _GROUP, found.kind)

    imploded = pl.struct(typed.expression.implode().alias(name) for name, typed in inputs.columns)
    kind = Array(found.kind)
    return Typed(imploded.map_batches(run, return_dtype=dtype_of(kind), returns_scalar=True), kind)
