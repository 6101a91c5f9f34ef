"""Parquet files, scanned lazily: what a query does not need is not read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from dqlkit.engines.polars.frame import Frame
from dqlkit.sources.container import Container
from dqlkit.sources.errors import SourceError
from dqlkit.sources.kinds_text import KEY, described, kinds_to_text, typed_scan

__all__ = ["PARQUET", "write_parquet"]


def _read(path: Path, _: Collection[str]) -> Frame:
    try:
        kinds = described(pl.read_parquet_metadata(path).get(KEY))
        return typed_scan(pl.scan_parquet(path, glob=False), kinds)
    except PolarsError as fault:
        raise SourceError.of("R102", f"expected a Parquet file, found a damaged one: {fault}.") from None


def write_parquet(frame: Frame, path: Path) -> None:
    """Write a frame so that reading gives the same frame, without holding it in memory where it is lazy."""
    frame.lazy.sink_parquet(path, metadata={KEY: kinds_to_text(frame.schema)})


PARQUET = Container("Parquet", lambda head: head.startswith(b"PAR1"), _read)
