"""B017."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dqlkit.diagnostics import Span
from dqlkit.languages.syntax.tree import String
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

_FUNCTIONS = ("parse", "parseAll", "matchesPattern", "splitByPattern", "replacePattern")


@rule("B017", "bad-pattern", severity="warning")
def bad_pattern(subject: Subject) -> Findings:
    """A pattern that is no DPL.

    What: The pattern of `parse`, `matchesPattern()` and the like cannot be read, or names two exports alike.
    Why: The query does not run, or a value is lost.
    Bad: `fetch logs, from:-1h | parse content, "INT:a SPACE INTT:b" | fields a, b`
    Good: `fetch logs, from:-1h | parse content, "INT:a SPACE INT:b" | fields a, b`
    """
    patterns = list(_patterns(subject))
    if not patterns:
        return
    from dqlkit.languages.dpl import compiled

    for pattern in patterns:
        diagnostic = next((d for d in compiled(pattern.value).diagnostics if d.severity != "info"), None)
        if diagnostic is not None:  # the others follow from the first
            span = _in_query(subject, pattern, diagnostic.span)
            found = subject.finding(span, diagnostic.message, help=diagnostic.help)
            yield replace(found, notes=diagnostic.notes)


def _patterns(subject: Subject) -> Iterator[String]:
    commands = (command.arguments for command in subject.commands("parse"))
    calls = (call.arguments for call in subject.calls(*_FUNCTIONS))
    for arguments in (*commands, *calls):
        values = [argument.value for argument in arguments if argument.name is None]
        if (
            len(values) > 1
            and isinstance(values[1], String)
            and "{{" not in values[1].value
            and "${" not in values[1].value
        ):
            yield values[1]


def _in_query(subject: Subject, pattern: String, span: Span) -> Span:
    """The place in the query; the whole text where escapes move it."""
    quote = len(pattern.quote)
    if subject.text[pattern.start + quote : pattern.end - quote] != pattern.value:
        return pattern.span
    start = pattern.start + quote
    return Span(start + span.start, start + max(span.end, span.start + 1))
