"""Timeseries: values over time as one array per group, all on one grid."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, TypeAlias

from dqlkit.frozen import field, frozen, replace
from dqlkit.plan.expressions import Call, Column, Expression, Literal, literal
from dqlkit.plan.grouping import Group, grouped
from dqlkit.plan.operators import Amount, Evaluator, Field, Operator, Row, Rows, Stage
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.scan import Scan
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
    from dqlkit.plan.resolve import Resolver

__all__ = ["OnGrid", "Series", "Timeseries", "with_doubles"]

Slots: TypeAlias = range
"""The slots that a record counts in, by number."""


@frozen
class Series:
    """One output array: an aggregation of each slot, or the bounds of the slots (`start()`, `end()`).

    An empty slot is `default`, null without one. `rate` scales to another length of time. With `scalar` it is one value
    over the whole range instead. `rollup` says how a metric's data points were summed up when they were stored; it is kept
    for writing the plan again, measurements here are single values.
    """

    name: str
    expression: Expression
    default: Expression | None = None
    rate: Expression | None = None
    scalar: bool = False
    rollup: str = field(default="", repr=False)

    def with_defaults(self, default: Expression | None, rate: Expression | None) -> Series:
        """The series with what was given for all series, where it has none of its own."""
        return replace(self, default=self.default or default, rate=self.rate or rate)

    def type(self, schema: Schema) -> Type:
        """The type of the output; whole numbers are doubles in a series. Over an open schema it is unknown: published
        queries pass elements of series to functions of arrays."""
        if self.bounds:
            return Array(TIMESTAMP)
        if schema.open:
            return ANY if self.scalar else Array(ANY)
        slot = self.slot(schema)
        return slot if self.scalar else Array(slot)

    def slot(self, schema: Schema) -> Type:
        """The type of one value."""
        kind = infer(self.expression, schema)
        return with_doubles(kind if self.default is None else join(kind, infer(self.default, schema)))

    def finished(self, value: Value, length: int) -> Value:
        """The value of a slot (or of the whole range) of that length in nanoseconds, filled and scaled."""
        value = self.default.value if value is None and isinstance(self.default, Literal) else value
        rate = self.rate.value if isinstance(self.rate, Literal) else None
        if not isinstance(rate, Duration) or value is None:
            return value
        return value * (rate.nanos / length) if isinstance(value, float) else None  # what is no number has no rate

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
    Without any record there is no output, unless `nonempty`. With `only` the range is still that of all records, but only
    those count that meet it: so several metrics have one range.
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
    only: Expression | None = None

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

    def series_after(self, names: frozenset[str]) -> frozenset[str]:
        return frozenset(one.name for one in self.series if not one.scalar)

    def inferred(self) -> Schema:
        schema = self.source.schema
        keys = {field.name: infer(field.expression, schema) for field in self.keys}
        series = {one.name: one.type(schema) for one in self.series}
        return Schema({"timeframe": TIMEFRAME, "interval": DURATION, **keys, **series})

    # ---- what is settled before it runs -------------------------------------------------------------------------

    def simpler(self, resolver: Resolver) -> Operator:
        names = self.source.schema
        renamed = {key.name: names.fresh(f"key{k}") for k, key in enumerate(self.keys)}
        series = {one.name: names.fresh(f"series{k}") for k, one in enumerate(self.series)}
        fields = {"timeframe": "timeframe", "interval": "interval", **renamed, **series}
        settled = self._settled(resolver, names.fields)
        keys = {key.name: replace(key, name=renamed[key.name]) for key in self.keys}
        own = {one.name: replace(one, name=series[one.name]) for one in settled.series}
        plan = replace(settled, keys=tuple(keys.values()), series=tuple(own.values())).narrowed()
        return Project(plan, tuple(Field(name, Column(held)) for name, held in fields.items()))

    def _settled(self, engine: Evaluator | Resolver, names: Container[str]) -> OnGrid:
        """The operator with every constant computed; `names` are the input fields."""

        def constant(expression: Expression | None) -> Value:
            return None if expression is None else engine.constant(expression)

        def doubled(expression: Expression | None) -> Expression | None:
            return None if expression is None else literal(_double(engine.constant(expression)))

        interval, shift = constant(self.interval), constant(self.shift)
        return OnGrid(
            self.source,
            self.keys,
            tuple(replace(one, default=doubled(one.default), rate=doubled(one.rate)) for one in self.series),
            self.spread or self.time or Column(time_field("", names)),
            -shift.nanos if isinstance(shift, Duration) else 0,
            self.asked(engine),
            engine.context.now,
            engine.context.timezone,
            interval if isinstance(interval, Duration) else None,
            self.bins,
            self.nonempty,
            self.only,
        )

    def asked(self, engine: Evaluator | Resolver) -> Timeframe | None:
        """The range asked for, if any is."""
        own = self.range.resolve(engine.constant, engine.context)
        given = own if own is not None and own != engine.context.timeframe else None
        return given or _range_below(self.source, engine) or own

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        rows = list(rows)
        settled = self._settled(interpreter, {name: None for row in rows for name in row})
        return settled.records(rows, interpreter)


@frozen
class OnGrid(Stage):
    """A time series with all constants computed. Records count by `time`, a timestamp or a timeframe, moved by `moved`
    nanoseconds. The grid spans the range `asked`; an open bound is taken from the records, else from `now`."""

    keys: tuple[Field, ...]
    series: tuple[Series, ...]
    time: Expression
    moved: int
    asked: Timeframe | None
    now: Timestamp
    zone: str
    interval: Duration | None
    bins: int | None
    nonempty: bool
    only: Expression | None = None

    ordering = "lost"
    groups = computes = True

    @property
    def amount(self) -> Amount:
        return "fewer" if self.keys else "one"

    @property
    def adds(self) -> bool:
        return self.nonempty

    def keeps(self, name: str) -> bool:
        return any(field.copies(name) for field in self.keys)

    def inferred(self) -> Schema:
        schema = self.source.schema
        keys = {field.name: infer(field.expression, schema) for field in self.keys}
        series = {one.name: one.type(schema) for one in self.series}
        return Schema({"timeframe": TIMEFRAME, "interval": DURATION, **keys, **series})

    @property
    def needs_extent(self) -> bool:
        """Whether the grid depends on the records."""
        return self.asked is None or self.asked.start == OPEN

    def narrowed(self) -> OnGrid:
        """The operator over the records that count, where the grid does not depend on others."""
        if self.only is None or self.needs_extent:
            return self
        return replace(self, source=Filter(self.source, self.only), only=None)

    def grid(self, extent: Timeframe | None) -> Grid:
        """The grid for records between these times."""
        return make_grid(_closed(self.asked, extent, self.now), self.zone, self.interval, self.bins)

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        placed = [(_as_frame(interpreter.value(self.time, row), self.moved), row) for row in rows]
        spans = [(span, row) for span, row in placed if span is not None]
        grid = self.grid(_extent([span for span, _ in spans]))
        counted = [(span, row) for span, row in spans if self.only is None or interpreter.value(self.only, row) is True]
        inside = [(slots, row) for span, row in counted if (slots := _slots(grid, span))]
        if not inside and not self.nonempty:
            return
        yield from self._groups(inside, grid, interpreter)

    def _groups(self, inside: list[tuple[Slots, Row]], grid: Grid, interpreter: Evaluator) -> Iterator[Row]:
        def keys_of(placed: tuple[Slots, Row]) -> Row:
            return {field.name: interpreter.value(field.expression, placed[1]) for field in self.keys}

        groups = grouped(inside, keys_of) or ([] if self.keys else [Group((), {}, [])])
        for _, keys, placed in sorted(groups, key=lambda group: group.key):
            arrays = {s.name: self._array(s, placed, grid, interpreter) for s in self.series}
            yield {"timeframe": grid.timeframe, "interval": Duration(grid.interval), **keys, **arrays}

    def _array(self, series: Series, members: list[tuple[Slots, Row]], grid: Grid, interpreter: Evaluator) -> Value:
        if series.bounds:
            return grid.bounds(series.bounds == "end")
        buckets: list[list[Row]] = [[] for _ in range(1 if series.scalar else grid.count)]
        for slots, row in members:
            for slot in [0] if series.scalar else slots:
                buckets[slot].append(row)
        values = [_double(_aggregated(series.expression, rows, interpreter)) if rows else None for rows in buckets]
        length = grid.interval * (grid.count if series.scalar else 1)
        done = [series.finished(value, length) for value in values]
        return done[0] if series.scalar else done


def with_doubles(kind: Type) -> Type:
    """The type with long replaced by double; double for a type without values."""
    if kind == ANY:
        return ANY
    return join_all(DOUBLE if one in (LONG, NULL) else one for one in members(kind))


def _closed(asked: Timeframe | None, extent: Timeframe | None, now: Timestamp) -> Timeframe:
    """The range asked for; open bounds are taken from the records, else from now."""
    if asked is None:
        return extent or Timeframe(now, now)
    if asked.start == OPEN:
        return Timeframe(min(extent.start, asked.end) if extent else asked.end, asked.end)
    return asked


def _range_below(operator: Operator, engine: Evaluator | Resolver) -> Timeframe | None:
    """The time range of the `Fetch` below."""
    while operator.inputs:
        operator = operator.inputs[0]
    if isinstance(operator, Scan):
        return operator.within
    return operator.asked(engine) if isinstance(operator, Fetch) else None


def _aggregated(expression: Expression, rows: list[Row], interpreter: Evaluator) -> Value:
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


_NOTHING = Fetch("")
