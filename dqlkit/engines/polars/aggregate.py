"""Aggregations over groups of records, and by position over the elements of their arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.loops import as_array, gathered, inputs_of, unrolled
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.engines.polars.short_texts import grouped_apart, many_texts
from dqlkit.engines.polars.together import Compile, is_joint
from dqlkit.engines.polars.typed import Typed, constant, sort_key
from dqlkit.frozen import field, mutable, replace
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.expressions import Argument, Call, Column, Expression, Loop
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.parts import Halves, in_parts
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import NULL, Array, is_own_key, may_be_array

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["aggregate"]


def aggregate(operator: Aggregate, frame: Frame, compiler: Compiler) -> Frame:
    """One record per group, in the order of the keys unless the operator is `unordered`."""
    halves = _halves(operator, frame)
    if halves is not None:
        compiler.provide(halves.first, _in_batches(halves.first, frame, compiler))
        return compiler.frame(halves.then(halves.first))
    seen = _Seen(frame.schema)
    groups = [(key.name, seen.column(key.expression)) for key in operator.keys]
    calls = operator.alone or operator.calls
    prepared = [(name, seen.prepare(call)) for call, name in calls.items()]
    frame = compiler.with_fields(frame, [(name, node) for node, name in seen.columns.items()])
    texts = many_texts(frame.schema, compiler.tables)
    compiler.calls.grouped, compiler.calls.many_texts = bool(operator.keys), texts
    columns = [(name, _aggregated(call, frame, compiler)) for name, call in prepared]
    compiler.calls.grouped = True
    keys = [(name, frame.column(column.name)) for name, column in groups]
    apart = len(keys) == 1 and groups[0][1].name in texts
    grouped = _grouped(frame, keys, columns, not operator.unordered, apart)
    if operator.alone:
        return grouped
    return grouped.select((field.name, compiler.expression(field.expression, grouped)) for field in operator.outputs())


def _halves(operator: Aggregate, frame: Frame) -> Halves | None:
    """What makes groups of each batch and then of these groups, where only a batch tells types: values of one type are grouped
    in a fraction of the time that values of any type take, and there are fewer groups than records."""
    if not operator.keys or not any(is_joint(expression, frame.schema) for expression in operator.reads()):
        return None
    halves = in_parts(operator)
    return halves if halves is not None and halves.bounded else None


def _in_batches(operator: Aggregate, frame: Frame, compiler: Compiler) -> Frame:
    """The groups of each batch, one batch after the other."""
    seen = _Seen(Schema({}))
    groups = [(key.name, seen.column(key.expression)) for key in operator.keys]
    prepared = [(name, seen.prepare(call)) for call, name in operator.calls.items()]

    def grouped(batch: Frame, compile: Compile) -> Frame:
        keys = [(name, batch.column(column.name)) for name, column in groups]
        made = _grouped(batch, keys, [(name, compile(call, batch)) for name, call in prepared], ordered=False)
        return made.select((field.name, compile(field.expression, made)) for field in operator.outputs())

    return compiler.by_batch(frame, [(name, node) for node, name in seen.columns.items()], grouped)


def _grouped(
    frame: Frame,
    keys: Sequence[tuple[str, Typed]],
    columns: Sequence[tuple[str, Typed]],
    ordered: bool,
    apart: bool = False,
) -> Frame:
    """One record per combination of keys, ascending if `ordered`; exactly one where there are no keys. With `apart` the key is
    one of many different texts."""
    schema = Schema({name: typed.kind for name, typed in [*keys, *columns]})
    values = [typed.expression.alias(name) for name, typed in columns]
    if not keys:
        return Frame(frame.lazy.select(values), schema)
    order = [name if is_own_key(typed.kind) else schema.fresh(f"key{k}") for k, (name, typed) in enumerate(keys)]
    groups = [sort_key(typed).alias(name) for name, (_, typed) in zip(order, keys, strict=True)]
    firsts = [typed.expression.first().alias(name) for name, typed in keys if not is_own_key(typed.kind)]
    if apart:
        grouped = grouped_apart(frame.lazy, order[0], keys[0][1].expression, values, frame.schema.fresh("short"))
    else:
        grouped = frame.lazy.group_by(groups).agg(*firsts, *values)
    sorted = grouped.sort(map(column_named, order), nulls_last=True) if ordered else grouped
    return Frame(sorted.select(map(column_named, schema.fields)), schema)


@mutable
class _Seen:
    """Gives each argument of an aggregation a column of its own, literals too: `sum(1)` adds up one per record."""

    schema: Schema
    columns: dict[Expression, str] = field(default_factory=dict)

    def prepare(self, aggregation: Expression) -> Expression:
        """The aggregation over columns alone."""
        if isinstance(aggregation, Loop):
            return replace(aggregation, sources=tuple(self.column(source) for source in aggregation.sources))
        assert isinstance(aggregation, Call)
        roles = [parameter.kind.role for parameter in aggregation.function.signature.parameters]
        arguments = zip(roles, aggregation.arguments, strict=True)
        return replace(aggregation, arguments=tuple(self._argument(role, one) for role, one in arguments))

    def _argument(self, role: str, argument: Argument) -> Argument:
        return self.column(argument) if role == "values" and isinstance(argument, Expression) else argument

    def column(self, expression: Expression) -> Column:
        """The column that holds the expression."""
        if isinstance(expression, Column) and expression.name in self.schema.fields:
            return expression
        return Column(self.columns.setdefault(expression, self.schema.fresh(f"seen{len(self.columns)}")))


def _aggregated(aggregation: Expression, frame: Frame, compiler: Compiler) -> Typed:
    if isinstance(aggregation, Loop):
        return _by_position(aggregation, frame, compiler)
    return compiler.expression(aggregation, frame)


def _by_position(loop: Loop, frame: Frame, compiler: Compiler) -> Typed:
    """The arrays of all records opened side by side, and each position aggregated, for all groups at once."""
    sources = [compiler.expression(source, frame) for source in loop.sources]
    if not all(may_be_array(source.kind) for source in sources):
        return constant(None, NULL)
    inputs = inputs_of(loop, [as_array(source) for source in sources], frame)
    inner = inputs.frame
    seen = _Seen(inner.schema)
    call = seen.prepare(loop.body)
    columns = [(name, compiler.expression(one, inner, inputs.items)) for one, name in seen.columns.items()]
    found = compiler.expression(call, inner.with_fields(columns))

    def run(series: pl.Series) -> pl.Series:
        groups = series.struct.unnest().with_row_index(inputs.row)
        records = groups.explode([name for name, _ in inputs.columns])
        usable, elements = unrolled(records, inputs)
        positions = elements.with_columns(typed.expression.alias(name) for name, typed in columns)
        by = [inputs.row, inputs.position]
        values = positions.group_by(by).agg(found.expression.alias("value")).sort(by)
        return gathered(groups, usable, values, inputs.row, found.kind)

    imploded = pl.struct(typed.expression.implode().alias(name) for name, typed in inputs.columns)
    kind = Array(found.kind)
    return Typed(imploded.map_batches(run, return_dtype=dtype_of(kind), returns_scalar=True), kind)
