"""Positions in a text. They count UTF-16 code units from 0, negative ones from the end.

A character beyond U+FFFF takes two positions. What is cut out of a text never holds half of one: a `?` stands for it.

The bodies work on texts whose large characters are written as their two surrogates, so that Python's own positions are
those of DQL. The lowerings let a filler follow each large character; it says no more than that a position is taken.
"""

from __future__ import annotations

import re
from typing import Any

from dqlkit.functions.function import literal, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Long, String
from dqlkit.types.values import LONG_MAX

__all__ = ["from_units", "to_units"]

_LARGE = "[\U00010000-\U0010ffff]"
_FILLER = "\uffff"


def to_units(text: str) -> str:
    """A text with one Python character per code unit."""
    return re.sub(_LARGE, lambda found: "".join(map(chr, _surrogates(ord(found[0])))), text)


def _surrogates(point: int) -> tuple[int, int]:
    high, low = divmod(point - 0x10000, 0x400)
    return 0xD800 + high, 0xDC00 + low


def from_units(units: str) -> str:
    """The text of code units, `?` for half a character."""
    text = units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return re.sub("[\ud800-\udfff]", "?", text)


def _from_end(position: int, length: int) -> int:
    return position + length if position < 0 else position


@scalar
def string_length(expression: String) -> Long:
    """The number of UTF-16 code units.

    >>> stringLength("Straße")
    6
    >>> stringLength("🐕‍🦺")
    5
    """
    return len(to_units(expression))


@scalar
def get_character(expression: String, position: Long) -> String | None:
    """The character at a position, null outside of the text.

    >>> getCharacter("Hello", 1)
    "e"
    >>> getCharacter("Hello", -1)
    "o"
    >>> getCharacter("Hello", 5)
    null
    """
    units = to_units(expression)
    at = _from_end(position, len(units))
    return from_units(units[at]) if 0 <= at < len(units) else None


@scalar
def substring(expression: String, *, from_: Long = 0, to: Long = LONG_MAX) -> String:
    """The text from a position up to, but without, another one; positions outside of the text count as its ends.

    >>> substring("Hello World", from:6)
    "World"
    >>> substring("Hello", from:-3, to:4)
    "ll"
    >>> substring("Hello", from:4, to:2)
    ""
    >>> substring("a🐕b", from:2)
    "?b"
    """
    units = to_units(expression)
    start, stop = (max(_from_end(position, len(units)), 0) for position in (from_, to))
    return from_units(units[start:stop])


@scalar
def index_of(expression: String, substring: String, *, from_: Long = 0) -> Long:
    """The position where a text first occurs, at `from` or later; -1 where it does not.

    The empty text occurs everywhere.

    >>> indexOf("banana", "an")
    1
    >>> indexOf("banana", "an", from:2)
    3
    >>> indexOf("banana", "x")
    -1
    """
    units = to_units(expression)
    start = min(max(_from_end(from_, len(units)), 0), len(units))
    return units.find(to_units(substring), start)


@scalar
def last_index_of(expression: String, substring: String, *, from_: Long = LONG_MAX) -> Long:
    """The position where a text last occurs, at `from` or earlier; -1 where it does not.

    Nothing lies before a `from` that is outside of the text at its beginning [decided].

    >>> lastIndexOf("banana", "an")
    3
    >>> lastIndexOf("banana", "an", from:2)
    1
    """
    units, wanted = to_units(expression), to_units(substring)
    last = _from_end(from_, len(units))
    return -1 if last < 0 else units.rfind(wanted, 0, last + len(wanted))


# ---- lowerings ------------------------------------------------------------------------------------------------------


def _filled(text):
    """A text with as many characters as it has code units."""
    return text.str.replace_all(f"({_LARGE})", "${1}" + _FILLER)


def _unfilled(text):
    return text.str.replace_all(f"({_LARGE}){_FILLER}", "${1}")


def _length(text):
    return text.str.len_chars().cast(pl.Int64) + text.str.count_matches(_LARGE).cast(pl.Int64)


def _offset(position: Any, length):
    """A position counted from the beginning, 0 or less where it lies before it, at most the length."""
    at = pl.lit(position, pl.Int64) if isinstance(position, int) else position
    return pl.when(at < 0).then(length + at).when(at < length).then(at).when(at >= length).then(length)


def _begins_within(filled, at):
    """Whether a position lies between the two units of one character."""
    before = filled.str.slice((at - 1).clip(lower_bound=0), 1)
    return (at > 0) & before.str.contains(_LARGE)


string_length.polars(lambda expression: _length(expression))


@get_character.polars
def _(expression, position):
    filled, length = _filled(expression), _length(expression)
    at = pl.when(position < 0).then(length + position).otherwise(position)
    character = filled.str.slice(at.clip(lower_bound=0), 1)
    half = character.str.contains(_LARGE) | _begins_within(filled, at)
    return pl.when((at >= 0) & (at < length)).then(pl.when(half).then(pl.lit("?")).otherwise(character))


@substring.polars
def _(expression, from_, to):
    filled, length = _filled(expression), _length(expression)
    start, stop = (_offset(position, length).clip(lower_bound=0) for position in (from_, to))
    size = (stop - start).clip(lower_bound=0)
    cut = filled.str.slice(start, size).str.replace(_LARGE + r"\z", "?")
    halved = _begins_within(filled, start) & (size > 0)
    text = _unfilled(pl.when(halved).then(pl.lit("?") + cut.str.slice(1)).otherwise(cut))
    return pl.when(size.is_not_null()).then(text)


@index_of.polars
def _(expression, substring, from_):
    filled, length = _filled(expression), _length(expression)
    start = _offset(from_, length).clip(lower_bound=0)
    # A search does not begin in the middle of a character.
    first = start + _begins_within(filled, start).cast(pl.Int64)
    rest = _unfilled(filled.str.slice(first))
    at = rest.str.find(substring, literal=True)
    before = _length(rest.cast(pl.Binary).bin.slice(0, at).cast(pl.String))
    return (
        pl.when(substring == "")
        .then(start)
        .when(at.is_not_null())
        .then(first + before)
        .when(rest.is_not_null() & substring.is_not_null())
        .then(pl.lit(-1))
    )


@last_index_of.polars(substring=literal)
def _(expression, substring, from_):
    filled, length = _filled(expression), _length(expression)
    last = _offset(from_, length)
    if not substring:
        return pl.when(last < 0).then(pl.lit(-1)).otherwise(last)
    searched = filled.str.slice(0, last.clip(lower_bound=0) + len(to_units(substring))).str.replace(_LARGE + r"\z", "")
    before = _unfilled(searched).str.extract(rf"(?s)\A(.*){re.escape(substring)}", 1)
    return pl.when(last < 0).then(pl.lit(-1)).when(last >= 0).then(_length(before).fill_null(-1))
