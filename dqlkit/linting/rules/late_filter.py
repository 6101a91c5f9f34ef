"""C005."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.languages.dql.objects import data_object
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter


@rule("C005", "late-filter", severity="warning", weight=3, words=("fetch",))
def late_filter(subject: Subject) -> Findings:
    """A filter that could stand further up.

    What: A filter reads only fields that the records came with, and stands behind stages that compute others.
    Why: Records are computed, joined and grouped only to be thrown away, and the filter cannot use an index.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{host.name, status} | filter status == "ERROR"`
    Good: `fetch logs, from:-1h | filter status == "ERROR" | summarize n = count(), by:{host.name, status}`
    """
    for flow in subject.flows:
        first = flow[0][0]
        if not isinstance(first, Fetch) or not data_object(first.table).billed:
            continue
        passed: list[Operator] = []
        for operator, _ in flow[1:]:
            if isinstance(operator, Filter):
                names = {column.name for column, _ in subject.reads(operator)}
                late = any(one.computes for one in passed) and all(_leaves(one, names) for one in passed)
                if names and late and operator.span is not None:
                    yield subject.finding(
                        operator.span, "The filter needs none of what is computed before it.", help="Move it up."
                    )
            elif operator.chooses or operator.adds or operator.acts:
                break  # what comes out would be other records
            else:
                passed.append(operator)


def _leaves(operator: Operator, names: set[str]) -> bool:
    """Whether fields come out as they went in, and those of which they may be members."""
    return all(operator.keeps(part) for name in names for part in _and_above(name))


def _and_above(name: str) -> Iterator[str]:
    """`a.b.c`, `a.b`, `a`."""
    parts = name.split(".")
    yield from (".".join(parts[:k]) for k in range(len(parts), 0, -1))
