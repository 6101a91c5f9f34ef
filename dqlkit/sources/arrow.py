"""Arrow IPC: files, which are mapped into memory, and streams."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError
from pyarrow import ArrowException, ipc

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.table import Facts
from dqlkit.sources.container import Container
from dqlkit.sources.errors import SourceError
from dqlkit.sources.kinds_text import KEY, described, kinds_to_text, typed_scan
from dqlkit.sources.table import FrameTable, facts_of
from dqlkit.types.kinds import Type

__all__ = ["ARROW_FILE", "ARROW_STREAM", "write_arrow"]


def _read_file(path: Path, _: Collection[str]) -> FrameTable:
    try:
        with ipc.open_file(path) as reader:
            kinds, rows = _described(reader.schema), reader.count_rows()
        return FrameTable(typed_scan(pl.scan_ipc(path, glob=False), kinds), Facts(rows), "Arrow IPC file")
    except (ArrowException, PolarsError) as fault:
        raise _damaged(fault) from None


def _read_stream(path: Path, _: Collection[str]) -> FrameTable:
    try:
        with ipc.open_stream(path) as reader:
            table = reader.read_all()
        data = pl.DataFrame(table)
        frame = typed_scan(data.lazy(), _described(table.schema))
        return FrameTable(frame, facts_of(data), "Arrow IPC stream")
    except (ArrowException, PolarsError) as fault:
        raise _damaged(fault) from None


def _described(schema: Any) -> dict[str, Type]:
    return described((schema.metadata or {}).get(KEY.encode()))


def _damaged(fault: Exception) -> SourceError:
    return SourceError.of("R102", f"expected Arrow IPC, found a damaged file: {fault}.")


def write_arrow(frame: Frame, path: Path) -> None:
    """Write a frame so that reading gives the same frame."""
    if not frame.schema.fields:
        raise SourceError.of("R105", "expected records with fields, found none: Arrow cannot count records without.")
    table = frame.collect().to_arrow()
    table = table.replace_schema_metadata({KEY: kinds_to_text(frame.schema)})
    with ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)


ARROW_FILE = Container("Arrow IPC file", "arrow", lambda head: head.startswith(b"ARROW1"), _read_file)
ARROW_STREAM = Container("Arrow IPC stream", "arrow", lambda head: head.startswith(b"\xff\xff\xff\xff"), _read_stream)
