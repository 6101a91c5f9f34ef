"""Parquet and Arrow files in object stores, which Polars scans: of each only what a query needs is fetched."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
from polars.exceptions import PanicException, PolarsError

from dqlkit.engines.table import Facts
from dqlkit.frozen import replace
from dqlkit.regex import regex
from dqlkit.sources.errors import SourceError
from dqlkit.sources.table import FrameTable

__all__ = ["is_remote", "remote_table"]

_SCHEME = regex(r"(s3a?|gs|gcs|az|azure|adl|abfss?|hf|https?|file)://")
_ARROW = (".arrow", ".ipc", ".feather")


def is_remote(source: str) -> bool:
    """Whether a name is a URL that Polars reads."""
    return _SCHEME.match(source) is not None


def remote_table(url: str) -> FrameTable:
    """The records of the files that a URL, or a pattern of one, stands for. Credentials are where Polars finds them."""
    arrow = url.partition("?")[0].endswith(_ARROW)
    if not arrow and ".parquet" not in url and not url.endswith(("/", "*")):
        help = "Fetch it, and pipe it in: `curl … | dqlkit query … -t name=-`."
        raise SourceError.of("R101", f"{url}: expected a URL of Parquet or Arrow files.", help)
    scan = pl.scan_ipc if arrow else pl.scan_parquet
    format = "Arrow IPC file" if arrow else "Parquet"
    table = _told(url, lambda: _scanned(scan(url), format))
    return replace(table, listed=lambda: _told(url, lambda: _listed(url, scan, table)))


def _scanned(lazy: pl.LazyFrame, format: str) -> FrameTable:
    from dqlkit.sources.foreign import polars_table

    return replace(polars_table(lazy), format=format)


def _listed(url: str, scan: Callable[..., pl.LazyFrame], table: FrameTable) -> FrameTable:
    """The table with the files as its parts, each with the number of its records. Only their ends are fetched for that."""
    path = table.schema.fresh("path")
    paths = scan(url, include_file_paths=path).select(path)
    found = paths.group_by(path, maintain_order=True).len().collect(engine="streaming").rows()
    whole = replace(table, facts=Facts(sum(rows for _, rows in found)))
    files = [replace(_scanned(scan(name, glob=False), table.format), facts=Facts(rows)) for name, rows in found]
    by_folder = any(
        file.schema.fields != table.schema.fields for file in files[:1]
    )  # their names are values of a field
    return whole if by_folder or not files else replace(whole, parts=tuple(files))


def _told(url: str, read: Callable[[], FrameTable]) -> FrameTable:
    """What is read at a URL; errors name it."""
    try:
        return read()
    except (PolarsError, PanicException, OSError, ValueError, ImportError) as fault:
        first = next(iter(str(fault).splitlines()), type(fault).__name__)
        raise SourceError.of("R101", f"{url}: the files cannot be read: {first}.") from None
