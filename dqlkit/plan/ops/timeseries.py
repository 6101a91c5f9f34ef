"""Timeseries: values over time as one array per group, all on one grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Call, Column, Expression
from dqlkit.plan.grouping import Group, grouped
from dqlkit.plan.operators import Amount, Field, Operator, Row, Rows, Stage
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.schema import Schema
from dqlkit.plan.timegrid import Grid, make_grid
from dqlkit.plan.timerange import OPEN, TIME_FIELDS, TimeRange, time_field
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import (
    ANY,
    DOUBLE,
    DURATION,
    LONG,
    NULL,
    TIMEFRAME,
    TIMESTAMP,
    Array,
    Type,
    join,
    join_all,
    members,
)
from dqlkit.types.values import Duration, Timeframe, Timestamp, Value

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Series", "Timeseries", "closed", "with_doubles"]

SLOT = "\x01slot"

Slots: TypeAlias = range
"""The slots that a record counts in, by number."""


@frozen
class Series:
    """One output array: an aggregation of each slot, or the bounds of the slots (`start()`, `end()`).

    An empty slot is `default`, null without one. `rate` scales to another length of time. With `scalar` it is one value
    over the whole range instead.
    """

    name: str
    expression: Expression
    default: Expression | None = None
    rate: Expression | None = None
    scalar: bool = False

    def with_defaults(self, default: Expression | None, rate: Expression | None) -> Series:
        """The series with what was given for all series, where it has none of its own."""
        return replace(self, default=self.default or default, rate=self.rate or rate)

    def type(self, schema: Schema) -> Type:
        """The type of the output; whole numbers are doubles in a series. Of open records nothing is said: published
        queries give elements of series to functions of arrays."""
        if self.bounds:
            return Array(TIMESTAMP)
        if schema.open:
            return ANY if self.scalar else Array(ANY)
        kind = infer(self.expression, schema)
        filled = kind if self.default is None else join(kind, infer(self.default, schema))
        slot = with_doubles(filled)
        return slot if self.scalar else Array(slot)

    @property
    def bounds(self) -> str:
        """`start` or `end` for the bounds of slots, else nothing."""
        call = self.expression
        return call.function.name if isinstance(call, Call) and call.function.family == "series" else ""


@frozen
class Timeseries(Stage):
    """`timeframe`, `interval`, the keys, then one array per series; one record per group.

    Records count by `time`, or in every slot that their timeframe `spread` overlaps. The range is the one given here,
    else that of the table read, else the query's, else from the first to the last record [decided: exports are old].
    Without any record there is no output, unless `nonempty`.
    """

    keys: tuple[Field, ...]
    series: tuple[Series, ...]
    range: TimeRange
    interval: Expression | None = None
    bins: int | None = None
    time: Expression | None = None
    spread: Expression | None = None
    nonempty: bool = False
    shift: Expression | None = None

    ordering = "lost"
    groups = computes = closes = True

    @property
    def amount(self) -> Amount:
        return "fewer" if self.keys else "one"

    @property
    def adds(self) -> bool:
        return self.nonempty

    def reads(self) -> list[Expression]:
        placed = () if self.spread or self.time else map(Column, TIME_FIELDS)
        return [*Stage.reads(self), *placed]

    def keeps(self, name: str) -> bool:
        return any(field.copies(name) for field in self.keys)

    def inferred(self) -> Schema:
        schema = self.source.schema
        keys = {field.name: infer(field.expression, schema) for field in self.keys}
        series = {one.name: one.type(schema) for one in self.series}
        return Schema({"timeframe": TIMEFRAME, "interval": DURATION, **keys, **series})

    # ---- what both engines need ---------------------------------------------------------------------------------

    def when(self, names: Mapping[str, Any]) -> Expression:
        """The expression that places a record in time."""
        return self.spread or self.time or Column(time_field("", names))

    def asked(self, engine: Compiler | Interpreter) -> Timeframe | None:
        """The range asked for, if any is."""
        own = self.range.resolve(engine.constant, engine.context)
        given = own if own is not None and own != engine.context.timeframe else None
        return given or _range_below(self.source, engine) or own

    def grid(self, frame: Timeframe, engine: Compiler | Interpreter) -> Grid:
        """The grid over a range."""
        wanted = None if self.interval is None else engine.constant(self.interval)
        interval = wanted if isinstance(wanted, Duration) else None
        return make_grid(frame, engine.context.timezone, interval, self.bins)

    def moved(self, engine: Compiler | Interpreter) -> int:
        """By how many nanoseconds records are moved onto the grid: `shift:-7d` shows last week under today's times."""
        value = None if self.shift is None else engine.constant(self.shift)
        return -value.nanos if isinstance(value, Duration) else 0

    def finish(self, values: list[Value], series: Series, grid: Grid, default: Value, rate: Value) -> Value:
        """The values of the slots (or the one of the whole range) with gaps filled and scaled."""
        factor = rate.nanos / (grid.interval * (grid.count if series.scalar else 1)) if rate is not None else None
        done = [_scaled(default if value is None else value, factor) for value in values]
        return done[0] if series.scalar else done

    # ---- engines ------------------------------------------------------------------------------------------------

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        from dqlkit.engines.polars.timeseries import timeseries

        return timeseries(self, frame, compiler)

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        rows = list(rows)
        when = self.when({name: None for row in rows for name in row})
        placed = [(_as_frame(interpreter.value(when, row), self.moved(interpreter)), row) for row in rows]
        spans = [(span, row) for span, row in placed if span is not None]
        now = interpreter.context.now
        asked = closed(self.asked(interpreter), _extent([span for span, _ in spans]), now)
        grid = self.grid(asked, interpreter)
        inside = [(slots, row) for span, row in spans if (slots := _slots(grid, span))]
        if not inside and not self.nonempty:
            return
        yield from self._groups(inside, grid, interpreter)

    def _groups(self, inside: list[tuple[Slots, Row]], grid: Grid, interpreter: Interpreter) -> Iterator[Row]:
        def keys_of(placed: tuple[Slots, Row]) -> Row:
            return {field.name: interpreter.value(field.expression, placed[1]) for field in self.keys}

        groups = grouped(inside, keys_of) or ([] if self.keys else [Group((), {}, [])])
        for _, keys, placed in sorted(groups, key=lambda group: group.key):
            arrays = {s.name: self._array(s, placed, grid, interpreter) for s in self.series}
            yield {"timeframe": grid.timeframe, "interval": Duration(grid.interval), **keys, **arrays}

    def _array(self, series: Series, members: list[tuple[Slots, Row]], grid: Grid, interpreter: Interpreter) -> Value:
        if series.bounds:
            return grid.bounds(series.bounds == "end")
        buckets: list[list[Row]] = [[] for _ in range(1 if series.scalar else grid.count)]
        for slots, row in members:
            for slot in [0] if series.scalar else slots:
                buckets[slot].append(row)
        values = [_double(_aggregated(series.expression, rows, interpreter)) if rows else None for rows in buckets]
        constants = (None if e is None else interpreter.constant(e) for e in (series.default, series.rate))
        default, rate = constants
        return self.finish(values, series, grid, _double(default), rate)


