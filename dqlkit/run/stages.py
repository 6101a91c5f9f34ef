"""How many records leave each stage of a query, and how long it takes up to there: why an answer is empty, or slow.

The query is run up to each stage, and the records are counted. So the counts are those of the stages by themselves, whatever
a later `limit` would have spared them, and any engine can do it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dqlkit import functions
from dqlkit.diagnostics import Span
from dqlkit.frozen import frozen, replace
from dqlkit.plan.explain import show
from dqlkit.plan.expressions import Call
from dqlkit.plan.flow import blocks
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.save import Save
from dqlkit.plan.walk import main_stream, map_operators
from dqlkit.types.values import Timestamp

if TYPE_CHECKING:
    from dqlkit.languages.statement import Statement
    from dqlkit.run.options import Options, Tables

__all__ = ["StageCount", "stages"]


@frozen
class StageCount:
    """A stage as it is written, and how many sub-queries it stands in; the records that leave it, and the seconds that the
    query takes up to there."""

    text: str
    depth: int
    records: int
    seconds: float


def stages(statement: Statement, tables: Tables, options: Options) -> Iterator[StageCount]:
    """Run the query up to each of its stages, in the order of the text; a sub-query comes before the stage that reads it."""
    from dqlkit.run.session import run

    statement = statement.ready(options.variables)
    now = Timestamp(time.time_ns()) if options.now is None else options.now
    options = replace(options, variables=None, max_records=None, now=now)  # the same moment for every stage
    if not isinstance(statement.plan, Operator):
        return
    for operator, depth in _ordered(statement.plan, 0):
        started = time.perf_counter()
        records = int(run(statement.with_plan(_counted(operator)), tables, options).records[0][_COUNT])
        yield StageCount(_written(operator, statement.text), depth, records, time.perf_counter() - started)


_COUNT = "count()"


def _counted(operator: Operator) -> Operator:
    """The plan that counts the records of another, and saves none of them."""
    unsaved = map_operators(operator, lambda one: one.source if isinstance(one, Save) else one)
    count = functions.find("count", "aggregation")
    assert count is not None
    return Aggregate(unsaved, (), (Field(_COUNT, Call(count, ())),))


def _inner(operator: Operator) -> list[Operator]:
    """The sub-queries of a stage."""
    return [*operator.inputs[1:], *blocks(operator)]


def _ordered(plan: Operator, depth: int) -> Iterator[tuple[Operator, int]]:
    for operator in main_stream(plan):
        for inner in _inner(operator):
            yield from _ordered(inner, depth + 1)
        yield operator, depth


def _written(operator: Operator, text: str) -> str:
    """A stage in one line, with `…` for its sub-queries; what the language implies without a word is described."""
    if operator.span is None:
        return operator.describe(show)
    start, end = operator.span
    parts = []
    for inner in sorted(filter(None, map(_span, _inner(operator)))):
        if start <= inner.start:
            parts.append(text[start : inner.start])
            start = inner.end
    return re.sub(r"\s+", " ", "…".join([*parts, text[start:end]]))


def _span(plan: Operator) -> Span | None:
    """Where the stages of a sub-query stand."""
    spans = [operator.span for operator in main_stream(plan) if operator.span is not None]
    return Span(min(span.start for span in spans), max(span.end for span in spans)) if spans else None
