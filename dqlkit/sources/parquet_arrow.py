"""Parquet files as Arrow reads them: their footers, and whole files with columns that Polars or DQL do not have."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pyarrow import ArrowException, parquet
from pyarrow.parquet import read_metadata

from dqlkit.engines.table import Facts
from dqlkit.functions.context import Notice
from dqlkit.sources.arrow_table import fits, is_known, may_overflow, notices_of, table_of_arrow, validated
from dqlkit.sources.footer import ARROW
from dqlkit.sources.kinds_text import KEY, described
from dqlkit.sources.pages import Chunk
from dqlkit.sources.table import FrameTable

__all__ = ["DAMAGED", "ArrowFooter", "read_at_once"]

#: What Arrow raises over a damaged file.
DAMAGED = (ArrowException, KeyError)


class ArrowFooter:
    """A footer as `footer.Footer` is one."""

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, read_metadata(path)
        self._schema = self._read.schema.to_arrow_schema()
        found = self._read.metadata or {}
        self.texts = {key.decode(): value.decode() for key, value in found.items() if key != ARROW.encode()}

    @property
    def is_plain(self) -> bool:
        """Whether Polars can scan the file: it and DQL have all types, and DQL all values."""
        schema = self._schema
        names = [field.name for field in schema if may_overflow(field.type)]
        if len(set(schema.names)) < len(schema) or not all(is_known(field.type) for field in schema):
            return False
        return not names or fits(parquet.ParquetFile(self._path).read(columns=names))

    @property
    def notices(self) -> Sequence[Notice]:
        """What becomes of columns whose types DQL does not have."""
        return tuple(notices_of(self._schema))

    @property
    def chunks(self) -> Iterator[Chunk]:
        """The values of each column in each row group."""
        footer = self._read
        for group in map(footer.row_group, range(footer.num_row_groups)):
            for one in map(group.column, range(group.num_columns)):
                yield Chunk.of(one.num_values, one.data_page_offset, one.dictionary_page_offset)

    def ranges(self, time: str) -> tuple[Facts, ...]:
        """What is told of each row group: how many records, and the first and the last time in the column of that name."""
        footer = self._read
        groups = [footer.row_group(k) for k in range(footer.num_row_groups)]
        place = next((k for k in range(footer.num_columns) if footer.schema.column(k).path == time), None)
        if place is None:
            return tuple(Facts(group.num_rows) for group in groups)
        unit = _NANOS.get(json.loads(footer.schema.column(place).logical_type.to_json()).get("timeUnit"))
        return tuple(_range(group.num_rows, group.column(place).statistics, unit) for group in groups)


def _range(rows: int, times: Any, unit: int | None) -> Facts:
    if unit is None or times is None or not times.has_min_max:
        return Facts(rows)
    return Facts(rows, None, times.min_raw * unit, times.max_raw * unit)


_NANOS = {"nanoseconds": 1, "microseconds": 1_000, "milliseconds": 1_000_000}


def read_at_once(path: Path, footer: ArrowFooter) -> FrameTable:
    """A file that Polars cannot scan."""
    table = validated(parquet.ParquetFile(path).read())
    return table_of_arrow(table, described(footer.texts.get(KEY)), "Parquet")
