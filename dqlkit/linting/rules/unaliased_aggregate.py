"""S007."""

from __future__ import annotations

from dqlkit.functions import find
from dqlkit.languages.syntax.tree import Argument, Call, Group
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import declared
from dqlkit.linting.subject import Subject


@rule("S007", "unaliased-aggregate", severity="info", default=False)
def unaliased_aggregate(subject: Subject) -> Findings:
    """An aggregation without a name.

    What: The field is called as the text of its expression: `count()`.
    Why: Later commands have to write it in back ticks, and a change of the expression breaks them.
    Bad: `fetch logs, from:-1h | summarize count(), by:{status}`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{status}`
    """
    for command in subject.commands():
        known = declared(command)
        if known is None or not known.aggregates:
            continue
        values = [argument for argument in command.arguments if argument.name is None]
        members = [m for a in values for m in (a.value.members if isinstance(a.value, Group) else [a])]
        for member in members:
            if _is_unnamed(member):
                message = "The aggregation has no name."
                yield subject.finding(member.span, message, help="Write `name = …` in front of it.")


def _is_unnamed(member: Argument) -> bool:
    value = member.value
    called = isinstance(value, Call) and find(value.function.name, "aggregation") is not None
    return called and member.alias is None and member.name is None
