"""Patterns of text with gaps (`pay*`, `D%L`), as regular expressions that take linear time in both engines.

Polars' engine never backtracks. Python's does, so there each piece between two gaps stands in an atomic group: the
first place where a piece fits leaves the most room for the next one, and no other place needs to be tried.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from dqlkit.frozen import frozen

__all__ = ["NO_EDGE", "TEXT_END", "TEXT_START", "WORD_EDGE", "Edge", "Wildcards", "gapped", "quoted", "value_pattern"]

Edge = tuple[str, str]
"""What must hold where a pattern begins or ends, as Python and as Rust write it."""

NO_EDGE: Edge = ("", "")
TEXT_START: Edge = (r"\A", r"\A")
TEXT_END: Edge = (r"\Z", r"\z")
WORD_EDGE: Edge = (r"(?a:\b)", r"(?-u:\b)")


@frozen
class Wildcards:
    """One pattern for both engines; `rust` is a regular expression for Polars."""

    python: re.Pattern[str]
    rust: str

    def fits(self, text: str) -> bool:
        return self.python.search(text) is not None


def gapped(pieces: Sequence[str], gap: str, start: Edge = TEXT_START, end: Edge = TEXT_END) -> Wildcards:
    """Regular expressions `pieces`, in this order, with any number of `gap` characters between each two of them."""
    middle = "".join(f"(?>{gap}*?{piece})" for piece in pieces[1:-1])
    last = "".join(f"{gap}*{piece}" for piece in pieces[1:][-1:])
    python = f"(?s){start[0]}{pieces[0]}{middle}{last}{end[0]}"
    return Wildcards(re.compile(python), f"(?s){start[1]}{f'{gap}*'.join(pieces)}{end[1]}")


def quoted(text: str, case_sensitive: bool) -> str:
    """A regular expression for a text; without case, ASCII letters stand for both of theirs and no others do."""
    if case_sensitive:
        return re.escape(text)
    return "".join(f"[{c.lower()}{c.upper()}]" if c.isascii() and c.isalpha() else re.escape(c) for c in text)


@lru_cache(maxsize=512)
def value_pattern(text: str, wildcard: str, case_sensitive: bool) -> Wildcards:
    """A pattern for a whole value; the wildcard stands for any run of characters."""
    parts = text.split(wildcard) if wildcard else [text]
    return gapped([quoted(part, case_sensitive) for part in parts], ".")
