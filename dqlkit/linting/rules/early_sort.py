"""C007."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.languages.dql.tree import Command
from dqlkit.linting.orders import groups, sensitive
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import stage, stages
from dqlkit.linting.subject import Subject


@rule("C007", "early-sort", severity="warning", weight=2, words=("sort",))
def early_sort(subject: Subject) -> Findings:
    """Records that are sorted before most of them go.

    What: `sort` before a `filter`, or before an aggregation that does not depend on the order.
    Why: All records are put in order, and few of them, or none, are left of it.
    Bad: `fetch logs, from:-1h | sort timestamp desc | filter status == "ERROR" | fields timestamp, content`
    Good: `fetch logs, from:-1h | filter status == "ERROR" | sort timestamp desc | fields timestamp, content`
    """
    for pipeline in subject.pipelines:
        for index, command in enumerate(pipeline.commands):
            operator = stage(subject, command)
            sorts = operator is not None and operator.ordering == "made" and operator.amount == "same"
            if sorts and _wasted(subject, pipeline.commands[index + 1 :]):
                yield subject.finding(command.span, "Records are sorted before they are chosen.", help="Sort last.")


def _wasted(subject: Subject, later: Sequence[Command]) -> bool:
    """Whether records are left out, or aggregated in any order, before their order counts for anything."""
    for command in later:
        if groups(subject, command):
            return not sensitive(command)
        for operator in stages(subject, command):
            if operator.chooses or operator.acts or operator.ordering != "kept":
                return False
            if operator.amount == "fewer":
                return True
    return False
