"""Arrow IPC: files and streams.

All buffers are checked before anybody reads values in them: a damaged one would lead out of its memory. A file whose columns
Polars and DQL have is scanned then, and mapped into memory; any other one is read here.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from polars.exceptions import PanicException, PolarsError
from pyarrow import ArrowException, ipc

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.polars.physical import arrow_table
from dqlkit.engines.table import Facts
from dqlkit.sources.arrow_table import notices_of, scannable, table_of_arrow, validated
from dqlkit.sources.content import plain_file
from dqlkit.sources.errors import SourceError
from dqlkit.sources.kinds_text import KEY, described, kinds_to_text, read_whole, readable, typed_scan
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.table import FrameTable
from dqlkit.types.kinds import Type

__all__ = ["read_file", "read_stream", "write_arrow"]

_DAMAGED = (ArrowException, PolarsError, PanicException, OSError, ValueError, KeyError, OverflowError, MemoryError)
_END = b"\xff\xff\xff\xff\0\0\0\0"


def read_file(path: Path, _: ReadOptions) -> FrameTable:
    path = plain_file(path)
    try:
        with pa.memory_map(str(path)) as memory, ipc.open_file(memory) as reader:
            kinds, rows = _described(reader.schema), 0
            for number in range(reader.num_record_batches):
                rows += validated(reader.get_batch(number)).num_rows
            if not scannable(reader.schema):
                return table_of_arrow(reader.read_all(), kinds, "Arrow IPC file")
            notices = tuple(notices_of(reader.schema))
        frame = typed_scan(pl.scan_ipc(path, glob=False), kinds)
        return FrameTable(frame, Facts(rows), "Arrow IPC file", notices, (partial(_verify, frame),))
    except _DAMAGED as fault:
        raise _damaged(fault) from None


def _verify(frame: Frame) -> None:
    try:
        read_whole(frame)
    except _DAMAGED as fault:
        raise _damaged(fault) from None


def read_stream(path: Path, _: ReadOptions) -> FrameTable:
    path = plain_file(path)
    try:
        with path.open("rb") as file:
            file.seek(-len(_END), 2)
            if file.read() != _END:
                raise SourceError.of("R102", "expected an Arrow IPC stream, found a damaged one: its end is missing.")
            file.seek(0)
            table = validated(ipc.open_stream(file).read_all())
        return table_of_arrow(table, _described(table.schema), "Arrow IPC stream")
    except _DAMAGED as fault:
        raise _damaged(fault) from None


def _described(schema: Any) -> dict[str, Type]:
    text = (schema.metadata or {}).get(KEY.encode())
    return described(text.decode("utf-8", "replace") if text else None)


def _damaged(fault: BaseException) -> SourceError:
    first = next(iter(str(fault).splitlines()), type(fault).__name__)
    if isinstance(fault, pa.ArrowNotImplementedError):
        return SourceError.of("R104", f"expected columns of known types: {first}.")
    return SourceError.of("R102", f"expected Arrow IPC, found a damaged file: {first}.")


def write_arrow(frame: Frame, path: Path) -> None:
    """Write a frame so that reading gives the same frame."""
    if not frame.schema.fields:
        raise SourceError.of("R105", "expected records with fields, found none: Arrow cannot count records without.")
    table = arrow_table(readable(frame).collect(engine="streaming"))
    table = table.replace_schema_metadata({KEY: kinds_to_text(frame.schema)})
    with ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)
