"""C005."""

from __future__ import annotations

from collections.abc import Iterable

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import BILLED
from dqlkit.linting.subject import Subject
from dqlkit.plan.expressions import Column, Literal
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.parse import Parse


@rule("C005", "late-filter", severity="warning", weight=3)
def late_filter(subject: Subject) -> Findings:
    """A filter that could stand further up.

    What: A filter reads only fields that the records came with, and stands behind stages that compute others.
    Why: Records are computed, joined and grouped only to be thrown away, and the filter cannot use an index.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{host.name, status} | filter status == "ERROR"`
    Good: `fetch logs, from:-1h | filter status == "ERROR" | summarize n = count(), by:{host.name, status}`
    """
    for flow in subject.flows:
        first = flow[0][0]
        if not isinstance(first, Fetch) or first.table.lower() not in BILLED:
            continue
        passed: list[Operator] = []
        for operator, _ in flow[1:]:
            if isinstance(operator, Filter) and operator.span is not None and passed:
                names = {column.name for column, _ in subject.reads(operator)}
                if names and any(map(_works, passed)) and all(_leaves(stage, names) for stage in passed):
                    yield subject.finding(
                        operator.span, "The filter needs none of what is computed before it.", help="Move it up."
                    )
            if isinstance(operator, (Extend, Parse, Aggregate, Join)):
                passed.append(operator)
            elif not isinstance(operator, Filter):
                break


def _works(stage: Operator) -> bool:
    """Whether a stage does more than give names to constants."""
    return not isinstance(stage, Extend) or any(not isinstance(f.expression, Literal) for f in stage.fields)


def _leaves(stage: Operator, names: set[str]) -> bool:
    """Whether fields come out of a stage as they went in."""
    if isinstance(stage, Extend):
        return not _read(names, (field.name for field in stage.fields))
    if isinstance(stage, Parse):
        return not _read(names, stage.exports)
    if isinstance(stage, Aggregate):
        plain = {f.name for f in stage.keys if isinstance(f.expression, Column) and f.expression.name == f.name}
        return names <= plain
    if isinstance(stage, Join) and stage.kind != "outer":
        made = {new for new, _ in stage.fields}
        return bool(stage.prefix or made) and not any(n in made or n.startswith(stage.prefix or "\0") for n in names)
    return False


def _read(names: set[str], made: Iterable[str]) -> bool:
    """Whether a name is one of those that were made, or a member of one."""
    return any(name == one or name.startswith(one + ".") for one in made for name in names)
