"""A query inside a file, and where each of its characters stands there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import field
from typing import NamedTuple

from dqlkit.diagnostics import Edit, Span
from dqlkit.frozen import frozen
from dqlkit.lint.document import Document

__all__ = ["Embedded", "Segment", "SpanMap"]


class Segment(NamedTuple):
    """`length` characters of the query, written as `width` characters of the file. A run that stands there as it is has
    equal lengths; an escape has length 1 and its own width."""

    query: int
    file: int
    length: int
    width: int


@frozen
class SpanMap:
    """Query offsets to file offsets."""

    segments: tuple[Segment, ...]

    @classmethod
    def verbatim(cls, start: int, length: int) -> SpanMap:
        """The text stands in the file as it is."""
        return cls((Segment(0, start, length, length),))

    def start(self, offset: int) -> int:
        """Where the character at a query offset begins in the file; the end of the last one for the end of the text."""
        if not self.segments:
            return 0
        segment = self.segments[max(bisect_right(self.segments, offset, key=lambda s: s.query) - 1, 0)]
        inside = offset - segment.query
        if inside >= segment.length:
            return segment.file + segment.width
        return segment.file + (inside if segment.length == segment.width else 0)

    def span(self, span: Span) -> Span:
        """A range of the query as a range of the file."""
        start = self.start(span.start)
        end = start if span.end <= span.start else self._end(span.end - 1)
        return Span(start, max(start, end))

    def _end(self, offset: int) -> int:
        segment = self.segments[max(bisect_right(self.segments, offset, key=lambda s: s.query) - 1, 0)]
        inside = offset - segment.query
        return segment.file + (inside + 1 if segment.length == segment.width else segment.width)


def _as_it_is(text: str, indent: str) -> str | None:
    return text


@frozen
class Embedded:
    """`part` is what kind of text it is (`query`, `stages`, `expression`), `pointer` its path in the document.

    `encode` writes replacement text as the host wants it (escapes, indentation); None where it cannot.
    """

    text: str
    map: SpanMap
    language: str = "dql"
    part: str = "query"
    context: str = "file"
    pointer: str = ""
    document: Document = field(default_factory=Document)
    encode: Callable[[str, str], str | None] = _as_it_is

    def in_file(self, edit: Edit, file: str) -> Edit | None:
        """An edit of the query as one of the file; None where the host cannot hold it."""
        span = self.map.span(edit.span)
        line = file.rfind("\n", 0, span.start) + 1
        indent = file[line : span.start][: len(file[line : span.start]) - len(file[line : span.start].lstrip(" "))]
        encoded = self.encode(edit.text, indent)
        return None if encoded is None else Edit(span, encoded)
