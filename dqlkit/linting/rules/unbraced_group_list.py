"""B002."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Argument
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("B002", "unbraced-group-list", severity="info", passes_on=True)
def unbraced_group_list(subject: Subject) -> Findings:
    """Several values of one parameter without braces.

    What: `by: a, b` is taken as `by:{a, b}`.
    Why: Only the first value clearly belongs to the parameter; the others are guessed to.
    Bad: `fetch logs, from:-1h | summarize n = count(), by: status, host.name`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{status, host.name}`
    """
    firsts = {diagnostic.span: diagnostic for diagnostic in subject.reported()}
    if not firsts:
        return
    for owner in (*subject.every(Command),):
        yield from _lists(subject, owner.arguments, firsts)


def _lists(subject: Subject, arguments: list[Argument], firsts: dict[Span, Diagnostic]) -> Iterator[Diagnostic]:
    for index, argument in enumerate(arguments):
        reported = firsts.get(argument.span)
        if reported is None or argument.name is None:
            continue
        last = index
        while last + 1 < len(arguments) and arguments[last + 1].name is None:
            last += 1
        start = argument.alias.start if argument.alias is not None else argument.value.start
        span = Span(start, arguments[last].end)
        edits = (Edit(Span(start, start), "{"), Edit(Span(span.end, span.end), "}"))
        yield subject.finding(span, reported.message, help=reported.help, fix=Fix("Add braces", edits))
