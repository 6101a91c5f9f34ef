"""Distinct: each different record once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.operators import Rows, Stage
from dqlkit.types.order import order_key

if TYPE_CHECKING:
    from dqlkit.engines.polars.compiler import Compiler
    from dqlkit.engines.polars.frame import Frame
    from dqlkit.engines.reference.interpreter import Interpreter

__all__ = ["Distinct"]


@frozen
class Distinct(Stage):
    """The first of each set of equal records; a missing field equals a null one."""

    ordering = "lost"
    amount = "fewer"
    reads_all = True

    def frame(self, frame: Frame, compiler: Compiler) -> Frame:
        from dqlkit.engines.polars.joins import first_of_each

        return first_of_each(frame, [frame.column(name) for name in frame.schema.fields], 1)

    def records(self, rows: Rows, interpreter: Interpreter) -> Rows:
        seen: set[bytes] = set()
        for row in rows:
            key = order_key({name: row[name] for name in sorted(row) if row[name] is not None})
            if key not in seen:
                seen.add(key)
                yield row
