"""Time series with Polars: records placed in slots, aggregated, and laid out on the grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.typed import Typed, constant, is_own_key, sort_key
from dqlkit.plan.expressions import Column, Literal
from dqlkit.plan.operators import Field
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.timeseries import SLOT, Series, Timeseries, closed
from dqlkit.plan.timegrid import Grid
from dqlkit.plan.timerange import OPEN
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, NULL, TIMEFRAME, TIMESTAMP, Array
from dqlkit.types.values import Duration, Timeframe, Timestamp

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["timeseries"]

_FROM, _TO = "\x01from", "\x01to"


def timeseries(operator: Timeseries, frame: Frame, compiler: Compiler) -> Frame:
    """The frame of a time series: one record per group."""
    placed = _placed(operator, frame, compiler)
    asked = operator.asked(compiler)
    extent = _extent(placed) if asked is None or asked.start == OPEN else None
    grid = operator.grid(closed(asked, extent, compiler.context.now), compiler)
    operator, inside = _with_plain_keys(operator, _in_slots(placed, grid), compiler)
    return _laid_out(operator, grid, inside, compiler)


def _placed(operator: Timeseries, frame: Frame, compiler: Compiler) -> Frame:
    """Records with the nanoseconds from and to which they count; an instant has no end."""
    when = compiler.expression(operator.when(frame.schema.fields), frame)
    if when.kind == TIMEFRAME:
        bounds = {_FROM: when.expression.struct.field("start"), _TO: when.expression.struct.field("end")}
    else:
        bounds = {_FROM: compiler.as_timestamp(when)}
    moved = 0 if when.kind == TIMEFRAME else operator.moved(compiler)
    nanos = ((name, Typed(bound.dt.timestamp("ns") + moved, LONG)) for name, bound in bounds.items())
    return frame.with_fields(nanos).filter(pl.col(_FROM).is_not_null())


def _extent(placed: Frame) -> Timeframe | None:
    end = pl.col(_TO).max() if _TO in placed.schema.fields else pl.col(_FROM).max() + 1
    first, last = placed.lazy.select(pl.col(_FROM).min(), end.alias(_TO)).collect(engine="streaming").row(0)
    return None if first is None else Timeframe(Timestamp(first), Timestamp(last))


def _in_slots(placed: Frame, grid: Grid) -> Frame:
    """Records once per slot that they count in; an instant counts in one."""
    first = (pl.col(_FROM) - grid.start) // grid.interval
    if _TO not in placed.schema.fields:
        inside = placed.lazy.with_columns(first.alias(SLOT)).filter((pl.col(SLOT) >= 0) & (pl.col(SLOT) < grid.count))
    else:
        last = -((-(pl.col(_TO) - grid.start)) // grid.interval)
        slots = pl.int_ranges(first.clip(0, None), last.clip(None, grid.count), dtype=pl.Int64)
        inside = placed.lazy.with_columns(slots.alias(SLOT)).explode(SLOT, empty_as_null=False, keep_nulls=False)
    return Frame(inside, placed.schema.with_fields([(SLOT, LONG)]))


def _with_plain_keys(operator: Timeseries, inside: Frame, compiler: Compiler) -> tuple[Timeseries, Frame]:
    """Keys by which slots find together again: where equal values differ in form (1 and 1.0), the first one stands."""
    columns = {field.name: compiler.expression(field.expression, inside) for field in operator.keys}
    mixed = {name: f"\x01plain {name}" for name, column in columns.items() if not is_own_key(column.kind)}
    held = inside.with_fields((mixed[name], columns[name]) for name in mixed)
    group = [sort_key(held.column(mixed[name]) if name in mixed else column) for name, column in columns.items()]
    firsts = [(name, pl.col(name).first().over(group)) for name in mixed.values()]
    found = held.with_fields((name, Typed(first, held.schema.type(name))) for name, first in firsts)
    keys = (Field(f.name, Column(mixed[f.name])) if f.name in mixed else f for f in operator.keys)
    return replace(operator, keys=tuple(keys)), found


def _laid_out(operator: Timeseries, grid: Grid, inside: Frame, compiler: Compiler) -> Frame:
    """One record per group, in the order of the keys; records are read once for all arrays, once for all scalars."""
    scalars = [series for series in operator.series if series.scalar]
    arrays = [series for series in operator.series if not series.scalar and not series.bounds]
    parts = [_arrays(operator, arrays, inside, grid, compiler)] if arrays or not scalars else []
    parts += [_scalars(operator, scalars, inside, grid, compiler)] if scalars else []
    whole = reduce(lambda one, other: _side_by_side(operator, one, other), parts)
    if operator.nonempty and not operator.keys:
        whole = _with_defaults(operator, whole, grid, compiler)
    return _arranged(operator, whole, grid)


def _side_by_side(operator: Timeseries, one: Frame, other: Frame) -> Frame:
    names = _names(operator)
    joined = one.lazy.join(other.lazy, on=names, how="left", nulls_equal=True, maintain_order="left")
    return Frame(joined, one.schema.with_fields(other.schema.without(names).fields.items()))


#: A key that all records share: groups of it are none where there are no records.
_ONE = "\x01one"


def _names(operator: Timeseries) -> list[str]:
    return [*(field.name for field in operator.keys), _ONE]


def _values(operator: Timeseries, series: Sequence[Series], inside: Frame, key: Field, compiler: Compiler) -> Frame:
    """Aggregations of each combination of the keys and one more key, ascending; whole numbers as doubles."""
    values = tuple(Field(one.name, one.expression) for one in series)
    frame = Aggregate(operator.source, (*operator.keys, key), values).frame(inside, compiler)
    columns = [(one.name, frame.column(one.name)) for one in series]
    return frame.with_fields(
        (name, Typed(column.expression.cast(pl.Float64), DOUBLE))
        for name, column in columns
        if column.kind in (LONG, NULL)
    )


def _finished(operator: Timeseries, series: Series, column: Typed, grid: Grid, compiler: Compiler) -> Typed:
    """Gaps filled, then scaled."""
    expression = column.expression
    default = None if series.default is None else compiler.constant(series.default)
    if default is not None:
        filler = constant(float(default), DOUBLE) if column.kind == DOUBLE else constant(default, column.kind)
        expression = expression.fill_null(filler.expression)
    rate = None if series.rate is None else compiler.constant(series.rate)
    if isinstance(rate, Duration):
        expression = expression * (rate.nanos / (grid.interval * (grid.count if series.scalar else 1)))
    return Typed(expression, column.kind)


def _scalars(operator: Timeseries, series: Sequence[Series], inside: Frame, grid: Grid, compiler: Compiler) -> Frame:
    frame = _values(operator, series, inside, Field(_ONE, Literal(1, LONG)), compiler)
    return frame.with_fields(
        (one.name, _finished(operator, one, frame.column(one.name), grid, compiler)) for one in series
    )


def _arrays(operator: Timeseries, series: Sequence[Series], inside: Frame, grid: Grid, compiler: Compiler) -> Frame:
    """Each slot aggregated, then every slot of each group in a row, those without records too."""
    counted = _values(operator, series, inside, Field(SLOT, Column(SLOT)), compiler)
    lazy, names = counted.lazy.with_columns(pl.lit(1, pl.Int64).alias(_ONE)), _names(operator)
    slots = pl.int_ranges(pl.lit(0), pl.lit(grid.count), dtype=pl.Int64).alias(SLOT)
    groups = lazy.select(names).unique(maintain_order=True).with_columns(slots).explode(SLOT)
    full = groups.join(lazy, on=[*names, SLOT], how="left", nulls_equal=True, maintain_order="left")
    done = {one.name: _finished(operator, one, counted.column(one.name), grid, compiler) for one in series}
    laid = full.group_by(names, maintain_order=True).agg(column.expression.alias(name) for name, column in done.items())
    fields = [(_ONE, LONG), *((name, Array(column.kind)) for name, column in done.items())]
    return Frame(laid, counted.schema.without([SLOT]).with_fields(fields))


def _with_defaults(operator: Timeseries, whole: Frame, grid: Grid, compiler: Compiler) -> Frame:
    """The one record of `nonempty` where no record counted."""
    if whole.lazy.select(pl.len()).collect().item():
        return whole
    row = {_ONE: 1}
    for series in operator.series:
        if not series.bounds:
            default = None if series.default is None else compiler.constant(series.default)
            rate = None if series.rate is None else compiler.constant(series.rate)
            values = [None] * (1 if series.scalar else grid.count)
            default = float(default) if type(default) is int else default
            row[series.name] = operator.finish(values, series, grid, default, rate)
    return Frame.from_records([row])


def _arranged(operator: Timeseries, whole: Frame, grid: Grid) -> Frame:
    fields = [
        ("timeframe", constant(grid.timeframe, TIMEFRAME)),
        ("interval", constant(Duration(grid.interval), DURATION)),
        *((field.name, whole.column(field.name)) for field in operator.keys),
    ]
    for series in operator.series:
        if series.bounds:
            fields.append((series.name, constant(grid.bounds(series.bounds == "end"), Array(TIMESTAMP))))
        else:
            fields.append((series.name, whole.column(series.name)))
    return whole.select(fields)
