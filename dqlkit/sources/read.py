"""Opens anything that holds records as a table: paths, patterns, frames, lists, parsed JSON."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import polars as pl

from dqlkit.engines.table import Table
from dqlkit.sources.errors import SourceError
from dqlkit.sources.files import detect_file, read_file
from dqlkit.sources.frames import table_of
from dqlkit.sources.instants import TIME_FIELDS
from dqlkit.sources.natives import native_record
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.places import files_at
from dqlkit.sources.remote import is_remote, remote_table
from dqlkit.sources.table import Dataset, Deferred, FrameTable, together, whole
from dqlkit.wire import Reading, read
from dqlkit.wire.bizevents import as_ingested

__all__ = ["detect", "open_source", "open_table", "read_as_ingested", "read_table"]


def read_as_ingested(
    source: Any, format: str | None = None, ignore_errors: bool = False, cache: bool = False
) -> FrameTable:
    """The records of a source as the platform stores business events: nested values are JSON texts, and it adds fields."""
    table = read_table(source, format=format, ignore_errors=ignore_errors, cache=cache)
    given = ({name: value for name, value in row.items() if value is not None} for row in table.frame.records())
    records = [as_ingested(event, number) for number, event in enumerate(given)]
    return table_of(Reading(table.format, records, notices=dict.fromkeys(table.notices)), ())


def open_table(source: object) -> Table:
    """Whatever holds records as a table: a table as it is, anything else read."""
    if isinstance(source, Dataset):
        return source.table
    if isinstance(source, pl.LazyFrame):  # which would work out its schema to tell whether it is a table
        return read_table(source)
    return source if isinstance(source, Table) else open_source(source)


def read_table(
    source: Any,
    times: Collection[str] = TIME_FIELDS,
    format: str | None = None,
    ignore_errors: bool = False,
    cache: bool = False,
) -> FrameTable:
    """All records of a source.

    `source` is a path, a pattern such as `events/*.json`, a folder, `-` for standard input, a list of these, a frame of
    Polars or pandas, anything with the Arrow C interface, a list of dicts, or a JSON document that is already parsed.
    `ReadOptions` says what the others mean. Raises `SourceError`.
    """
    return whole(open_source(source, times, format, ignore_errors, cache)).checked()


def open_source(
    source: Any,
    times: Collection[str] = TIME_FIELDS,
    format: str | None = None,
    ignore_errors: bool = False,
    cache: bool = False,
) -> FrameTable | Deferred:
    """The table of a source; files of which no more need be read than is wanted are not read yet."""
    return _opened(source, ReadOptions(times, format, ignore_errors, cache))


def _opened(source: Any, options: ReadOptions) -> FrameTable | Deferred:
    if isinstance(source, (FrameTable, Deferred)):
        return source
    if isinstance(source, str) and is_remote(source):
        return remote_table(source)
    if isinstance(source, (str, os.PathLike)):
        return together([read_file(file, options) for file in files_at(os.fspath(source))])
    if isinstance(source, (pl.LazyFrame, pl.DataFrame)):
        return _of_polars(source)
    if isinstance(source, Mapping):
        return _document(dict(source), options.times)
    return _foreign(source) or _several(source, options)


def _foreign(source: object) -> FrameTable | None:
    from dqlkit.sources.foreign import foreign_table

    return foreign_table(source)


def _of_polars(source: pl.LazyFrame | pl.DataFrame) -> FrameTable:
    from dqlkit.sources.foreign import polars_table

    return polars_table(source)


def _several(source: Any, options: ReadOptions) -> FrameTable | Deferred:
    if not isinstance(source, Iterable):
        known = "a path, a list of paths, a frame of Polars or pandas, an Arrow table, or a list of dicts"
        raise SourceError.of("R101", f"expected {known}, found {type(source).__qualname__}.")
    items = list(source)
    if items and all(isinstance(item, (str, os.PathLike)) for item in items):
        return together([_opened(item, options) for item in items])
    return _document([dict(item) if isinstance(item, Mapping) else item for item in items], options.times)


def _document(document: Any, times: Collection[str]) -> FrameTable:
    try:
        reading = read([document])
        reading.records = [native_record(record) for record in reading.records]
    except RecursionError:
        raise SourceError.of("R102", "expected records, found values that are nested too deeply to be read.") from None
    return table_of(reading, times)


def detect(path: str | os.PathLike[str]) -> str:
    """The name of the format of a file, found out from its content."""
    return ", ".join(dict.fromkeys(detect_file(file.path) for file in files_at(os.fspath(path))))
