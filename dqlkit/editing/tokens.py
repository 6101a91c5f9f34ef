"""The words of a text with what they are, for colours that follow the meaning."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias, get_args

from dqlkit.diagnostics import Span
from dqlkit.editing.draft import Draft
from dqlkit.languages.syntax.references import Kind

__all__ = ["TOKEN_KINDS", "Token", "TokenKind", "tokens"]

TokenKind: TypeAlias = Literal[
    "keyword", "function", "parameter", "property", "class", "variable", "string", "number", "operator", "comment"
]
TOKEN_KINDS: tuple[TokenKind, ...] = get_args(TokenKind)


class Token(NamedTuple):
    """A word, what it is, and whether a field gets its name there."""

    span: Span
    kind: TokenKind
    defines: bool = False


#: What the words that binding knows are to an editor.
_WORDS: dict[Kind, TokenKind] = {
    "command": "keyword",
    "function": "function",
    "parameter": "parameter",
    "field": "property",
    "table": "class",
    "metric": "class",
    "type": "class",
    "variable": "variable",
}
#: What terminals are to an editor, by the ends of their names; words of the grammar are keywords, signs operators.
_TERMINALS: dict[str, TokenKind] = {
    "COMMENT": "comment",
    "STRING": "string",
    "QUOTED": "string",
    "NUMBER": "number",
    "DURATION": "number",
    "ALIGN": "number",
    "TIMESTAMP": "number",
    "VARIABLE": "variable",
    "COMPARE": "operator",
    "TILDE": "operator",
}
_SIGNS = frozenset("+-*/%=!<>~|&")


def tokens(draft: Draft) -> tuple[Token, ...]:
    """The words of a text in its order; what is only punctuation, or not known, is left out."""
    known = {found.span: found for found in draft.references}
    return tuple(_all(draft, {s: Token(s, _WORDS[f.kind], f.defines) for s, f in known.items()}))


def _all(draft: Draft, known: dict[Span, Token]) -> Iterator[Token]:
    tables = draft.verbs.parser.automaton.tables
    words = {kind for text, kind in tables.keywords.items()}
    for kind, piece, start, end in draft.tokens:
        span = Span(start, end)
        if span in known:
            yield known[span]
        elif kind in words:
            yield Token(span, "keyword")
        elif kind < len(tables.terminals) and piece.strip():
            found = next((of for name, of in _TERMINALS.items() if tables.terminals[kind].endswith(name)), None)
            if found or set(piece) <= _SIGNS:
                yield Token(span, found or "operator")
