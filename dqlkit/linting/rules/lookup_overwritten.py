"""B003."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.choose import Choose
from dqlkit.plan.ops.join import Join
from dqlkit.plan.ops.rename import Rename


@rule("B003", "lookup-overwritten", severity="error", words=("lookup",))
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
        operators = [operator for operator, _ in flow]
        for first, second, prefix in _pairs(operators):
            span, between = operators[second].span, operators[first + 1 : second + 1]
            if span is not None and not any(_touches(subject, operator, prefix) for operator in between):
                yield subject.finding(
                    span,
                    f"The second `lookup` drops every `{prefix}` field of the first.",
                    help='Give one of them a `prefix:"…"`.',
                )


def _pairs(operators: Sequence[Operator]) -> Iterator[tuple[int, int, str]]:
    """The places of lookups and of the next one with the same prefix."""
    last: dict[str, int] = {}
    for index, operator in enumerate(operators):
        if isinstance(operator, Join) and operator.first_only and operator.prefix:
            if operator.prefix in last and not operator.fields:
                yield last[operator.prefix], index, operator.prefix
            last[operator.prefix] = index


def _touches(subject: Subject, operator: Operator, prefix: str) -> bool:
    """Whether a stage reads, renames or drops what a lookup brought."""
    if isinstance(operator, Rename):
        return any(old.startswith(prefix) for _, old in operator.pairs)
    return isinstance(operator, Choose) or any(c.name.startswith(prefix) for c, _ in subject.reads(operator))
