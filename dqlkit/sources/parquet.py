"""Parquet files, scanned lazily: what a query does not need is not read.

A file with columns that Polars or DQL do not have, or whose values DQL does not hold, is read at once: by Arrow, or by
Polars where Arrow does not have them. A plain file is scanned without Arrow, which takes longer to start than small queries to
run.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import polars as pl
from polars.exceptions import PanicException, PolarsError

from dqlkit.engines.polars.frame import Frame
from dqlkit.engines.table import EVERYTHING, Facts
from dqlkit.frozen import replace
from dqlkit.functions.context import Notice
from dqlkit.plan.timerange import time_field
from dqlkit.sources.content import plain_file
from dqlkit.sources.errors import SourceError
from dqlkit.sources.footer import Footer, footer_of
from dqlkit.sources.frames import table_of
from dqlkit.sources.kinds_text import KEY, described, kinds_to_text, read_whole, readable, typed_scan
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.pages import Chunk, verify_pages
from dqlkit.sources.table import FrameTable
from dqlkit.types.kinds import STRING, TIMESTAMP
from dqlkit.wire import Reading
from dqlkit.wire.dtctl import FOOTER, declared_rows

__all__ = ["damage_refused", "described_parquet", "read", "write_parquet"]

_DAMAGED = (PolarsError, PanicException, OSError, ValueError, KeyError, OverflowError, MemoryError)

#: The types of columns that a plain footer may tell.
_PLAIN = (pl.Boolean, pl.Categorical, pl.Datetime, pl.Float32, pl.Float64, pl.String)


def read(path: Path, _: ReadOptions) -> FrameTable:
    path = plain_file(path)
    with damage_refused():
        footer = footer_of(path)
        return _read_plain(path, footer) or _read_by_arrow(path, footer)


def _read_plain(path: Path, footer: Footer) -> FrameTable | None:
    """A plain file, scanned without Arrow; None for any other."""
    if not footer.is_plain or not _is_plain(scan := pl.scan_parquet(path, glob=False)):
        return None
    return _whole(_described(path, footer, scan), footer)


def _is_plain(scan: pl.LazyFrame) -> bool:
    """Whether Polars too takes the columns for those that the footer tells."""
    return all(isinstance(one, _PLAIN) or one.is_integer() for one in scan.collect_schema().values())


def _read_by_arrow(path: Path, footer: Footer) -> FrameTable:
    from pyarrow import ArrowNotImplementedError
    from pyarrow.parquet import read_schema

    from dqlkit.sources.arrow_table import notices_of
    from dqlkit.sources.foreign import polars_table
    from dqlkit.sources.parquet_arrow import can_be_scanned, read_at_once

    try:
        schema = read_schema(path)
    except ArrowNotImplementedError:  # it has no integers of 128 bits
        verify_pages(path, footer.chunks)
        return replace(polars_table(pl.read_parquet(path, glob=False)), format="Parquet")
    if can_be_scanned(path, schema):
        return _whole(_described(path, footer), footer, tuple(notices_of(schema)))
    verify_pages(path, footer.chunks)
    table = read_at_once(path, footer)
    return _whole(table, footer, table.notices)


def _whole(table: FrameTable, footer: Footer, notices: Sequence[Notice] = ()) -> FrameTable:
    """The table with these notices, or, if dtctl exported it, with the types that it declares."""
    if FOOTER not in footer.texts:
        return replace(table, notices=tuple(notices))
    texts = [name for name, kind in table.schema.fields.items() if kind == STRING]
    rows, notes = declared_rows(footer.texts[FOOTER], table.scan(EVERYTHING).frame.records(), texts)
    return table_of(Reading("Parquet of dtctl", rows, notices=dict.fromkeys([*notices, *notes.notices()])), times=())


@contextmanager
def damage_refused() -> Iterator[None]:
    """Where reading fails over a file that is damaged, the error says that."""
    try:
        yield
    except _DAMAGED as fault:
        raise _damaged(fault) from None
    except Exception as fault:
        arrow = sys.modules.get("pyarrow")
        if arrow is None or not isinstance(fault, arrow.ArrowException):
            raise
        raise _damaged(fault) from None


def _damaged(fault: BaseException) -> SourceError:
    first = next(iter(str(fault).splitlines()), type(fault).__name__)
    return SourceError.of("R102", f"expected a Parquet file, found a damaged one: {first}.")


def _verify(path: Path) -> None:
    """Read a whole file that is scanned lazily, after Polars failed to read what it wanted."""
    with damage_refused():
        read_whole(described_parquet(path)[0].scan(EVERYTHING).frame)


def described_parquet(path: Path) -> tuple[FrameTable, Mapping[str, str]]:
    """A file whose columns DQL has, and the texts in its footer."""
    with damage_refused():
        footer = footer_of(path)
        return _described(path, footer), footer.texts


def _described(path: Path, footer: Footer, scan: pl.LazyFrame | None = None) -> FrameTable:
    scan = pl.scan_parquet(path, glob=False) if scan is None else scan
    frame = typed_scan(scan, described(footer.texts.get(KEY)))
    time = time_field("", frame.schema.fields)
    ranges = footer.ranges(time if frame.schema.type(time) == TIMESTAMP else "")
    facts = replace(Facts.of_all(ranges), varied=footer.varied) if ranges else Facts(0)
    names = frozenset(frame.schema.fields)
    checks = (partial(_check_pages, path, footer.chunks, names),)
    return FrameTable(frame, facts, "Parquet", (), (partial(_verify, path),), checks, ranges=ranges)


def _check_pages(path: Path, chunks: Sequence[Chunk], names: Collection[str], wanted: Collection[str] | None) -> None:
    """Look at the pages of the wanted fields, and of columns that are no field by `names`."""
    with damage_refused():
        verify_pages(path, (one for one in chunks if wanted is None or one.field in wanted or one.field not in names))


def write_parquet(frame: Frame, path: Path, texts: Mapping[str, str] | None = None, shared: bool = True) -> None:
    """Write a frame so that reading gives the same frame, without holding it in memory where it is lazy.

    `texts` are kept in the footer beside. Where `shared`, other tools can read all columns.
    """
    # The first level compresses as well as the usual third one here, in two thirds of the time.
    metadata = {KEY: kinds_to_text(frame.schema), **(texts or {})}
    lazy = readable(frame) if shared else frame.lazy
    lazy.sink_parquet(path, compression="zstd", compression_level=1, metadata=metadata)
