"""Queries in fenced blocks of Markdown."""

from __future__ import annotations

import re

from dqlkit.lint.document import Document
from dqlkit.lint.hosts.embedded import Embedded, Segment, SpanMap

__all__ = ["find"]

_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>dql|adql)\b[^\n]*\n", re.M | re.I)


def find(text: str, offset: int = 0) -> list[Embedded]:
    """The blocks that are marked as DQL or ADQL. Indentation of the fence is no part of the query."""
    found = []
    at = 0
    while (opening := _FENCE.search(text, at)) is not None:
        closing = re.compile(rf"^[ \t]*{re.escape(opening['fence'])}[ \t]*$", re.M).search(text, opening.end())
        end = closing.start() if closing else len(text)
        query, span_map = _dedented(text[opening.end() : end], opening.end() + offset, len(opening["indent"]))
        if query.strip():
            language = opening["language"].lower()
            part = "stages" if language == "dql" and query.lstrip().startswith("|") else "query"
            found.append(Embedded(query, span_map, language, part, "markdown", "", Document("markdown")))
        at = closing.end() if closing else len(text)
    return found


def _dedented(block: str, start: int, indent: int) -> tuple[str, SpanMap]:
    pieces: list[str] = []
    segments: list[Segment] = []
    length = 0
    for line in block.rstrip("\n").splitlines(keepends=True):
        cut = min(indent, len(line) - len(line.lstrip(" \t")))
        kept = line[cut:]
        segments.append(Segment(length, start + cut, len(kept), len(kept)))
        pieces.append(kept)
        length += len(kept)
        start += len(line)
    return "".join(pieces), SpanMap(tuple(segments))
