"""The scanner: text into tokens, with almost all work done by `re` in C.

One regular expression cuts the text into pieces (`findall`, no match objects; the pieces joined are the text again), a
dictionary that fills itself gives each piece its terminal, and running sums of the lengths give the offsets. So a word
costs one look-up, and a word met before is not even looked at again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from dqlkit.languages.syntax.tables import Tables
from dqlkit.regex import kept_regex

__all__ = ["Scanner", "Token", "Tokens"]

_REMEMBERED = 8192
_LONGEST_REMEMBERED = 64

Token = tuple[int, str, int, int]
"""Terminal, piece, start, end."""


class Tokens:
    """Columns of equal length; the last row is the end of the text. Ignored terminals (blanks, comments) are in it."""

    __slots__ = ("ends", "kinds", "pieces", "starts")

    def __init__(self, kinds: list[int], pieces: list[str], starts: list[int], ends: list[int]) -> None:
        self.kinds = kinds
        self.pieces = pieces
        self.starts = starts
        self.ends = ends

    def __iter__(self) -> Iterator[Token]:
        return zip(self.kinds, self.pieces, self.starts, self.ends, strict=True)

    def __len__(self) -> int:
        return len(self.kinds)

    def __getitem__(self, index: int) -> Token:
        return self.kinds[index], self.pieces[index], self.starts[index], self.ends[index]


class Scanner:
    """Cuts texts of one grammar, leaving out some terminals. Characters that begin no token are of kind `unknown`."""

    def __init__(self, tables: Tables, without: frozenset[str] = frozenset()) -> None:
        words = sorted(tables.words.items(), key=lambda item: -len(item[0]))
        patterns = [
            (kind, pattern)
            for kind, (name, pattern) in enumerate(zip(tables.terminals, tables.patterns, strict=True))
            if pattern and name not in without
        ]
        patterns += [(kind, re.escape(text)) for text, kind in words]
        self.end = len(tables.terminals) - 1
        self.unknown = len(tables.terminals)
        self._cut = kept_regex("|".join(f"(?:{pattern})" for _, pattern in patterns) + "|(?s:.)").findall
        self._kinds = _Kinds(patterns, tables, self.unknown)

    def scan(self, text: str) -> Tokens:
        pieces: list[str] = self._cut(text)
        kinds = list(map(self._kinds.__getitem__, pieces))
        ends = list(accumulate(map(len, pieces)))
        return Tokens([*kinds, self.end], [*pieces, ""], [0, *ends], [*ends, len(text)])


class _Kinds(dict[str, int]):
    """The terminal of every piece seen lately."""

    def __init__(self, patterns: list[tuple[int, str]], tables: Tables, unknown: int) -> None:
        super().__init__(tables.words)
        self._words = tables.words
        self._keywords = tables.keywords
        self._unknown = unknown
        self._order = [kind for kind, _ in patterns]
        self._match = kept_regex("|".join(f"({pattern})" for _, pattern in patterns)).fullmatch

    def __missing__(self, piece: str) -> int:
        if len(piece) > _LONGEST_REMEMBERED:
            return self._classify(piece)
        if len(self) >= _REMEMBERED:
            self.clear()
            self.update(self._words)
        kind = self._keywords.get(piece.lower())
        self[piece] = kind = self._classify(piece) if kind is None else kind
        return kind

    def _classify(self, piece: str) -> int:
        match = self._match(piece)
        return self._order[match.lastindex - 1] if match and match.lastindex else self._unknown
