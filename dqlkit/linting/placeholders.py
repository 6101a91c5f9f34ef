"""Template placeholders: their text is unknown, so rules do not report anything about them."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Diagnostic, Span
from dqlkit.languages.syntax.tree import Binary, Hole
from dqlkit.linting.subject import Subject, shared

__all__ = ["placeholders", "settled"]


@shared
def placeholders(subject: Subject) -> list[Span]:
    """Where they stand: the parser's, and names with one inside (`host<n>`), which are read as two comparisons."""
    return [*(hole.span for hole in subject.every(Hole)), *_in_names(subject)]


def _in_names(subject: Subject) -> Iterator[Span]:
    for node in subject.operations(">"):
        inside = isinstance(node.left, Binary) and node.left.operator == "<"
        if inside and not any(character.isspace() for character in subject.source(node)):
            yield node.span


def settled(subject: Subject) -> Iterator[Diagnostic]:
    """The findings of an earlier stage under the code of the rule, without those about placeholders."""
    for diagnostic in subject.reported():
        span = diagnostic.span
        if not any(span.start < other.end and other.start < span.end for other in placeholders(subject)):
            yield diagnostic
