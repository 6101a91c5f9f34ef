"""Colours of what is typed in the shell, by what each word means; mistakes are underlined where they stand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import groupby

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer

from dqlkit.editing import Draft
from dqlkit.editing.tokens import TokenKind, tokens
from dqlkit.hosts.clear import likely_language

__all__ = ["Colours"]

_STYLES: dict[TokenKind, str] = {
    "keyword": "bold ansiblue",
    "function": "ansicyan",
    "class": "ansiyellow",
    "variable": "ansimagenta",
    "string": "ansigreen",
    "number": "ansimagenta",
    "comment": "ansibrightblack",
}
_MISTAKE = " underline ansired"


class Colours(Lexer):
    """`whole` gives the query that a text stands for, with the text at its end."""

    def __init__(self, whole: Callable[[str], str]) -> None:
        self._whole = whole

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        text = document.text
        styles = [""] * len(text)
        if not text.lstrip().startswith("."):
            with suppress(Exception):  # whoever types goes on without colours
                styles = self._styles(text)
        lines: list[StyleAndTextTuples] = [[]]
        for style, run in groupby(zip(styles, text, strict=True), lambda pair: pair[0]):
            first, *others = "".join(character for _, character in run).split("\n")
            lines[-1].append((style, first))
            lines += ([(style, piece)] for piece in others)
        return lambda number: lines[number] if number < len(lines) else []

    def _styles(self, text: str) -> list[str]:
        """The style of each character."""
        whole = self._whole(text)
        draft = Draft(whole, likely_language(whole))
        styles = [""] * len(whole)
        for token in tokens(draft):
            styles[token.span.start : token.span.end] = [_STYLES.get(token.kind, "")] * (
                token.span.end - token.span.start
            )
        written = len(whole.rstrip())
        for found in (*draft.parsed.diagnostics, *draft.bound.diagnostics):
            if found.severity == "error" and found.span.end < written:  # what ends the text may go on
                for at in range(*found.span):
                    styles[at] += _MISTAKE
        return styles[len(whole) - len(text) :]
