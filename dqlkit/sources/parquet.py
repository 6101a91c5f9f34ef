"""Parquet files, scanned lazily: what a query does not need is not read.

A file with columns that Polars or DQL do not have, or whose values DQL does not hold, is read at once, by Arrow.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PanicException, PolarsError
from pyarrow import ArrowException, parquet
from pyarrow.parquet import read_metadata

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.table import Facts
from dqlkit.frozen import replace
from dqlkit.functions.context import Notice
from dqlkit.plan.schema import Schema
from dqlkit.plan.timerange import time_field
from dqlkit.sources.arrow_table import fits, is_known, may_overflow, notices_of, table_of_arrow, validated
from dqlkit.sources.content import plain_file
from dqlkit.sources.errors import SourceError
from dqlkit.sources.frames import table_of
from dqlkit.sources.kinds_text import KEY, described, kinds_to_text, readable, typed_scan
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.table import FrameTable
from dqlkit.types.kinds import STRING, TIMESTAMP
from dqlkit.wire import Reading
from dqlkit.wire.dtctl import FOOTER, declared_rows

__all__ = ["described_parquet", "read", "write_parquet"]

#: Where Arrow keeps its own schema, which is no text.
_ARROW = b"ARROW:schema"


_DAMAGED = (PolarsError, PanicException, ArrowException, OSError, ValueError, KeyError, OverflowError, MemoryError)


def read(path: Path, _: ReadOptions) -> FrameTable:
    path = plain_file(path)
    try:
        footer = read_metadata(path)
        schema = footer.schema.to_arrow_schema()
        if _is_scannable(path, schema):
            return _scanned(path, footer, schema)
        table = validated(parquet.ParquetFile(path).read())
        texts = _texts(table.schema.metadata)
        found = table_of_arrow(table, described(texts.get(KEY)), "Parquet")
        return _of_dtctl(found.frame, texts[FOOTER], found.notices) if FOOTER in texts else found
    except _DAMAGED as fault:
        raise _damaged(fault) from None


def _texts(metadata: Mapping[bytes, bytes] | None) -> dict[str, str]:
    """The texts in a footer."""
    return {key.decode(): value.decode() for key, value in (metadata or {}).items() if key != _ARROW}


def _damaged(fault: BaseException) -> SourceError:
    first = next(iter(str(fault).splitlines()), type(fault).__name__)
    return SourceError.of("R102", f"expected a Parquet file, found a damaged one: {first}.")


def _verify(path: Path) -> None:
    """Read a whole file that is scanned lazily, after Polars failed to read what it wanted."""
    try:
        for data in pl.scan_parquet(path, glob=False).collect_batches():
            del data
    except _DAMAGED as fault:
        raise _damaged(fault) from None


def _is_scannable(path: Path, schema: Any) -> bool:
    """Whether Polars can scan a file: it and DQL have all types, and DQL all values."""
    names = [field.name for field in schema if may_overflow(field.type)]
    if len(set(schema.names)) < len(schema) or not all(is_known(field.type) for field in schema):
        return False
    return not names or fits(parquet.ParquetFile(path).read(columns=names))


def _scanned(path: Path, footer: Any, schema: Any) -> FrameTable:
    table, texts = _described(path, footer)
    notices = tuple(notices_of(schema))
    if FOOTER in texts:
        return _of_dtctl(table.frame, texts[FOOTER], notices)
    return replace(table, notices=notices)


def described_parquet(path: Path) -> tuple[FrameTable, dict[str, str]]:
    """A file whose columns DQL has, and the texts in its footer."""
    try:
        return _described(path, read_metadata(path))
    except _DAMAGED as fault:
        raise _damaged(fault) from None


def _described(path: Path, footer: Any) -> tuple[FrameTable, dict[str, str]]:
    texts = _texts(footer.metadata)
    frame = typed_scan(pl.scan_parquet(path, glob=False), described(texts.get(KEY)))
    ranges = _ranges(footer, frame.schema)
    facts = Facts.of_all(ranges) if ranges else Facts(0)
    return FrameTable(frame, facts, "Parquet", (), (partial(_verify, path),), ranges=ranges), texts


def _of_dtctl(frame: Frame, footer: str, notices: Sequence[Notice]) -> FrameTable:
    """A table of what dtctl exported, with the types that it declares."""
    texts = [name for name, kind in frame.schema.fields.items() if kind == STRING]
    rows, notes = declared_rows(footer, frame.records(), texts)
    return table_of(Reading("Parquet of dtctl", rows, notices=dict.fromkeys([*notices, *notes.notices()])), times=())


def _ranges(footer: Any, schema: Schema) -> tuple[Facts, ...]:
    """What the footer tells of each row group: how many records, and by its statistics the first and the last time."""
    groups = [footer.row_group(k) for k in range(footer.num_row_groups)]
    time = time_field("", schema.fields)
    place = next((k for k in range(footer.num_columns) if footer.schema.column(k).path == time), None)
    if place is None or schema.type(time) != TIMESTAMP:
        return tuple(Facts(group.num_rows) for group in groups)
    nanos = _NANOS.get(json.loads(footer.schema.column(place).logical_type.to_json()).get("timeUnit"))
    return tuple(_range(group.num_rows, group.column(place).statistics, nanos) for group in groups)


def _range(rows: int, times: Any, nanos: int | None) -> Facts:
    if nanos is None or times is None or not times.has_min_max:
        return Facts(rows)
    return Facts(rows, None, times.min_raw * nanos, times.max_raw * nanos)


_NANOS = {"nanoseconds": 1, "microseconds": 1_000, "milliseconds": 1_000_000}


def write_parquet(frame: Frame, path: Path, texts: Mapping[str, str] | None = None, shared: bool = True) -> None:
    """Write a frame so that reading gives the same frame, without holding it in memory where it is lazy.

    `texts` are kept in the footer beside. Where `shared`, other tools can read all columns.
    """
    # The first level compresses as well as the usual third one here, in two thirds of the time.
    metadata = {KEY: kinds_to_text(frame.schema), **(texts or {})}
    lazy = readable(frame) if shared else frame.lazy
    lazy.sink_parquet(path, compression="zstd", compression_level=1, metadata=metadata)
