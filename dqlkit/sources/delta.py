"""Delta tables: folders of Parquet files with a log that says which of them count.

What a table of a store means by its columns, its metadata says; it is read as its server reads it.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from dqlkit.sources.errors import SourceError
from dqlkit.sources.foreign import polars_table
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.table import FrameTable
from dqlkit.store import check_installed

__all__ = ["read"]


def read(path: Path, _: ReadOptions) -> FrameTable:
    check_installed()
    import deltalake

    from dqlkit.store.delta import layout_of
    from dqlkit.store.table import stored

    try:
        if layout_of(deltalake.DeltaTable(str(path))) is not None:
            return stored(path)
        table = polars_table(pl.scan_delta(str(path)))
    except (deltalake.exceptions.DeltaError, pl.exceptions.PolarsError, ValueError, OSError) as fault:
        first = next(iter(str(fault).splitlines()), type(fault).__name__)
        raise SourceError.of("R102", f"expected a Delta table, found a damaged one: {first}.") from None
    return FrameTable(table.frame, table.facts, "Delta table", table.notices)
