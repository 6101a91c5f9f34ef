"""C007."""

from __future__ import annotations

from dqlkit.languages.dql.tree import Command
from dqlkit.linting.orders import AGGREGATES, sensitive
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_ON_THE_WAY = frozenset(
    ["filter", "filterout", "fields", "fieldsadd", "fieldskeep", "fieldsremove", "fieldsrename", "parse"]
)


@rule("C007", "early-sort", severity="warning", weight=2)
def early_sort(subject: Subject) -> Findings:
    """Records that are sorted before most of them go.

    What: `sort` before a `filter`, or before an aggregation that does not depend on the order.
    Why: All records are put in order, and few of them, or none, are left of it.
    Bad: `fetch logs, from:-1h | sort timestamp desc | filter status == "ERROR" | fields timestamp, content`
    Good: `fetch logs, from:-1h | filter status == "ERROR" | sort timestamp desc | fields timestamp, content`
    """
    for pipeline in subject.pipelines:
        for index, command in enumerate(pipeline.commands):
            if command.name.name.lower() == "sort" and _wasted(pipeline.commands[index + 1 :]):
                yield subject.finding(command.span, "Records are sorted before they are chosen.", help="Sort last.")


def _wasted(later: list[Command]) -> bool:
    for command in later:
        name = command.name.name.lower()
        if name in ("filter", "filterout"):
            return True
        if name in AGGREGATES:
            return not sensitive(command)
        if name not in _ON_THE_WAY:
            return False
    return False
