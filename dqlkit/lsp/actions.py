"""Fixes as the actions that editors offer."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span
from dqlkit.linting.suppressions import suppressing
from dqlkit.lsp.answers import diagnostic, text_edits
from dqlkit.lsp.files import File, Query

__all__ = ["KINDS", "fix_all", "quick_fixes"]

_ALL = types.CodeActionKind.SourceFixAll
KINDS = (types.CodeActionKind.QuickFix, _ALL)


def quick_fixes(file: File, span: Span) -> Iterator[types.CodeAction]:
    """The fixes of the findings that a range touches, and a comment that holds each finding back."""
    for found, query in file.findings(span):
        yield from _fixes(file, query, found, diagnostic(file, found, file.span(query, found.span)))


def _fixes(file: File, query: Query, found: Diagnostic, shown: types.Diagnostic) -> Iterator[types.CodeAction]:
    if found.fix is not None:
        edits = file.edits(query, found.fix.edits)
        if edits:
            title = _title(found.fix)
            yield _action(file, title, edits, shown, preferred=found.fix.safe)
    holds_comments = query.embedded.language == "dql" and query.embedded.part != "expression"
    if holds_comments and found.severity != "error":
        comments = file.edits(query, tuple(suppressing(query.draft.parsed, [found])))
        if comments:
            yield _action(file, f"Ignore {found.code} here", comments, shown, preferred=False)


def _title(fix: Fix) -> str:
    title = fix.message[:1].upper() + fix.message[1:]
    return title if fix.safe else f"{title} (may change what the query means)"


def _action(file: File, title: str, edits: list[Edit], shown: types.Diagnostic, preferred: bool) -> types.CodeAction:
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=preferred,
        edit=types.WorkspaceEdit({file.uri: text_edits(file, edits)}),
    )


def fix_all(file: File, fixed: str) -> list[types.CodeAction]:
    """The action that makes all safe fixes, where there are any."""
    if fixed == file.text:
        return []
    whole = Edit(Span(0, len(file.text)), fixed)
    edit = types.WorkspaceEdit({file.uri: text_edits(file, [whole])})
    return [types.CodeAction(title="Make all safe fixes", kind=_ALL, edit=edit)]
