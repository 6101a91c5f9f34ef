"""Delta tables as a store writes them.

The Delta library casts silently where it writes data, and does not flush files to the disk. So Polars writes the Parquet
file, here it is flushed, and the library only commits. A version counts as being on disk once its log file and the folder
of the log are flushed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
from deltalake import CommitProperties, DeltaTable, Field, PostCommitHookProperties, Schema, Transaction
from deltalake.exceptions import TableNotFoundError
from deltalake.schema import ArrayType, PrimitiveType
from deltalake.transaction import AddAction

from dqlkit.store.columns import Column, Layout

__all__ = ["APP", "DeltaFolder", "layout_of", "seq_of", "synced"]

#: Under this name a commit says up to which row of the journal it holds the events.
APP = "dqlkit"
_FIELD, _TYPE = "dqlkit.field", "dqlkit.type"
#: Nothing but the commit: checkpoints are made of versions that are on disk, and a log is only cleaned after one.
_COMMIT_ONLY = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
_SMALL = 64 << 20


def synced(*paths: Path) -> None:
    """Flush files and folders to the disk."""
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def layout_of(table: DeltaTable) -> Layout | None:
    """The columns of a table as its metadata describes them; None for a table that no store wrote."""
    described = [(field.name, field.metadata) for field in table.schema().fields]
    if not described or not all(_FIELD in metadata and _TYPE in metadata for _, metadata in described):
        return None
    return Layout(Column(name, str(metadata[_FIELD]), str(metadata[_TYPE])) for name, metadata in described)


def seq_of(table: DeltaTable) -> int:
    """The last row of the journal whose events a table holds."""
    return table.transaction_version(APP) or 0


class DeltaFolder:
    """The folder of a table, to write into. One process at a time does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "_delta_log"

    def open(self) -> DeltaTable | None:
        """The table; None where there is none yet."""
        try:
            return DeltaTable(str(self.path)) if self.log.is_dir() else None
        except TableNotFoundError:
            return None

    def write(self, data: pl.DataFrame, layout: Layout, seq: int) -> int:
        """Append records, which are those up to a row of the journal; the new version, which is on disk."""
        name = f"part-{uuid4()}.parquet"
        table = self._with_columns(layout)
        data.write_parquet(self.path / name, statistics=True)
        synced(self.path / name, self.path)
        size, now = (self.path / name).stat().st_size, int(time.time() * 1000)
        table.create_write_transaction(
            [AddAction(name, size, {}, now, True, _statistics(data))],
            "append",
            table.schema(),
            commit_properties=CommitProperties(app_transactions=[Transaction(APP, seq)]),
            post_commithook_properties=_COMMIT_ONLY,
        )
        return self._on_disk(table)

    def _with_columns(self, layout: Layout) -> DeltaTable:
        """The table, made or given columns where it lacks some."""
        table = self.open()
        if table is None:
            self.path.mkdir(parents=True, exist_ok=True)
            table = DeltaTable.create(self.path, Schema([*map(_field, layout.columns.values())]))
            synced(self.path.parent.parent, self.path.parent, self.path)
            return table
        there = {field.name for field in table.schema().fields}
        added = [_field(column) for column in layout.columns.values() if column.name not in there]
        if added:
            table.alter.add_columns(added, post_commithook_properties=_COMMIT_ONLY)
        return table

    def _on_disk(self, table: DeltaTable) -> int:
        version = table.version()
        synced(*self._logs(range(version + 1)[-4:]), self.log)
        return version

    def _logs(self, versions: Iterable[int]) -> list[Path]:
        return [path for version in versions if (path := self.log / f"{version:020}.json").exists()]

    def compact(self) -> int | None:
        """Put small files together; the new version, or None where nothing was to do."""
        table = self.open()
        if (
            table is None
            or not table.optimize.compact(target_size=_SMALL, post_commithook_properties=_COMMIT_ONLY)["numFilesAdded"]
        ):
            return None
        synced(*(self.path / name for name in pl.DataFrame(table.get_add_actions())["path"]), self.path)
        return self._on_disk(table)

    def vacuum(self, hours: int) -> int | None:
        """Delete files that no version of the last hours reads; the new version."""
        table = self.open()
        if table is None:
            return None
        table.vacuum(
            retention_hours=hours,
            dry_run=False,
            enforce_retention_duration=False,
            post_commithook_properties=_COMMIT_ONLY,
            full=True,
        )
        return self._on_disk(table)

    def checkpoint(self) -> None:
        """Sum the log up, so that opening the table does not read all of it. The last version has to be on disk."""
        table = self.open()
        if table is not None:
            table.create_checkpoint()

    def recover(self, durable: int) -> int:
        """Go back to the version that is on disk for certain: later ones may be torn. The row that it holds all events up to."""
        for path in sorted(self.log.glob("*.json"), reverse=True):
            if path.stem.isdigit() and int(path.stem) > durable:
                path.unlink()
        if self.log.is_dir():
            synced(self.log)
        table = self.open()
        return 0 if table is None else seq_of(table)


def _field(column: Column) -> Field:
    metadata = {_FIELD: column.field, _TYPE: column.type}
    inner = column.kind.delta.removeprefix("array<").removesuffix(">")
    kind = PrimitiveType(inner)
    return Field(
        column.name,
        kind if inner == column.kind.delta else ArrayType(kind, contains_null=True),
        nullable=True,
        metadata=metadata,
    )


def _statistics(data: pl.DataFrame) -> str:
    """Rows, and the extent of numbers and times, by which readers leave out whole files."""
    wanted = [name for name, dtype in data.schema.items() if dtype in (pl.Int64, pl.Datetime("us", "UTC"))]
    bounds = {side: _bounds(data, wanted, side) for side in ("min", "max")}
    nulls = {name: data[name].null_count() for name in wanted}
    return json.dumps(
        {"numRecords": data.height, "minValues": bounds["min"], "maxValues": bounds["max"], "nullCount": nulls}
    )


def _bounds(data: pl.DataFrame, names: Iterable[str], side: str) -> dict[str, Any]:
    found = {name: getattr(data[name], side)() for name in names}
    return {
        name: value if isinstance(value, int) else value.isoformat(timespec="microseconds").replace("+00:00", "Z")
        for name, value in found.items()
        if value is not None
    }
