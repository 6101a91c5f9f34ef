"""Places in the text of a query, as the Grail query API tells them."""

from __future__ import annotations

from typing import Any

from dqlkit.diagnostics import Span
from dqlkit.diagnostics.lines import Lines

__all__ = ["position", "utf16"]


def position(text: str, span: Span) -> dict[str, Any]:
    """Start and end, which is that of the last character: lines and columns from 1, the index from 0, in UTF-16 units."""
    return {"start": _place(text, span.start), "end": _place(text, max(span.end - 1, span.start))}


def _place(text: str, offset: int) -> dict[str, int]:
    line, column = Lines(text).position(offset)
    wide = text[offset - column + 1 : offset]
    return {"line": line, "column": utf16(wide) + 1, "index": utf16(text[:offset])}


def utf16(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
