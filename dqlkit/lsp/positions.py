"""Offsets of a text as positions of the protocol: lines that end as it says, columns in the units agreed on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from lsprotocol import types

from dqlkit.diagnostics import Span
from dqlkit.frozen import field, mutable
from dqlkit.regex import regex

__all__ = ["Positions", "changed"]

_END = regex(r"\r\n|\n|\r")

#: How many units a character takes, by the name of the encoding.
_UNITS: dict[str, Callable[[str], int]] = {
    "utf-16": lambda text: len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2,
    "utf-8": lambda text: len(text.encode("utf-8", "surrogatepass")),
    "utf-32": len,
}
#: Bytes of UTF-8 that go on with a character.
_CONTINUED = bytes(range(0x80, 0xC0))

#: How many characters of a text so many units are, by the name of the encoding; a part of a character counts as it.
_CHARACTERS: dict[str, Callable[[str, int], int]] = {
    "utf-16": lambda text, units: len(
        text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "surrogatepass")
    ),
    "utf-8": lambda text, units: len(text.encode("utf-8", "surrogatepass")[:units].translate(None, _CONTINUED)),
    "utf-32": lambda text, units: min(units, len(text)),
}


@mutable
class Positions:
    """A text by lines. What Python takes for the end of a line and the protocol does not, is none."""

    text: str
    encoding: str = "utf-16"
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        if "\r" in self.text:
            self.starts = [0, *(found.end() for found in _END.finditer(self.text))]
        else:
            self.starts = [0, *accumulate(len(line) + 1 for line in self.text.split("\n")[:-1])]

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        line = bisect_right(self.starts, offset) - 1
        return types.Position(line, _UNITS[self.encoding](self.text[self.starts[line] : offset]))

    def range(self, span: Span) -> types.Range:
        return types.Range(self.position(span.start), self.position(span.end))

    def offset(self, position: types.Position) -> int:
        """The offset of a position; one behind the end of its line means that end, as the protocol wants it."""
        if position.line >= len(self.starts):
            return len(self.text)
        start = self.starts[position.line]
        last = self.starts[position.line + 1] if position.line + 1 < len(self.starts) else len(self.text)
        line = self.text[start:last].rstrip("\r\n")
        if line.isascii():
            return start + min(position.character, len(line))
        return start + _CHARACTERS[self.encoding](line, position.character)

    def span(self, within: types.Range) -> Span:
        return Span(self.offset(within.start), self.offset(within.end))


def changed(at: Positions, changes: Sequence[types.TextDocumentContentChangeEvent]) -> str:
    """The text after changes, each of which is of a range or of all of it."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            span = at.span(change.range)
            at = Positions(at.text[: span.start] + change.text + at.text[span.end :], at.encoding)
        else:
            at = Positions(change.text, at.encoding)
    return at.text
