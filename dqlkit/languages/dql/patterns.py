"""Checks DPL patterns in the strings of a query; the diagnostics have spans in the query."""

from __future__ import annotations

import re

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, error
from dqlkit.frozen import replace
from dqlkit.languages import dpl
from dqlkit.languages.dpl.elements import CODE
from dqlkit.languages.dql.token_values import offsets
from dqlkit.languages.syntax.tree import String
from dqlkit.regex import regex

__all__ = ["check_pattern"]


_TEMPLATE = regex(r"\{\{.+?\}\}|\{%.+?%\}|\$\{[^{}]+\}", re.S)


def check_pattern(node: String, query: str, *, named: bool) -> list[Diagnostic]:
    """The diagnostics of a pattern. A `named` pattern has to export something. Of one with placeholders of a template
    nothing is known."""
    if _TEMPLATE.search(node.value):
        return []
    compiled = dpl.compiled(node.value)
    token = query[node.start : node.end] if node.start >= 0 else ""
    places = offsets(token) if token else [0] * (len(node.value) + 1)
    found = [_placed(diagnostic, node, places, token) for diagnostic in compiled.diagnostics]
    if named and compiled.pattern is not None and not compiled.exports:
        help = "Name what is to be found: `INT:count`."
        found.append(error(CODE, node.span, "expected a pattern that exports a value, found none", help=help))
    return found


def _placed(diagnostic: Diagnostic, node: String, places: list[int], token: str) -> Diagnostic:
    """Move a diagnostic from the pattern to its place in the query."""

    def place(span: Span) -> Span:
        last = len(places) - 1
        return Span(node.start + places[min(span.start, last)], node.start + places[min(span.end, last)])

    fix = diagnostic.fix
    if fix is not None:
        edits = tuple(Edit(place(edit.span), _written(edit.text, token)) for edit in fix.edits)
        fix = Fix(fix.message, edits, fix.safe)
    return replace(diagnostic, span=place(diagnostic.span), fix=fix)


def _written(text: str, token: str) -> str:
    """A piece of a pattern as the string that holds it spells it."""
    return text if token.startswith('"""') else text.replace("\\", "\\\\").replace('"', '\\"')
