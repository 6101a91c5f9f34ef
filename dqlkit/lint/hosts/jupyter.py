"""Queries in Jupyter notebooks: cells that begin with `%%dql` or `%%adql`, and fenced blocks of Markdown cells."""

from __future__ import annotations

from dqlkit.lint.document import Document
from dqlkit.lint.hosts.embedded import Embedded, Segment, SpanMap
from dqlkit.lint.hosts.json_text import encode_string
from dqlkit.lint.hosts.located import Node, Text, get, text

__all__ = ["find"]


def find(root: Node) -> list[Embedded]:
    """The query cells of a notebook."""
    found = []
    cells = get(root, "cells")
    for k, cell in enumerate(cells if isinstance(cells, list) else []):
        source, span_map = _joined(get(cell, "source"))
        first, newline, rest = source.partition("\n")
        language = first.strip().removeprefix("%%").split(" ")[0]
        if text(cell, "cell_type") == "code" and newline and first.startswith("%%") and language in ("dql", "adql"):
            cut = len(first) + 1
            shifted = SpanMap(tuple(s._replace(query=s.query - cut) for s in _after(span_map, cut)))
            pointer = f"/cells/{k}/source"
            found.append(
                Embedded(rest, shifted, language, "query", "notebook", pointer, Document("jupyter"), encode_string)
            )
    return found


def _joined(source: Node) -> tuple[str, SpanMap]:
    """A cell's source: one string, or a list of lines."""
    parts = source if isinstance(source, list) else [source]
    texts = [part for part in parts if isinstance(part, Text)]
    segments: list[Segment] = []
    length = 0
    for part in texts:
        segments += [s._replace(query=s.query + length) for s in part.map.segments]
        length += len(part.value)
    return "".join(part.value for part in texts), SpanMap(tuple(segments))


def _after(span_map: SpanMap, cut: int) -> list[Segment]:
    kept = []
    for segment in span_map.segments:
        if segment.query >= cut:
            kept.append(segment)
        elif segment.query + segment.length > cut:
            skip = cut - segment.query
            kept.append(Segment(cut, segment.file + skip, segment.length - skip, segment.width - skip))
    return kept
