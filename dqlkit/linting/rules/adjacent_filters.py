"""S003."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.tree import Binary, Expression
from dqlkit.linting.conditions import neighbours
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("S003", "adjacent-filters", severity="info", default=False)
def adjacent_filters(subject: Subject) -> Findings:
    """Filters one after the other.

    What: Two `filter` next to each other keep what one with `and` keeps.
    Why: Some teams like one condition to a line, others one filter: off unless it is selected.
    Bad: `fetch logs, from:-1h | filter status == "ERROR" | filter isNotNull(host.name) | summarize n = count()`
    Good: `fetch logs, from:-1h | filter status == "ERROR" and isNotNull(host.name) | summarize n = count()`
    """
    for _, first, other, second in neighbours(subject):
        yield subject.finding(other.span, "Two filters could be one.", fix=_joined(subject, first, second))


def _joined(subject: Subject, first: Expression, second: Expression) -> Fix | None:
    if any(first.end <= comment.start < second.start for comment in subject.parsed.comments):
        return None
    edits = [Edit(Span(first.end, second.start), " and ")]
    for side in (first, second):
        if isinstance(side, Binary) and side.operator in ("or", "xor"):
            edits += [Edit(Span(side.start, side.start), "("), Edit(Span(side.end, side.end), ")")]
    return Fix("Join them with `and`", tuple(_merged(edits)))


def _merged(edits: list[Edit]) -> list[Edit]:
    """Edits that touch at one place as one."""
    made: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: edit.span):
        if made and made[-1].span.end == edit.span.start:
            before = made.pop()
            edit = Edit(Span(before.span.start, edit.span.end), before.text + edit.text)
        made.append(edit)
    return made
