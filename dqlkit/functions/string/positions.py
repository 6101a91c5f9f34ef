"""Positions in a text. They count UTF-16 code units from 0, negative ones from the end.

A character beyond U+FFFF takes two positions. What is cut out of a text never holds half of one: a `?` stands for it.

The bodies work on texts whose large characters are written as their two surrogates, so that Python's own positions are
those of DQL. The lowerings let a filler follow each large character; it says no more than that a position is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dqlkit.frozen import frozen
from dqlkit.functions.function import known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Long, String
from dqlkit.types.values import LONG_MAX

if TYPE_CHECKING:
    import polars

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


@scalar(known_as=("strlen", "length", "len"))
def string_length(expression: String) -> Long:
    """The number of UTF-16 code units.

    >>> stringLength("Straße")
    6
    >>> stringLength("🐕‍🦺")
    5
    """
    return len(to_units(expression))


@scalar(rewrites=True)
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


@scalar(rewrites=True)
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


@frozen
class _Units:
    """A column of texts with a filler after each large character, so that there are as many characters as code units.

    Where no text of a column holds any, it is the texts themselves.
    """

    filled: polars.Expr
    length: polars.Expr
    large: bool

    def offset(self, position: polars.Expr) -> polars.Expr:
        """A position counted from the beginning: negative where it lies before it, at most the length."""
        at = pl.when(position < 0).then(self.length + position)
        return at.when(position < self.length).then(position).when(position >= self.length).then(self.length)

    def within(self, at: polars.Expr) -> polars.Expr:
        """Whether a position lies between the two units of one character."""
        before = self.filled.str.slice((at - 1).clip(lower_bound=0), 1)
        return (at > 0) & before.str.contains(_LARGE) if self.large else pl.lit(False)

    def text(self, filled: polars.Expr) -> polars.Expr:
        """A cut without its fillers."""
        return filled.str.replace_all(f"({_LARGE}){_FILLER}", "${1}") if self.large else filled

    def closed(self, filled: polars.Expr, half: str) -> polars.Expr:
        """A cut in which `half` stands for a large character at its end that lacks the filler."""
        return filled.str.replace(_LARGE + r"\z", half) if self.large else filled


def _in_units(
    build: Callable[..., polars.Expr], dtype: Any, text: polars.Expr, **positions: polars.Expr | int
) -> polars.Expr:
    """`build(units, **positions)` over whole columns.

    A step of its own, because only the texts tell whether they hold large characters, and to fill them once.
    """

    def run(rows: polars.Series) -> polars.Series:
        frame = rows.struct.unnest()
        large = bool(frame["text"].str.contains(_LARGE).any())
        filled = pl.col("text").str.replace_all(f"({_LARGE})", "${1}" + _FILLER) if large else pl.col("text")
        frame = frame.with_columns(filled=filled).with_columns(length=pl.col("filled").str.len_chars().cast(pl.Int64))
        units = _Units(pl.col("filled"), pl.col("length"), large)
        return frame.select(build(units, **{name: pl.col(name) for name in positions})).to_series()

    given = [(pl.lit(at, pl.Int64) if isinstance(at, int) else at).alias(name) for name, at in positions.items()]
    return pl.struct(text.alias("text"), *given).map_batches(run, return_dtype=dtype, is_elementwise=True)


def _length(text):
    return text.str.len_chars().cast(pl.Int64) + text.str.count_matches(_LARGE).cast(pl.Int64)


string_length.polars(lambda expression: _length(expression))


@get_character.polars
def _(expression, position):
    def character(units, position):
        at = units.offset(position)
        found = units.filled.str.slice(at.clip(lower_bound=0), 1)
        half = (found.str.contains(_LARGE) | units.within(at)) if units.large else pl.lit(False)
        return pl.when((at >= 0) & (at < units.length)).then(pl.when(half).then(pl.lit("?")).otherwise(found))

    return _in_units(character, pl.String, expression, position=position)


@substring.polars
def _(expression, from_, to):
    def cut(units, from_, to):
        start, stop = (units.offset(position).clip(lower_bound=0) for position in (from_, to))
        size = (stop - start).clip(lower_bound=0)
        part = units.closed(units.filled.str.slice(start, size), "?")
        halved = pl.when(units.within(start) & (size > 0)).then(pl.lit("?") + part.str.slice(1)).otherwise(part)
        return pl.when(size.is_not_null()).then(units.text(halved))

    return _in_units(cut, pl.String, expression, from_=from_, to=to)


@index_of.polars
def _(expression, substring, from_):
    def index(units, wanted, from_):
        start = units.offset(from_).clip(lower_bound=0)
        # A search does not begin in the middle of a character.
        first = start + units.within(start).cast(pl.Int64)
        rest = units.text(units.filled.str.slice(first))
        at = rest.str.find(wanted, literal=True)
        before = _length(rest.cast(pl.Binary).bin.slice(0, at).cast(pl.String))
        found = pl.when(wanted == "").then(start).when(at.is_not_null()).then(first + before)
        return found.when(rest.is_not_null() & wanted.is_not_null()).then(pl.lit(-1))

    return _in_units(index, pl.Int64, expression, wanted=substring, from_=from_)


@last_index_of.polars(substring=known)
def _(expression, substring, from_):
    def index(units, from_):
        last = units.offset(from_)
        searched = units.filled.str.slice(0, last.clip(lower_bound=0) + len(to_units(substring)))
        before = units.text(units.closed(searched, "")).str.extract(rf"(?s)\A(.*){re.escape(substring)}", 1)
        position = _length(before).fill_null(-1) if substring else last
        return pl.when(last < 0).then(pl.lit(-1)).when(last >= 0).then(position)

    return _in_units(index, pl.Int64, expression, from_=from_)
