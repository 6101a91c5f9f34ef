"""An answer as a table for terminals, and for Markdown.

A table that is too wide loses from its widest columns first. Where even narrow columns do not fit side by side, each
record becomes a block of lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dqlkit.results.cells import TextColumn, columns_of, pad

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["markdown", "table"]

_GAP = "  "
_NARROWEST = 10


def table(result: Result, width: int | None = None) -> Iterator[str]:
    """Lines no longer than `width` columns, of any length where it is None. On a terminal types stand under the names."""
    columns = columns_of(result)
    if not columns or not len(result):
        yield _summary(result)
        return
    widths = [column.width for column in columns]
    if width is not None:
        widths = [max(column.width, min(len(column.kind), _NARROWEST)) for column in columns]
        room = width - len(_GAP) * (len(columns) - 1)
        if sum(min(wanted, _NARROWEST) for wanted in widths) > room:
            yield from _blocks(columns, width)
            return
        widths = _fitted(widths, room)
    yield from _grid(columns, widths, typed=width is not None)


def _summary(result: Result) -> str:
    return f"({len(result)} records without fields)" if len(result) else "(no records)"


def _fitted(widths: list[int], room: int) -> list[int]:
    """The widths under the highest common limit that makes them fit."""
    if sum(widths) <= room:
        return widths
    limit = max(n for n in range(1, room + 1) if sum(min(wanted, n) for wanted in widths) <= room)
    return [min(wanted, limit) for wanted in widths]


def _grid(columns: Sequence[TextColumn], widths: Sequence[int], typed: bool) -> Iterator[str]:
    shape = list(zip(columns, widths, strict=True))
    yield _GAP.join(pad(column.name, width, column.right) for column, width in shape).rstrip()
    if typed:
        yield _GAP.join(pad(column.kind, width, column.right) for column, width in shape).rstrip()
    yield _GAP.join("─" * width for width in widths)
    for row in zip(*(column.cells for column in columns), strict=True):
        yield _GAP.join(pad(cell, n, c.right) for cell, (c, n) in zip(row, shape, strict=True)).rstrip()


def _blocks(columns: Sequence[TextColumn], width: int) -> Iterator[str]:
    """One line per field, records parted by a rule with their number."""
    longest = max(TextColumn(column.name, [], False).width for column in columns)
    longest = min(longest, width // 2)
    for number, row in enumerate(zip(*(column.cells for column in columns), strict=True), 1):
        yield f"── {number} ".ljust(width, "─")
        for column, cell in zip(columns, row, strict=True):
            line = pad(column.name, longest) + _GAP + cell
            yield pad(line, width).rstrip()


def markdown(result: Result) -> Iterator[str]:
    """A table in Markdown."""
    columns = columns_of(result)
    if not columns:
        yield _summary(result)
        return
    yield _row(column.name for column in columns)
    yield _row("---:" if column.right else "---" for column in columns)
    for row in zip(*(column.cells for column in columns), strict=True):
        yield _row(row)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in cells) + " |"