def with_doubles(kind: Type) -> Type:
    """The type of the same values once longs are doubles; of no values it is double too."""
    if kind == ANY:
        return ANY
    return join_all(DOUBLE if one in (LONG, NULL) else one for one in members(kind))


def closed(asked: Timeframe | None, extent: Timeframe | None, now: Timestamp) -> Timeframe:
    """The range asked for, its open start and what was not asked for taken from the records, else from now."""
    if asked is None:
        return extent or Timeframe(now, now)
    if asked.start == OPEN:
        return Timeframe(min(extent.start, asked.end) if extent else asked.end, asked.end)
    return asked


def _range_below(operator: Operator, engine: Compiler | Interpreter) -> Timeframe | None:
    """The range with which the records were read."""
    while operator.inputs:
        operator = operator.inputs[0]
    read = getattr(operator, "range", None)
    return read.resolve(engine.constant, engine.context) if isinstance(read, TimeRange) else None


def _aggregated(expression: Expression, rows: list[Row], interpreter: Interpreter) -> Value:
    value = next(iter(Aggregate(_NOTHING, (), (Field("value", expression),)).records(rows, interpreter)))
    return value["value"]


def _as_frame(value: Value, moved: int) -> Timeframe | None:
    if isinstance(value, Timestamp):
        return Timeframe(Timestamp(value.nanos + moved), Timestamp(value.nanos + moved + 1))
    return value if isinstance(value, Timeframe) else None


def _extent(spans: list[Timeframe]) -> Timeframe | None:
    return Timeframe(min(s.start for s in spans), max(s.end for s in spans)) if spans else None


def _slots(grid: Grid, span: Timeframe) -> Slots:
    """The slots that a span of time overlaps."""
    first = max((span.start.nanos - grid.start) // grid.interval, 0)
    last = min(-(-(span.end.nanos - grid.start) // grid.interval), grid.count)
    return range(first, last)


def _double(value: Value) -> Value:
    """Series hold doubles, also where longs are counted."""
    return float(value) if type(value) is int else value


def _scaled(value: Value, factor: float | None) -> Value:
    return value if factor is None or value is None else value * factor


_NOTHING = Fetch("")
