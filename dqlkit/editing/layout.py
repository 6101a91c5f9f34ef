"""Layout of the stages that are selected; the rest of the query stays as it is written."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Span
from dqlkit.editing.draft import Draft
from dqlkit.editing.outline import symbols

__all__ = ["layout"]


def layout(draft: Draft, selected: Span, line_width: int) -> Edit | None:
    """The edit that lays out the stages, or clauses, that a selection touches; None where nothing changes, and for a query
    that does not parse."""
    if any(diagnostic.severity == "error" for diagnostic in draft.parsed.diagnostics):
        return None
    laid = draft.with_text(draft.verbs.format(draft.parsed, line_width=line_width))
    touched = [
        (before, after)
        for before, after in zip(_pieces(draft), _pieces(laid), strict=True)
        if before.start <= selected.end and selected.start <= before.end
    ]
    if not touched:
        return None
    (first, first_laid), (last, last_laid) = touched[0], touched[-1]
    span, text = Span(first.start, last.end), laid.text[first_laid.start : last_laid.end]
    return None if draft.text[span.start : span.end] == text else Edit(span, text)


def _pieces(draft: Draft) -> list[Span]:
    """The stages or clauses; of an expression, which has none, all of it."""
    start = len(draft.text) - len(draft.text.lstrip())
    return [symbol.span for symbol in symbols(draft)] or [Span(start, len(draft.text.rstrip()))]
