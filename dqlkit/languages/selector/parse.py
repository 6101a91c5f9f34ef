"""The text of a selector into a tree. `grammars/selector.lark` is the language; here is what its rules build."""

from __future__ import annotations

import re
from typing import ClassVar

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.selector.tree import Bad, Criterion, Selector, Text
from dqlkit.languages.syntax.parser import TEXT, Builder, Parser
from dqlkit.languages.syntax.tree import Parsed
from dqlkit.regex import regex

__all__ = ["DEEPEST", "parse"]

#: Levels of parentheses. A real selector has two or three.
DEEPEST = 50

_ESCAPE = regex("~(.)", re.S)


def parse(text: str) -> Parsed:
    """The tree of a selector (a `tree.Selector`) with all its syntax errors; any text is answered, none raises."""
    return _PARSER.parse(text, "selector")


#: The terminal of words.
_WORD = "WORD"


class _Builder(Builder):
    stage = "\0"  # there are none
    brackets: ClassVar = {"(": ")"}
    names: ClassVar = {_WORD: "", TEXT: "a text in quotes"}
    concepts: ClassVar = (
        ("a value", frozenset([_WORD, TEXT]), frozenset([_WORD, TEXT])),
        ("a criterion", frozenset([_WORD]), frozenset([_WORD])),
    )
    ends: ClassVar = {"": "the end of the selector"}

    def __init__(self, text: str, start: str) -> None:
        super().__init__(text, start)
        self._levels: dict[int, int] = {}
        self._too_deep = False
        self._made: list[Criterion] = []  # kept, so that each id stays its own

    # ---- tokens ----

    def WORD(self, start: int, _end: int, text: str) -> Text:
        value = text.rstrip()
        end = start + len(value)
        if len(value) > 1 and value[0] == value[-1] == "'":
            written = f'"{value[1:-1]}"'
            fix = Fix("use double quotes", (Edit(Span(start, end), written),))
            help = f"Write {written}."
            self.error("E001", start, end, "expected a text in double quotes, found single ones", help=help, fix=fix)
            value = value[1:-1]
        return Text(start, end, value, False)

    def STRING(self, start: int, end: int, text: str) -> Text:
        inside = text[1:-1]
        if len(text) < 2 or text[-1] != '"' or _ends_in_escape(inside):
            self.error("E001", start, start + 1, 'expected a closing " , found none', help='Close the text with `"`.')
            inside = text[1:]
        return Text(start, end, _ESCAPE.sub(r"\1", inside))

    def BAD(self, start: int, end: int, text: str) -> Bad:
        return Bad(start, end, text)

    # ---- rules ----

    def plain(self, text: Text) -> Text:
        return text

    def bad(self, bad: Bad) -> Bad:
        return bad

    def criterion(self, name: Text, _open: int, arguments: list[Text | Criterion | Bad], close: int) -> Criterion:
        made = Criterion(name.start, min(close + 1, len(self.text)), name.value, arguments)
        self._levels[id(made)] = 1 + max((self._levels.get(id(inner), 1) for inner in made.inner), default=0)
        self._made.append(made)
        if self._levels[id(made)] > DEEPEST:
            if not self._too_deep:  # it is said once, for the innermost
                self.error("E001", *made.span, f"expected at most {DEEPEST} levels of parentheses, found more")
            made.arguments = [Bad(made.start, made.end, "")]
            self._levels[id(made)], self._too_deep = 1, True
        return made

    def empty(self, name: Text, _open: int, close: int) -> Criterion:
        return Criterion(name.start, min(close + 1, len(self.text)), name.value, [])

    def no_arguments(self, name: Text) -> Criterion:
        message = f"expected `(` after `{name.value}`, found none"
        self.error("E001", name.end, name.end, message, help=f'Write `{name.value}("…")`.')
        return Criterion(name.start, name.end, name.value, [Bad(name.end, name.end, "")])

    def selector(self, criteria: list[Criterion | Bad]) -> Selector:
        return Selector(0, len(self.text), criteria)


def _ends_in_escape(inside: str) -> bool:
    """Whether the last quote is one that `~` takes as it is."""
    return (len(inside) - len(inside.rstrip("~"))) % 2 == 1


_PARSER = Parser("selector", starts=("selector",), builder=_Builder)
