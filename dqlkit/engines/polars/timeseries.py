"""Time series with Polars: records placed in slots, aggregated, and laid out on the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.typed import Typed, constant
from dqlkit.plan.operators import Field
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.timeseries import SLOT, Series, Timeseries
from dqlkit.plan.expressions import Column, Literal
from dqlkit.plan.timegrid import Grid
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, NULL, TIMEFRAME, TIMESTAMP, Array
from dqlkit.types.values import Duration, Timeframe, Timestamp

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["timeseries"]

_FROM, _TO = "\x01from", "\x01to"


def timeseries(operator: Timeseries, frame: Frame, compiler: Compiler) -> Frame:
    """The frame of a time series: one record per group."""
    placed = _placed(operator, frame, compiler)
    asked = operator.asked(compiler) or _extent(placed)
    if asked is None:
        asked = Timeframe(compiler.context.now, compiler.context.now)
    grid = operator.grid(asked, compiler)
    return _laid_out(operator, grid, _in_slots(placed, grid), compiler)


def _placed(operator: Timeseries, frame: Frame, compiler: Compiler) -> Frame:
    """Records with the nanoseconds from and to which they count."""
    when = compiler.expression(operator.when(frame.schema.fields), frame)
    moved = operator.moved(compiler)
    if when.kind == TIMEFRAME:
        start, end = (when.expression.struct.field(name).dt.timestamp("ns") for name in ("start", "end"))
    else:
        start = compiler.as_timestamp(when).dt.timestamp("ns") + moved
        end = start + 1
    bounds = [(_FROM, Typed(start, LONG)), (_TO, Typed(end, LONG))]
    return frame.with_fields(bounds).filter(pl.col(_FROM).is_not_null())


def _extent(placed: Frame) -> Timeframe | None:
    first, last = placed.lazy.select(pl.col(_FROM).min(), pl.col(_TO).max()).collect().row(0)
    return None if first is None else Timeframe(Timestamp(first), Timestamp(last))


def _in_slots(placed: Frame, grid: Grid) -> Frame:
    """Records once per slot that they count in."""
    first = ((pl.col(_FROM) - grid.start) // grid.interval).clip(0, None)
    last = (-((-(pl.col(_TO) - grid.start)) // grid.interval)).clip(None, grid.count)
    slots = pl.int_ranges(first, last, dtype=pl.Int64)
    inside = placed.lazy.filter(first < last).with_columns(slots.alias(SLOT)).explode(SLOT)
    return Frame(inside, placed.schema.with_fields([(SLOT, LONG)]))


def _laid_out(operator: Timeseries, grid: Grid, inside: Frame, compiler: Compiler) -> Frame:
    names = [field.name for field in operator.keys]
    arrays = [series for series in operator.series if not series.bounds]
    whole = _groups(operator, inside, compiler)
    for series in arrays:
        column = _scalar(operator, series, inside, grid, compiler) if series.scalar else _array(
            operator, series, inside, grid, compiler
        )
        joined = whole.lazy.join(column.lazy, on=[*names, _ONE], how="left", nulls_equal=True, maintain_order="left")
        whole = Frame(joined, whole.schema.with_fields([(series.name, column.schema.type(series.name))]))
    if operator.nonempty and not names:
        whole = _with_defaults(operator, whole, grid, compiler)
    return _arranged(operator, whole, grid)


_ONE = "\x01one"


def _groups(operator: Timeseries, inside: Frame, compiler: Compiler) -> Frame:
    """One record per combination of keys, in their order."""
    one = Field(_ONE, Literal(1, LONG))
    return Aggregate(operator.source, (*operator.keys, one), ()).frame(inside, compiler)


def _values(operator: Timeseries, series: Series, inside: Frame, keys: tuple[Field, ...], compiler: Compiler) -> Frame:
    one = Field(_ONE, Literal(1, LONG))
    plan = Aggregate(operator.source, (*operator.keys, one, *keys), (Field(series.name, series.expression),))
    frame = plan.frame(inside, compiler)
    column = frame.column(series.name)
    if column.kind in (LONG, NULL):
        column = Typed(column.expression.cast(pl.Float64), DOUBLE)
    return frame.with_fields([(series.name, column)])


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


def _scalar(operator: Timeseries, series: Series, inside: Frame, grid: Grid, compiler: Compiler) -> Frame:
    frame = _values(operator, series, inside, (), compiler)
    return frame.with_fields([(series.name, _finished(operator, series, frame.column(series.name), grid, compiler))])


def _array(operator: Timeseries, series: Series, inside: Frame, grid: Grid, compiler: Compiler) -> Frame:
    names = [field.name for field in operator.keys]
    frame = _values(operator, series, inside, (Field(SLOT, Column(SLOT)),), compiler)
    column = frame.column(series.name)
    slots = pl.LazyFrame({SLOT: pl.Series(range(grid.count), dtype=pl.Int64)})
    groups = frame.lazy.select(*names, _ONE).unique()
    full = groups.join(slots, how="cross").join(
        frame.lazy, on=[*names, _ONE, SLOT], how="left", nulls_equal=True, maintain_order="left"
    )
    done = _finished(operator, series, column, grid, compiler)
    laid = (
        full.with_columns(done.expression.alias(series.name))
        .sort(SLOT, maintain_order=True)
        .group_by([*names, _ONE], maintain_order=True)
        .agg(pl.col(series.name))
    )
    return Frame(laid, frame.schema.without([SLOT]).with_fields([(series.name, Array(column.kind))]))


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
