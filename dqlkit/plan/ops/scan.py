"""Scan: the records of a table whose schema is known."""

from __future__ import annotations

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Evaluator, Reader, Row, Rows
from dqlkit.plan.schema import Schema
from dqlkit.plan.timerange import time_field
from dqlkit.types.values import Timeframe, Timestamp

__all__ = ["Scan"]


@frozen
class Scan(Reader):
    """All records of `table`, or those whose time is `within` a range: start inclusive, end exclusive [inferred]. A
    record without a time is outside of every range."""

    within: Timeframe | None = None

    def inferred(self) -> Schema:
        assert self.known is not None
        return self.known

    def rows(self, interpreter: Evaluator) -> Rows:
        records = interpreter.table(self.table)
        bounds = self.within
        if bounds is None:
            return [dict(record) for record in records]
        name = time_field(self.table, {name: None for record in records for name in record})

        def inside(record: Row) -> bool:
            time = record.get(name)
            return isinstance(time, Timestamp) and bounds.start <= time < bounds.end

        return [dict(record) for record in records if inside(record)]
