"""Metrics that a query asks for and no record measures.

This is the one reason that reads a table again, and of that only the names of metrics: nothing else tells a metric that is
not there from one without a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from dqlkit.functions.context import Notice
from dqlkit.functions.operators import equals
from dqlkit.plan.expressions import Call, Column, Literal, walk
from dqlkit.plan.operators import Reader
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.walk import main_stream, operators
from dqlkit.run.hints.outcome import Outcome

__all__ = ["missing_metrics"]

_KEY = "metric.key"


def missing_metrics(outcome: Outcome) -> Iterator[Notice]:
    """A notice for each metric that no record has."""
    wanted: dict[tuple[str, str], None] = {}
    for operator in operators(outcome.plan):
        reader = main_stream(operator)[0]
        if isinstance(operator, Filter) and isinstance(reader, Reader) and reader.table in outcome.tables:
            wanted |= dict.fromkeys((reader.table, key) for key in _keys(operator))
    known = {table: outcome.texts(table, _KEY) for table, _ in wanted}
    for table, key in wanted:
        if known[table] and key not in known[table]:
            near = get_close_matches(key, known[table], n=1, cutoff=0.8)
            guess = f" Did the query mean `{near[0]}`?" if near else ""
            yield Notice("METRIC_DOES_NOT_EXIST", f"No record of `{table}` has the metric `{key}`.{guess}")


def _keys(operator: Filter) -> Iterator[str]:
    """The names of metrics that a condition tests for."""
    for node in walk(operator.condition):
        if isinstance(node, Call) and node.function is equals:
            field, value = node.arguments
            if field == Column(_KEY) and isinstance(value, Literal) and isinstance(value.value, str):
                yield value.value
