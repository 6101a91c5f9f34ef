"""A query inside a file, and where each of its characters stands there."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

from dqlkit.diagnostics import Edit, Span
from dqlkit.frozen import field, frozen, replace
from dqlkit.hosts.document import Document
from dqlkit.languages.language import Part
from dqlkit.regex import regex

__all__ = ["Embedded", "Segment", "SpanMap", "decoded", "dedented", "indented", "unled"]


@frozen
class Segment:
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

    def moved(self, by: int) -> SpanMap:
        """The map where the text stands so many characters further on in the file."""
        return SpanMap(tuple(replace(segment, file=segment.file + by) for segment in self.segments))

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

    def query(self, offset: int) -> int | None:
        """The query offset of a file offset; None for one outside. Within an escape it is the place before it."""
        for segment in self.segments:
            if segment.file <= offset <= segment.file + segment.width:
                inside = offset - segment.file
                if inside == segment.width:
                    return segment.query + segment.length
                return segment.query + (inside if segment.length == segment.width else 0)
        return None

    def inside(self, offset: int) -> bool:
        """Whether an offset is between characters that the file writes as one."""
        segment = self.segments[max(bisect_right(self.segments, offset, key=lambda s: s.query) - 1, 0)]
        return segment.length != segment.width and segment.query < offset < segment.query + segment.length

    def within(self, outer: SpanMap) -> SpanMap:
        """The map of a text that stands in another one, where `outer` says where that one stands."""
        segments: list[Segment] = []
        for segment in self.segments:
            if segment.length == segment.width:
                segments += outer.cut(segment.file, segment.file + segment.length, segment.query)
            else:
                place = outer.span(Span(segment.file, segment.file + segment.width))
                segments.append(Segment(segment.query, place.start, segment.length, place.end - place.start))
        return SpanMap(tuple(segments))

    def cut(self, start: int, end: int, query: int = 0) -> Iterator[Segment]:
        """The segments of a part of the text, for a text in which that part begins at `query`."""
        begin = max(bisect_right(self.segments, start, key=lambda s: s.query) - 1, 0)
        for k in range(begin, bisect_left(self.segments, end, key=lambda s: s.query)):
            segment = self.segments[k]
            first, last = max(start, segment.query), min(end, segment.query + segment.length)
            if first < last:
                place = self.span(Span(first, last))
                yield Segment(query + first - start, place.start, last - first, place.end - place.start)


def decoded(raw: str, start: int, odd: re.Pattern[str], value: Callable[[str], str]) -> tuple[str, SpanMap]:
    """Decode a text that begins at `start`: whatever `odd` matches is replaced by its `value`, all else is kept."""
    parts: list[str] = []
    segments: list[Segment] = []
    at = length = 0
    for match in [*odd.finditer(raw), None]:
        end = match.start() if match else len(raw)
        if end > at:
            segments.append(Segment(length, start + at, end - at, end - at))
            parts.append(raw[at:end])
            length += end - at
        if match:
            at = match.end()
            meant = value(match.group())
            if meant:
                segments.append(Segment(length, start + end, len(meant), at - end))
                parts.append(meant)
                length += len(meant)
    return "".join(parts), SpanMap(tuple(segments))


def dedented(block: str, start: int, indent: int) -> tuple[str, SpanMap]:
    """A block of lines, which begins at `start`, without up to `indent` blanks before each of them."""
    return unled(block, start, lambda line: min(indent, len(line) - len(line.lstrip(" \t"))))


def unled(block: str, start: int, lead: Callable[[str], int]) -> tuple[str, SpanMap]:
    """A block of lines, which begins at `start`, without what `lead` says how long it is at the beginning of each line.

    All lines end with `\n`. A line's end takes along what is left out of the next line, so whatever replaces it has to
    bring both; so a line that is taken away goes with its indentation.
    """
    pieces: list[str] = []
    segments: list[Segment] = []
    length = 0
    for line in _LINE.findall(block):
        body = line.rstrip("\r\n")
        out = lead(body)
        if segments and segments[-1].length == 1 and pieces[-1] == "\n":
            segments[-1] = replace(segments[-1], width=segments[-1].width + out)
        if len(body) > out:
            segments.append(Segment(length, start + out, len(body) - out, len(body) - out))
            pieces.append(body[out:])
            length += len(body) - out
        if len(line) > len(body):
            segments.append(Segment(length, start + len(body), 1, len(line) - len(body)))
            pieces.append("\n")
            length += 1
        start += len(line)
    return "".join(pieces), SpanMap(tuple(segments))


def indented(by: str) -> Callable[[str, str], str]:
    """An encoder for text in a block of lines that are indented by `by` blanks."""
    return lambda text, _: re.sub(r"\n(?!\n)", "\n" + by, text)


_LINE = regex(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


def _line_at(text: str, offset: int) -> str:
    end = text.find("\n", offset)
    return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)]


def _as_it_is(text: str, old: str) -> str | None:
    return text


@frozen
class Embedded:
    """`part` is what kind of text it is (`query`, `stages`, `expression`), `pointer` its path in the document.

    `encode` writes replacement text as the host wants it (escapes, indentation), given that and what stands in its place
    in the file; None where it cannot.
    """

    text: str
    map: SpanMap
    language: str = "dql"
    part: Part = "query"
    context: str = "file"
    pointer: str = ""
    document: Document = field(default_factory=Document)
    encode: Callable[[str, str], str | None] = _as_it_is

    def piece(self, start: int, end: int) -> Embedded:
        """A part of the text, as a query of its own."""
        segments = tuple(self.map.cut(start, end))
        return replace(self, text=self.text[start:end], map=SpanMap(segments))

    def in_file(self, edit: Edit, file: str) -> Edit | None:
        """An edit of the query as one of the file; None where the host cannot hold it. Lines end as the file's do."""
        span = self.map.span(edit.span)
        encoded = self.encode(edit.text, file[span.start : span.end])
        if encoded is None or self.map.inside(edit.span.start) or self.map.inside(edit.span.end):
            return None
        joins = (
            span.end > span.start and not encoded.strip(" \t") and file[span.end : span.end + 1] not in ("\r", "\n", "")
        )
        if (edit.text.strip() or joins) and not _line_at(file, span.start).strip():
            return None  # empty lines need no indentation, what would stand there does
        if file[: file.find("\n") + 1].endswith("\r\n"):
            encoded = re.sub(r"\r?\n", "\r\n", encoded)
        return Edit(span, encoded)
