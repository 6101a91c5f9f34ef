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
    """Several values of one parameter without braces, or apart from each other.

    What: `by: a, b` is taken as `by:{a, b}`, and `max(a), by:{f}, max(b)` as `max(a), max(b), by:{f}`.
    Why: Which parameter the later values belong to is guessed.
    Bad: `fetch logs, from:-1h | summarize n = count(), by: status, host.name`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{status, host.name}`
    """
    firsts = {diagnostic.span: diagnostic for diagnostic in subject.reported()}
    if not firsts:
        return
    for owner in subject.every(Command):
        yield from _lists(subject, owner.arguments, firsts)
        yield from _apart(subject, owner.arguments, firsts)


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


def _apart(subject: Subject, arguments: list[Argument], found: dict[Span, Diagnostic]) -> Iterator[Diagnostic]:
    """Values that stand behind another parameter; the fix moves them to the ones before it."""
    for index, argument in enumerate(arguments):
        reported = found.get(argument.span)
        if reported is None or argument.name is not None or not index:
            continue
        before = max((k for k in range(index) if arguments[k].name is None and arguments[k + 1].name), default=-1)
        taken = Span(arguments[index - 1].end, argument.end)
        moved = subject.text[taken.start : taken.end]
        edits = (Edit(taken, ""), Edit(Span(arguments[before].end, arguments[before].end), moved))
        has_comment = any(taken.start <= comment.start < taken.end for comment in subject.parsed.comments)
        fix = None if has_comment or before < 0 or index - 1 == before else Fix("Move it", edits)
        yield subject.finding(argument.span, reported.message, help=reported.help, fix=fix)
