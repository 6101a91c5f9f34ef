"""Divides tables into parts, each of which a worker reads by itself."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence

from dqlkit.engines.polars import Frame
from dqlkit.engines.table import EVERYTHING, Facts, Table

__all__ = ["is_brief", "parts_of"]

#: What describes records in fewer bytes than this (the names of files, a few records) goes to every worker as it is.
_BRIEF = 1 << 16
#: A part has no fewer records than this, if there are more.
_LEAST = 20_000


def parts_of(table: Table, count: int, least: int = _LEAST) -> list[Frame]:
    """The records of a table in about `count` parts of about one size, in order. Parts of files are only described: a
    worker reads its own part. Records in memory are sent."""
    pieces: Sequence[Table] = getattr(table, "parts", ()) or (table,)
    rows = _rows(table.facts, pieces)
    each = max(-(-rows // count), least) if rows else 0
    return [part for piece in pieces for part in _parts(piece, each)]


def is_brief(frame: Frame) -> bool:
    """Whether a frame only describes its records, as those of files do."""
    return len(pickle.dumps(frame)) < _BRIEF


def _rows(facts: Facts, pieces: Sequence[Table]) -> int:
    known = [piece.facts.rows for piece in pieces]
    return facts.rows or sum(rows for rows in known if rows is not None)


def _parts(table: Table, each: int) -> Iterator[Frame]:
    frame, rows = table.scan(EVERYTHING).frame, table.facts.rows
    held = getattr(table, "is_held", True) and is_brief(frame)
    if not held:
        frame = frame.replace(frame.collect().lazy())
    if rows is None or not each or rows <= each:
        yield frame
        return
    for start in range(0, rows, each):
        part = frame.lazy.slice(start, each)
        yield frame.replace(part if held else part.collect().lazy())
