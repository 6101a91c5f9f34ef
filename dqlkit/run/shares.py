"""Hands an answer over by shares of a large file, one after the other.

Polars reads on while a batch is written, and would come to hold most of a file. Where each record of the answer is made of one
record of the file, the query runs over a share of the file at a time, and no more than a share is held.
"""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.polars.limits import Guard
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.scan import Scan
from dqlkit.sources.table import FrameTable

__all__ = ["in_shares"]

#: About so many records are a share, in whole row groups.
_SHARE = 250_000


def in_shares(plan: Operator, compiler: Compiler) -> Iterator[tuple[Guard, Frame]]:
    """The frames whose records, one after the other, are those of a compiled core plan; each with its guard."""
    scan = _only_scan(plan)
    table = compiler.tables.get(scan.table) if scan else None
    shares = table.shares(_SHARE) if isinstance(table, FrameTable) else ()
    if scan is None or len(shares) < 2:
        yield compiler.guard, compiler.frame(plan)
        return
    guard = Guard(compiler.guard.limits, compiler.guard.watch)
    parts = [Compiler({scan.table: share}, compiler.context, guard, part) for part, share in enumerate(shares)]
    yield from [(guard, part.frame(plan)) for part in parts]


def _only_scan(plan: Operator) -> Scan | None:
    """What reads the table, where all that follows makes each record of one that comes in, in their order."""
    while not isinstance(plan, Scan):
        across = plan.chooses or plan.groups or plan.adds or plan.acts or plan.ordering != "kept"
        if across or len(plan.inputs) != 1:
            return None
        (plan,) = plan.inputs
    return plan
