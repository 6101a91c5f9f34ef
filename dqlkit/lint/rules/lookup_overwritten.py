"""B003."""

from __future__ import annotations

from dqlkit.lint.flows import reads
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject
from dqlkit.plan.flow import Flow
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.choose import Choose
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.rename import Rename


@rule("B003", "lookup-overwritten", severity="error")
def lookup_overwritten(subject: Subject) -> Findings:
    """A second `lookup` that drops what the first one brought.

    What: `lookup` removes the fields that an earlier one left under the same prefix, and nothing read them in between.
    Why: The first lookup is lost.
    Bad: `fetch logs, from:-1h | lookup [ fetch hosts ], sourceField:host, lookupField:id
    | lookup [ fetch teams ], sourceField:team, lookupField:id | fields lookup.name`
    Good: `fetch logs, from:-1h | lookup [ fetch hosts ], sourceField:host, lookupField:id, prefix:"host."
    | lookup [ fetch teams ], sourceField:team, lookupField:id, prefix:"team." | fields host.name, team.name`
    """
    for flow in subject.flows:
        for first, second in _pairs(flow):
            if second.span is not None and not _used(flow, first, second):
                yield subject.finding(
                    second.span,
                    f"The second `lookup` drops every `{first.prefix}` field of the first.",
                    help='Give one of them a `prefix:"…"`.',
                )


def _pairs(flow: Flow) -> list[tuple[Join, Join]]:
    """Lookups, each with the next one of the same prefix."""
    found, last = [], dict[str, Join]()
    for operator, _ in flow:
        if isinstance(operator, Join) and operator.first_only and operator.prefix:
            if operator.prefix in last and not operator.fields:
                found.append((last[operator.prefix], operator))
            last[operator.prefix] = operator
    return found


def _used(flow: Flow, first: Join, second: Join) -> bool:
    """Whether what the first lookup brought is read, renamed or dropped by the time of the second."""
    operators = [operator for operator, _ in flow]
    between = operators[operators.index(first) + 1 : operators.index(second) + 1]
    return any(_touches(operator, first.prefix) for operator in between)


def _touches(operator: Operator, prefix: str) -> bool:
    if isinstance(operator, Rename):
        return any(old.startswith(prefix) for _, old in operator.pairs)
    if isinstance(operator, Choose):
        return True
    return any(column.name.startswith(prefix) for column, _ in reads(operator))
