"""Reading a table of a store: its Delta table, and the events that the journal holds for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from dqlkit.cached import cached_property
from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.table import Facts
from dqlkit.frozen import frozen, replace
from dqlkit.functions.context import Notice
from dqlkit.plan.schema import Schema
from dqlkit.plan.timerange import time_field
from dqlkit.sources.table import Deferred, FrameTable, facts_of
from dqlkit.store.columns import Layout, frame_of, logical
from dqlkit.store.delta import DeltaFolder, layout_of, seq_of
from dqlkit.store.journal import waiting, waiting_tables
from dqlkit.store.layout import journal_beside, journal_of, name_of, table_in, tables_of
from dqlkit.store.packing import unpacked

__all__ = ["FORMAT", "Part", "StoredTable", "named", "stored", "stored_schema", "table_of"]

FORMAT = "Table of a dqlkit store"


def named(store: Path) -> list[str]:
    """The names of the tables of a store, those included that nothing was flushed into yet."""
    return sorted({*tables_of(store), *waiting_tables(journal_of(store))})


def table_of(store: Path, name: str) -> StoredTable | None:
    """The table that a query calls so."""
    folder = table_in(store, name, named(store))
    return None if folder is None else StoredTable(folder)


@frozen
class Part:
    """The part of a table that is read: one record in `every`, no more files than have `bytes` together, the `newest`
    records."""

    every: int = 1
    bytes: int | None = None
    newest: int | None = None


class StoredTable(Deferred):
    """A table of a store as it is when it is first looked at. It travels to another process as the path of its folder."""

    def __init__(self, folder: Path, part: Part | None = None) -> None:
        self.folder, self.part = folder, part or Part()
        super().__init__(lambda _: self._opened)

    def __reduce__(self) -> tuple[Any, ...]:
        return StoredTable, (self.folder, self.part)

    @cached_property
    def _opened(self) -> FrameTable:
        return stored(self.folder, self.part)


def stored_schema(folder: Path) -> Schema:
    """The fields of a table as far as they are flushed; no record is read."""
    delta = DeltaFolder(folder).open()
    _, kinds = logical((delta and layout_of(delta)) or Layout())
    return Schema(kinds).as_stored()


def stored(folder: Path, part: Part | None = None) -> FrameTable:
    """The table of a folder, empty where nothing was written yet. Its records are in the order in which they came, until
    files are put together.

    The journal is read before the Delta table: what is flushed in between is in both then, and the table says up to
    where it holds the events.
    """
    part = part or Part()
    journal = journal_beside(folder)
    rows = waiting(journal, name_of(folder)) if journal else []
    delta = DeltaFolder(folder).open()
    held = 0 if delta is None else seq_of(delta)
    late = [row for row in rows if row.seq > held]
    layout = (delta and layout_of(delta)) or Layout()
    actions = None if delta is None else pl.DataFrame(delta.get_add_actions(flatten=True))
    tail = frame_of(unpacked(row.data for row in late), layout) if late else None
    if tail is not None and part.newest is not None:
        tail = tail.tail(part.newest)
    parts, facts, cut = ([], [], False) if actions is None else _files(folder, actions, layout, _besides(part, tail))
    if tail is not None and not cut:
        parts.append(tail.lazy())
        facts.append(replace(facts_of(tail), bytes=sum(len(row.data) for row in late)))
    frame = _framed(parts, layout)
    if part.every > 1:
        frame = frame.replace(frame.lazy.gather_every(part.every))
    whole = Facts.of_all(facts) if facts else Facts(0, 0)
    return FrameTable(frame, whole if part.every == 1 else replace(whole, rows=None), FORMAT, _notices(part, cut))


def _notices(part: Part, cut: bool) -> tuple[Notice, ...]:
    found = []
    if part.every > 1:
        found.append(Notice("SAMPLING_APPLIED", f"Sampling was applied: one record in {part.every} was read."))
    if cut:
        text = f"Your execution was stopped after {(part.bytes or 0) / 1e9:g} gigabytes of data were scanned."
        found.append(Notice("SCAN_LIMIT_GBYTES", text))
    return tuple(found)


def _besides(part: Part, tail: pl.DataFrame | None) -> Part:
    """The part of the files, of which fewer are read where the tail holds some of the newest records."""
    if part.newest is None or tail is None:
        return part
    return replace(part, newest=part.newest - tail.height)


def _files(
    folder: Path, actions: pl.DataFrame, layout: Layout, part: Part
) -> tuple[list[pl.LazyFrame], list[Facts], bool]:
    """The files of a table as a lazy frame, what is known of them, and whether some were left out because of the limit."""
    kept = ordered = actions.sort("modification_time", maintain_order=True)
    if part.bytes is not None:
        kept = kept.filter(pl.col("size_bytes").cum_sum() <= part.bytes)
    cut = kept.height < ordered.height
    if part.newest is not None:
        rows = pl.col("num_records")
        kept = kept.filter(rows.cum_sum(reverse=True) - rows < part.newest)
    if not kept.height:
        return [], [], cut
    files = [folder / path for path in kept["path"]]
    lazy = pl.scan_parquet(files, schema=_physical(layout), missing_columns="insert", glob=False)
    facts = _facts(kept, layout)
    if part.newest is not None:
        lazy = lazy.tail(part.newest)
        facts = replace(facts, rows=min(part.newest, facts.rows or 0))
    return [lazy], [facts], cut


def _physical(layout: Layout) -> dict[str, Any]:
    return {column.name: column.kind.dtype for column in layout.columns.values()}


def _framed(parts: list[pl.LazyFrame], layout: Layout) -> Frame:
    fields, kinds = logical(layout)
    whole = pl.concat(parts, how="diagonal") if parts else pl.LazyFrame(schema=_physical(layout))
    chosen = whole.select(typed.expression.alias(name) for name, typed in fields)
    return Frame(chosen if fields else whole, Schema(kinds).as_stored())


def _facts(actions: pl.DataFrame, layout: Layout) -> Facts:
    """Rows, bytes and the extent of times, by the statistics of the log."""
    rows, size = (int(actions[name].sum()) for name in ("num_records", "size_bytes"))
    types = {(column.name, column.type) for column in layout.columns.values()}
    name = time_field("", {name for name, type in types if type == "timestamp"})
    bounds = [actions.get_column(f"{side}.{name}", default=None) for side in ("min", "max")]
    if any(bound is None or bound.null_count() for bound in bounds):
        return Facts(rows, size)
    first, last = (_micros(bound) for bound in bounds)
    finer = 999 if (f"{name}:nanos", "nanos") in types else 0  # than the microseconds of the statistics
    return Facts(rows, size, min(first) * 1000, max(last) * 1000 + finer)


def _micros(bound: Any) -> list[int]:
    return [int(value) for value in bound.cast(pl.Datetime("us", "UTC")).to_physical()]
