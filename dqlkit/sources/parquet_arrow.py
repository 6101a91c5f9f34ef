"""Parquet files as Arrow reads them, those with columns that Polars or DQL do not have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pyarrow import parquet

from dqlkit.sources.arrow_table import fits, is_known, may_overflow, table_of_arrow, validated
from dqlkit.sources.footer import Footer
from dqlkit.sources.kinds_text import KEY, described
from dqlkit.sources.table import FrameTable

__all__ = ["can_be_scanned", "read_at_once"]


def can_be_scanned(path: Path, schema: Any) -> bool:
    """Whether Polars can scan the file: it and DQL have all types, and DQL all values."""
    names = [field.name for field in schema if may_overflow(field.type)]
    if len(set(schema.names)) < len(schema) or not all(is_known(field.type) for field in schema):
        return False
    return not names or fits(parquet.ParquetFile(path).read(columns=names))


def read_at_once(path: Path, footer: Footer) -> FrameTable:
    """A file that Polars cannot scan."""
    table = validated(parquet.ParquetFile(path).read())
    return table_of_arrow(table, described(footer.texts.get(KEY)), "Parquet")
