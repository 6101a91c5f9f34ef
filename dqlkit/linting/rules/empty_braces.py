"""S010."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.tree import Group
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("S010", "empty-braces", severity="info", words=("by",))
def empty_braces(subject: Subject) -> Findings:
    """`by:{}` with nothing in it.

    What: A grouping by nothing, which is what `summarize` does without `by`.
    Why: It says nothing and looks forgotten.
    Bad: `fetch logs, from:-1h | summarize n = count(), by:{}`
    Good: `fetch logs, from:-1h | summarize n = count()`
    """
    for command in subject.commands():
        for k, argument in enumerate(command.arguments):
            empty = isinstance(argument.value, Group) and not argument.value.members
            if not empty or argument.name is None or argument.name.name.lower() != "by":
                continue
            if k:
                span = Span(command.arguments[k - 1].end, argument.end)
            elif len(command.arguments) > 1:
                span = Span(argument.start, command.arguments[1].start)
            else:
                continue
            fix = Fix("Remove it", (Edit(span, ""),)) if not _comments(subject, span) else None
            yield subject.finding(argument.span, "The braces are empty.", help="Remove the parameter.", fix=fix)


def _comments(subject: Subject, span: Span) -> bool:
    return any(span.start <= comment.start < span.end for comment in subject.parsed.comments)
