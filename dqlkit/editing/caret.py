"""Where the caret of an editor stands in a query.

The word at the caret is replaced by a name that no query has, and the text is parsed: where that name is in the tree tells
what is being written there, however little of it there is yet.
"""

from __future__ import annotations

from dqlkit.cached import cached_property
from dqlkit.diagnostics import Span
from dqlkit.editing.draft import Draft
from dqlkit.frozen import mutable
from dqlkit.languages.syntax.tree import Name, Node, String
from dqlkit.regex import regex

__all__ = ["MARK", "Caret"]

#: The name that stands for the word at the caret.
MARK = "caret__here"

_WORD = regex(r"(?:`[^`\n]*|\$?[A-Za-z_][A-Za-z0-9_.]*|\$|@?[0-9]+[A-Za-z]*|@[A-Za-z]*)\Z")
_REST = regex(r"[A-Za-z0-9_.]*`?")


@mutable(slots=False)
class Caret:
    """The place of an offset in a draft."""

    draft: Draft
    offset: int

    @cached_property
    def token(self) -> tuple[str, Span, str]:
        """The token that the caret is in or behind: its terminal, its span, its text."""
        tokens = self.draft.tokens
        names = [*self.draft.verbs.parser.automaton.tables.terminals, ""]
        for kind, piece, start, end in tokens:
            if start < self.offset <= end:
                return names[kind], Span(start, end), piece
        return "", Span(self.offset, self.offset), ""

    @property
    def in_comment(self) -> bool:
        """Whether the caret is in a comment; a line comment goes on to the end of its line."""
        name, span, piece = self.token
        return name == "COMMENT" and (self.offset < span.end or not piece.endswith("*/"))

    @property
    def in_string(self) -> bool:
        """Whether the caret is between the quotes of a text, or behind an opening one that is not closed."""
        name, span, piece = self.token
        if not name.endswith("STRING"):
            return False
        closed = len(piece) > 1 and piece.endswith(piece[0]) and piece not in ('"""', "'''")
        return self.offset < span.end or not closed

    @cached_property
    def word(self) -> Span:
        """What is written of the word at the caret."""
        found = _WORD.search(self.draft.text, 0, self.offset)
        return Span(found.start() if found else self.offset, self.offset)

    @property
    def written(self) -> str:
        return self.draft.text[self.word.start : self.word.end]

    @property
    def rest(self) -> str:
        """The text behind the word at the caret."""
        found = _REST.match(self.draft.text, self.offset)
        return self.draft.text[found.end() if found else self.offset :]

    @cached_property
    def following(self) -> frozenset[str]:
        """The terminals that may stand here."""
        return self.draft.following(self.word.start)

    @cached_property
    def marked(self) -> Draft:
        """The draft with the mark instead of the word at the caret, or of the text around it."""
        return self._marked(self.rest)

    def _marked(self, rest: str) -> Draft:
        text = self.draft.text
        if not self.in_string:
            return self.draft.with_text(f"{text[: self.word.start]}{MARK}{rest}")
        _, span, piece = self.token
        closed = len(piece) > 1 and piece.endswith(piece[0])
        after = text[span.end :] if closed else ""
        return self.draft.with_text(f'{text[: span.start]}"{MARK}"{after}')

    @cached_property
    def path(self) -> tuple[Node, ...]:
        """The nodes around the mark from the root of the tree to the mark itself; empty where it is in no tree."""
        path = _path(self.marked.parsed.tree, self.start)
        if not path and not self.in_string:
            self.marked = self._marked("")
            path = _path(self.marked.parsed.tree, self.start)
        return path

    @property
    def start(self) -> int:
        """Where the mark begins in the text that has it."""
        return self.token[1].start if self.in_string else self.word.start


def _path(node: Node, offset: int) -> tuple[Node, ...]:
    """The nodes down to the mark at an offset."""
    if isinstance(node, (Name, String)):
        value = node.name if isinstance(node, Name) else node.value
        return (node,) if node.start == offset and MARK in value else ()
    for child in node.children():
        if child.start <= offset < child.end and (below := _path(child, offset)):
            return (node, *below)
    return ()
