"""Delta tables: folders of Parquet files with a log that says which of them count."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl

from dqlkit.sources.container import Container
from dqlkit.sources.errors import SourceError
from dqlkit.sources.foreign import polars_table
from dqlkit.sources.table import FrameTable

__all__ = ["DELTA"]


def _read(path: Path, _: Collection[str]) -> FrameTable:
    try:
        import deltalake
    except ImportError:
        help = "Install `dqlkit[delta]`."
        raise SourceError.of("R108", "expected a reader of Delta tables, found none installed.", help) from None
    try:
        table = polars_table(pl.scan_delta(str(path)))
    except (deltalake.exceptions.DeltaError, pl.exceptions.PolarsError, ValueError, OSError) as fault:
        first = next(iter(str(fault).splitlines()), type(fault).__name__)
        raise SourceError.of("R102", f"expected a Delta table, found a damaged one: {first}.") from None
    return FrameTable(table.frame, table.facts, "Delta table", table.notices)


DELTA = Container("Delta table", "delta", lambda head: False, _read)
