"""Text into tokens, almost wholly inside C.

One regular expression cuts the text into pieces (`findall`, no match objects; the pieces joined are the text again), a
dictionary that fills itself gives each piece its terminal, and running sums of the lengths give the offsets. So a word
costs one look-up, and a word met before is not even looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from dqlkit.languages.syntax.tables import Tables

__all__ = ["Scanner", "Token", "Tokens"]

_REMEMBERED = 8192
_LONGEST_REMEMBERED = 64

Token = tuple[int, str, int, int]
"""Terminal, piece, start, end."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Columns of equal length; the last row is the end of the text. Ignored terminals (blanks, comments) are in it."""

    kinds: list[int]
    pieces: list[str]
    starts: list[int]
    ends: list[int]

    def __iter__(self) -> Iterator[Token]:
        return zip(self.kinds, self.pieces, self.starts, self.ends, strict=True)


class Scanner:
    """Cuts texts of one grammar. Characters that begin no token become tokens of kind `unknown`."""

    def __init__(self, tables: Tables) -> None:
        patterns = [(kind, pattern) for kind, pattern in enumerate(tables.patterns) if pattern]
        patterns += [
            (kind, re.escape(text)) for text, kind in sorted(tables.words.items(), key=lambda item: -len(item[0]))
        ]
        self.unknown = len(tables.terminals)
        self.end = len(tables.terminals) - 1
        self._cut = re.compile("|".join(f"(?:{pattern})" for _, pattern in patterns) + "|(?s:.)").findall
        self._kinds = _Kinds(patterns, tables, self.unknown)

    def scan(self, text: str) -> Tokens:
        pieces: list[str] = self._cut(text)
        kinds = list(map(self._kinds.__getitem__, pieces))
        ends = list(accumulate(map(len, pieces)))
        size = len(text)
        return Tokens([*kinds, self.end], [*pieces, ""], [0, *ends], [*ends, size])


class _Kinds(dict[str, int]):
    """The terminal of every piece seen lately."""

    def __init__(self, patterns: list[tuple[int, str]], tables: Tables, unknown: int) -> None:
        super().__init__(tables.words)
        self._words = tables.words
        self._keywords = tables.keywords
        self._unknown = unknown
        self._order = [kind for kind, _ in patterns]
        self._match = re.compile("|".join(f"({pattern})" for _, pattern in patterns)).fullmatch

    def __missing__(self, piece: str) -> int:
        kind = self._keywords.get(piece.lower(), -1) if len(piece) <= _LONGEST_REMEMBERED else -1
        if kind < 0:
            match = self._match(piece)
            kind = self._order[match.lastindex - 1] if match and match.lastindex else self._unknown
        if len(piece) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self.clear()
                self.update(self._words)
            self[piece] = kind
        return kind
