"""S006."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.tree import Group, Hole, Variable
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.rules.unbraced_group_list import unbraced_group_list
from dqlkit.linting.subject import Subject


@rule("S006", "brace-single-group", severity="info", words=("by",))
def brace_single_group(subject: Subject) -> Findings:
    """A single `by:` without braces.

    What: `by: a` and `by:{a}` mean the same.
    Why: With braces a second field can be added without changing what the first means.
    Bad: `fetch logs, from:-1h | summarize n = count(), by: status`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{status}`
    """
    several = {diagnostic.span for diagnostic in subject.reported(unbraced_group_list.code)}
    for command in subject.commands():
        for argument in command.arguments:
            value = argument.value
            named = argument.name is not None and argument.name.name.lower() == "by"
            if not named or argument.span in several or isinstance(value, (Group, Hole, Variable)):
                continue
            start = argument.alias.start if argument.alias is not None else value.start
            edits = (Edit(Span(start, start), "{"), Edit(Span(value.end, value.end), "}"))
            yield subject.finding(argument.span, "`by` is given without braces.", fix=Fix("Add braces", edits))
