"""What keeps the tables of a store in order. Each function is one piece of work that the writing process hands to another one.

They read the journal and write Delta tables; what has become of the journal's rows they return, and the writer settles it.
"""

from __future__ import annotations

from pathlib import Path

from dqlkit.frozen import frozen
from dqlkit.store.columns import Layout, frame_of
from dqlkit.store.delta import DeltaFolder, layout_of, seq_of
from dqlkit.store.journal import waiting
from dqlkit.store.layout import folder_of, journal_of
from dqlkit.store.packing import unpacked

__all__ = ["WORK", "Settled", "checkpoint", "compact", "flush", "vacuum"]


@frozen
class Settled:
    """A table holds the events of all rows up to `seq`, and this version of it is on disk. `files` count its files."""

    seq: int
    version: int
    files: int


def flush(store: Path, table: str) -> Settled | None:
    """Write what waits for a table into it; None where nothing does."""
    folder = DeltaFolder(folder_of(store, table))
    delta = folder.open()
    held = 0 if delta is None else seq_of(delta)
    rows = waiting(journal_of(store), table, held)
    if not rows:
        return None if delta is None else _settled(folder)
    layout = (delta and layout_of(delta)) or Layout()
    records = unpacked(row.data for row in rows)
    folder.write(frame_of(records, layout), layout, rows[-1].seq)
    return _settled(folder)


def compact(store: Path, table: str) -> Settled | None:
    """Put small files together."""
    folder = DeltaFolder(folder_of(store, table))
    return None if folder.compact() is None else _settled(folder)


def vacuum(store: Path, table: str, hours: int = 1) -> Settled | None:
    """Delete files that no version of the last hours reads."""
    folder = DeltaFolder(folder_of(store, table))
    return None if folder.vacuum(hours) is None else _settled(folder)


def checkpoint(store: Path, table: str) -> None:
    """Sum up the log of a table whose last version is on disk."""
    DeltaFolder(folder_of(store, table)).checkpoint()


def _settled(folder: DeltaFolder) -> Settled:
    table = folder.open()
    assert table is not None
    return Settled(seq_of(table), table.version(), len(table.file_uris()))


WORK = {work.__name__: work for work in (flush, compact, vacuum, checkpoint)}
