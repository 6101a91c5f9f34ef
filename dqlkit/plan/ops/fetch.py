"""Fetch: the records of a table, within a time range where one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.operators import Reader, Row, Rows
from dqlkit.plan.schema import Schema
from dqlkit.plan.timerange import TimeRange, time_field
from dqlkit.types.values import Timestamp

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Fetch"]


@frozen
class Fetch(Reader):
    """All records of `table`. `start` and `end` are constant expressions, or a `timeframe` stands for both.

    Only an explicit range filters: exports are old, and without one all of them count. The range acts on the table's
    time field, start inclusive and end exclusive [inferred]; a record without a time is outside of every range.
    """

    start: Expression | None = None
    end: Expression | None = None
    timeframe: Expression | None = None

    def inferred(self) -> Schema:
        return self.known or Schema({}, open=True)

    @property
    def range(self) -> TimeRange:
        return TimeRange(self.start, self.end, self.timeframe)

    def polars(self, compiler: Compiler) -> Frame:
        from dqlkit.engines.polars.typed import constant
        from dqlkit.types.kinds import TIMESTAMP

        frame = compiler.table(self.table)
        bounds = self.range.resolve(compiler.constant, compiler.context)
        if bounds is None:
            return frame
        time = compiler.timestamp(time_field(self.table, frame.schema.fields), frame)
        start, end = (constant(bound, TIMESTAMP).expression for bound in (bounds.start, bounds.end))
        return frame.filter((time >= start) & (time < end))

    def rows(self, interpreter: Interpreter) -> Rows:
        records = interpreter.table(self.table)
        bounds = self.range.resolve(interpreter.constant, interpreter.context)
        if bounds is None:
            return [dict(record) for record in records]
        name = time_field(self.table, {name: None for record in records for name in record})

        def inside(record: Row) -> bool:
            time = record.get(name)
            return isinstance(time, Timestamp) and bounds.start <= time < bounds.end

        return [dict(record) for record in records if inside(record)]
