"""Parquet files, scanned lazily: what a query does not need is not read."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError
from pyarrow import ArrowException
from pyarrow.parquet import read_metadata

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.table import Facts
from dqlkit.plan.schema import Schema
from dqlkit.plan.timerange import time_field
from dqlkit.sources.container import Container
from dqlkit.sources.errors import SourceError
from dqlkit.sources.frames import table_of
from dqlkit.sources.kinds_text import KEY, described, kinds_to_text, typed_scan
from dqlkit.sources.table import FrameTable
from dqlkit.types.kinds import STRING, TIMESTAMP
from dqlkit.wire import Reading
from dqlkit.wire.dtctl import FOOTER, declared_rows

__all__ = ["PARQUET", "write_parquet"]


def _read(path: Path, _: Collection[str]) -> FrameTable:
    try:
        footer = pl.read_parquet_metadata(path)
        frame = typed_scan(pl.scan_parquet(path, glob=False), described(footer.get(KEY)))
        if FOOTER in footer:
            return _of_dtctl(frame, footer[FOOTER])
        return FrameTable(frame, _facts(path, frame.schema), "Parquet")
    except (PolarsError, ArrowException) as fault:
        raise SourceError.of("R102", f"expected a Parquet file, found a damaged one: {fault}.") from None


def _of_dtctl(frame: Frame, footer: str) -> FrameTable:
    """A table of what dtctl exported, with the types that it declares."""
    texts = [name for name, kind in frame.schema.fields.items() if kind == STRING]
    rows, notes = declared_rows(footer, frame.records(), texts)
    return table_of(Reading("Parquet of dtctl", rows, notices=dict.fromkeys(notes.notices())), times=())


def _facts(path: Path, schema: Schema) -> Facts:
    """What the footer tells: how many records, and by the statistics of the row groups the first and the last time."""
    footer = read_metadata(path)
    time = time_field("", schema.fields)
    place = next((k for k in range(footer.num_columns) if footer.schema.column(k).path == time), None)
    if place is None or schema.type(time) != TIMESTAMP:
        return Facts(footer.num_rows)
    nanos = _NANOS.get(json.loads(footer.schema.column(place).logical_type.to_json()).get("timeUnit"))
    groups = [footer.row_group(k).column(place).statistics for k in range(footer.num_row_groups)]
    if nanos is None or not groups or not all(group is not None and group.has_min_max for group in groups):
        return Facts(footer.num_rows)
    first, last = min(group.min_raw for group in groups), max(group.max_raw for group in groups)
    return Facts(footer.num_rows, None, first * nanos, last * nanos)


_NANOS = {"nanoseconds": 1, "microseconds": 1_000, "milliseconds": 1_000_000}


def write_parquet(frame: Frame, path: Path) -> None:
    """Write a frame so that reading gives the same frame, without holding it in memory where it is lazy."""
    frame.lazy.sink_parquet(path, metadata={KEY: kinds_to_text(frame.schema)})


PARQUET = Container("Parquet", "parquet", lambda head: head.startswith(b"PAR1"), _read)
