"""OnGrid with Polars: records placed in slots, aggregated, and laid out on the grid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from dqlkit.engines.polars.aggregate import aggregate
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import dtype_of, series_of, values_of
from dqlkit.engines.polars.typed import Typed, constant, in_batches, narrow, promote, sort_key
from dqlkit.frozen import frozen
from dqlkit.functions.exact_names import column_named
from dqlkit.plan.expressions import Column, Literal
from dqlkit.plan.operators import Field
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.timeseries import OnGrid, Series, with_doubles
from dqlkit.plan.schema import Schema
from dqlkit.plan.timegrid import Grid
from dqlkit.types.kinds import ANY, DOUBLE, DURATION, LONG, NULL, TIMEFRAME, TIMESTAMP, Array, is_own_key, members
from dqlkit.types.values import LONG_MAX, LONG_MIN, Duration, Timeframe, Timestamp, Value

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler

__all__ = ["timeseries"]


@frozen
class _Grid:
    """The grid as columns: plain numbers where it is known, else columns of `lazy`, a frame of one record."""

    start: pl.Expr
    last: pl.Expr
    """The last nanosecond: what comes after it may not be a timestamp."""
    interval: pl.Expr
    count: pl.Expr
    before: pl.Expr
    """How far the first slot reaches back beyond the first moment that is a timestamp."""
    lazy: pl.LazyFrame | None = None

    @property
    def end(self) -> pl.Expr:
        return self.last + (self.last < LONG_MAX)

    def slot(self, nanos: pl.Expr) -> pl.Expr:
        """The slot of a moment within the grid. What lies between two timestamps may need all 64 bits."""
        before_end = (self.last - nanos).reinterpret(dtype=pl.UInt64)
        return self.count - 1 - (before_end // self.interval.cast(pl.UInt64)).cast(pl.Int64)

    @property
    def slots(self) -> pl.Expr:
        """The numbers of all slots, as an array."""
        return pl.int_ranges(pl.lit(0), self.count, dtype=pl.Int64)

    def beside(self, lazy: pl.LazyFrame) -> pl.LazyFrame:
        """A frame with the columns of the grid."""
        return lazy if self.lazy is None else lazy.join(self.lazy, how="cross", maintain_order="left_right")


@frozen
class _Names:
    """Names of temporary columns, which no field has."""

    start: str
    end: str
    slot: str
    one: str
    """A constant key, used where there are no keys: unlike a global aggregation it makes no group without records."""
    grid: tuple[str, str, str, str, str]

    @classmethod
    def beside(cls, schema: Schema) -> _Names:
        start, end, slot, one = map(schema.fresh, ("from", "to", "slot", "one"))
        first, last, interval, count = map(schema.fresh, ("first", "last", "interval", "count"))
        return cls(start, end, slot, one, (first, last, interval, count, schema.fresh("before")))


def timeseries(operator: OnGrid, frame: Frame, compiler: Compiler) -> Frame:
    """One record per group."""
    return _Layout(operator, _Names.beside(frame.schema), compiler).whole(frame)


@frozen
class _Layout:
    operator: OnGrid
    names: _Names
    compiler: Compiler

    def whole(self, frame: Frame) -> Frame:
        placed = self._placed(frame)
        grid = self._grid(placed)
        inside = self._with_plain_keys(self._in_slots(self._counted(placed), grid))
        return self._arranged(self._side_by_side(inside, grid), grid)

    # ---- records in slots ---------------------------------------------------------------------------------------

    def _placed(self, frame: Frame) -> Frame:
        """Records with the nanoseconds from and to which they count; an instant has no end."""
        names, when = self.names, self.compiler.expression(self.operator.time, frame)
        if when.kind == TIMEFRAME:
            bounds = {
                names.start: when.expression.struct.field("start"),
                names.end: when.expression.struct.field("end"),
            }
        else:
            bounds = {names.start: self.compiler.as_timestamp(when)}
        moved = 0 if when.kind == TIMEFRAME else self.operator.moved
        nanos = ((name, Typed(bound.dt.timestamp("ns") + moved, LONG)) for name, bound in bounds.items())
        return frame.with_fields(nanos).filter(pl.col(names.start).is_not_null())

    def _grid(self, placed: Frame) -> _Grid:
        """The grid, from the records where it depends on them: it is computed when the query runs."""
        if not self.operator.needs_extent:
            known = self.operator.grid(None)
            first, last, interval, count, before = map(pl.lit, _numbers(known))
            return _Grid(first, last, interval, count, before)
        names = self.names
        instants = names.end not in placed.schema.fields
        end = pl.col(names.start if instants else names.end).max()
        bounds = pl.struct(pl.col(names.start).min().alias("first"), end.alias("last"))
        numbers = pl.Struct(dict.fromkeys(names.grid, pl.Int64))

        def over(extents: pl.Series) -> pl.Series:
            return pl.Series(
                [self._over(one["first"], one["last"], instants) for one in extents.to_list()], dtype=numbers
            )

        made = placed.lazy.select(bounds.map_batches(over, return_dtype=numbers).alias("grid")).unnest("grid")
        first, last, interval, count, before = map(pl.col, names.grid)
        return _Grid(first, last, interval, count, before, made)

    def _over(self, first: int | None, last: int | None, instants: bool) -> dict[str, int]:
        extent = None if first is None or last is None else Timeframe(Timestamp(first), Timestamp(last + instants))
        grid = self.operator.grid(extent)
        return dict(zip(self.names.grid, _numbers(grid), strict=True))

    def _counted(self, placed: Frame) -> Frame:
        """The records that count."""
        only = self.operator.only
        return placed if only is None else placed.filter(self.compiler.condition(only, placed))

    def _in_slots(self, placed: Frame, grid: _Grid) -> Frame:
        """Records once per slot that they count in; an instant counts in one."""
        names, start = self.names, pl.col(self.names.start)
        lazy = grid.beside(placed.lazy)
        if names.end not in placed.schema.fields:
            inside = lazy.filter((start >= grid.start) & (start <= grid.last))
            inside = inside.with_columns(grid.slot(start).alias(names.slot))
        else:
            end = pl.col(names.end)
            inside = lazy.filter((start <= grid.last) & (end > grid.start))
            first = grid.slot(pl.max_horizontal(start, grid.start))
            last = grid.slot(pl.min_horizontal(end - 1, grid.last))
            slots = pl.int_ranges(first, last + 1, dtype=pl.Int64)
            inside = inside.with_columns(slots.alias(names.slot)).explode(
                names.slot, empty_as_null=False, keep_nulls=False
            )
        return Frame(inside, placed.schema.with_fields([(names.slot, LONG)]))

    def _with_plain_keys(self, inside: Frame) -> Frame:
        """One representative per equal key, so that 1 and 1.0 are one group when slots are joined."""
        columns = {key.name: self.compiler.expression(key.expression, inside) for key in self.operator.keys}
        held = inside.with_fields(columns.items())
        mixed = [name for name, column in columns.items() if not is_own_key(column.kind)]
        group = [sort_key(held.column(name)) for name in columns]
        return held.with_fields(
            (name, Typed(column_named(name).first().over(group), held.schema.type(name))) for name in mixed
        )

    # ---- groups -------------------------------------------------------------------------------------------------

    @property
    def _keys(self) -> list[str]:
        return [*(key.name for key in self.operator.keys), self.names.one]

    def _side_by_side(self, inside: Frame, grid: _Grid) -> Frame:
        """One record per group, in key order. Records are aggregated once for all arrays and once for all scalars."""
        scalars = [series for series in self.operator.series if series.scalar]
        arrays = [series for series in self.operator.series if not series.scalar and not series.bounds]
        alone = self.operator.nonempty and not self.operator.keys  # exactly one record, even without input
        groups = self._the_one() if alone else None
        if arrays or not scalars:
            groups = self._arrays(arrays, inside, grid, groups)
        return self._scalars(scalars, inside, grid, groups) if scalars or groups is None else groups

    def _the_one(self) -> Frame:
        return Frame(pl.LazyFrame({self.names.one: [1]}), Schema({self.names.one: LONG}))

    def _arrays(self, series: Sequence[Series], inside: Frame, grid: _Grid, groups: Frame | None) -> Frame:
        """Aggregate each slot, then collect all slots of each group into arrays, empty slots included."""
        slot = self.names.slot
        counted = self._values(series, inside, Field(slot, Column(slot)))
        counted = counted.with_fields([(self.names.one, constant(1, LONG))])
        every = groups or Frame(counted.lazy.unique(self._keys, maintain_order=True), counted.schema)
        slots = (
            grid.beside(every.lazy.select(map(column_named, self._keys)))
            .with_columns(grid.slots.alias(slot))
            .explode(slot)
        )
        full = self._joined(slots, counted, [*self._keys, slot])
        whole = Frame(full, counted.schema)
        done = {one.name: self._finished(one, whole.column(one.name), grid.interval) for one in series}
        laid = (
            whole.with_fields(done.items()).lazy.group_by(map(column_named, self._keys), maintain_order=True).agg(*done)
        )
        kinds = {name: counted.schema.type(name) for name in self._keys}
        return Frame(laid, Schema(kinds | {name: Array(column.kind) for name, column in done.items()}))

    def _scalars(self, series: Sequence[Series], inside: Frame, grid: _Grid, groups: Frame | None) -> Frame:
        """One value of each group over the whole range."""
        found = self._values(series, inside, Field(self.names.one, Literal(1, LONG)))
        lazy = found.lazy if groups is None else self._joined(groups.lazy, found, self._keys)
        schema = (
            found.schema
            if groups is None
            else groups.schema.with_fields(
                (name, kind) for name, kind in found.schema.fields.items() if name not in self._keys
            )
        )
        whole = Frame(grid.beside(lazy), schema)
        length = grid.interval * grid.count
        done = ((one.name, self._finished(one, whole.column(one.name), length)) for one in series)
        return whole.with_fields(done).only(schema.fields)

    def _joined(self, left: pl.LazyFrame, right: Frame, on: Sequence[str]) -> pl.LazyFrame:
        return left.join(right.lazy, on=on, how="left", nulls_equal=True, maintain_order="left")

    def _values(self, series: Sequence[Series], inside: Frame, key: Field) -> Frame:
        """Aggregations of each combination of the keys and one more key, ascending; whole numbers as doubles."""
        keys = (*(Field(one.name, Column(one.name)) for one in self.operator.keys), key)
        values = tuple(Field(one.name, one.expression) for one in series)
        plan = Aggregate(self.operator.source, keys, values)
        frame = aggregate(plan, inside, self.compiler)
        return frame.with_fields((one.name, _doubles(frame.column(one.name))) for one in series)

    # ---- values -------------------------------------------------------------------------------------------------

    def _finished(self, series: Series, column: Typed, length: pl.Expr) -> Typed:
        """Gaps filled, then scaled to another length of time."""
        kind = series.slot(self.operator.source.schema)
        expression = promote(column, kind).expression
        if isinstance(series.default, Literal) and series.default.value is not None:
            filler = promote(constant(series.default.value, series.default.kind), kind)
            expression = expression.fill_null(filler.expression)
        rate = series.rate.value if isinstance(series.rate, Literal) else None
        filled = Typed(expression, kind)
        return _scaled(filled, pl.lit(rate.nanos) / length) if isinstance(rate, Duration) else filled

    def _arranged(self, whole: Frame, grid: _Grid) -> Frame:
        """The fields in their order, those of the grid among them."""
        instant = dtype_of(TIMESTAMP)
        bounds = pl.struct(grid.start.cast(instant).alias("start"), grid.end.cast(instant).alias("end"))
        fields = {
            "timeframe": Typed(bounds, TIMEFRAME),
            "interval": Typed(grid.interval.cast(dtype_of(DURATION)), DURATION),
        }
        fields |= {key.name: whole.column(key.name) for key in self.operator.keys}
        for series in self.operator.series:
            fields[series.name] = _bounds(series, grid) if series.bounds else whole.column(series.name)
        return Frame(grid.beside(whole.lazy), whole.schema).select(fields.items())


def _numbers(grid: Grid) -> tuple[int, int, int, int, int]:
    """The columns of `_Grid`."""
    first = grid.timeframe.start.nanos
    return first, min(grid.last, LONG_MAX), grid.interval, grid.count, first - grid.start


def _bounds(series: Series, grid: _Grid) -> Typed:
    """Where each slot starts, or ends: no further than there are timestamps. What lies beyond needs more than 64 bits."""
    first, interval = (number.cast(pl.Int128) for number in (grid.start, grid.interval))
    moved = first - grid.before + (interval if series.bounds == "end" else pl.lit(0, pl.Int128))
    nanos = grid.slots.cast(pl.List(pl.Int128)) * interval + moved
    within = nanos.list.eval(pl.element().clip(LONG_MIN, LONG_MAX).cast(pl.Int64))
    return Typed(within.cast(pl.List(dtype_of(TIMESTAMP))), Array(TIMESTAMP))


def _doubles(column: Typed) -> Typed:
    """A column with its longs as doubles."""
    kind = with_doubles(column.kind)
    if kind == column.kind:
        return column
    if column.kind in (LONG, NULL):
        return Typed(column.expression.cast(pl.Float64), DOUBLE)
    if set(members(column.kind)) == {LONG, DOUBLE}:
        longs = narrow(column, LONG).expression.cast(pl.Float64)
        return Typed(pl.coalesce(longs, narrow(column, DOUBLE).expression), DOUBLE)

    def run(series: pl.Series) -> pl.Series:
        return series_of([_double(value) for value in values_of(series, column.kind)], kind)

    return Typed(in_batches(column.expression, run, kind), kind)


def _double(value: Value) -> Value:
    return float(value) if type(value) is int else value


def _scaled(column: Typed, factor: pl.Expr) -> Typed:
    """Numbers by a factor; what is no number has no rate."""
    if column.kind == DOUBLE:
        return Typed(column.expression * factor, DOUBLE)
    if DOUBLE not in members(column.kind) and column.kind != ANY:
        return constant(None, column.kind)
    return promote(Typed(narrow(column, DOUBLE).expression * factor, DOUBLE), column.kind)
