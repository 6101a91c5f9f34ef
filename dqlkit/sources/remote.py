"""Parquet and Arrow files in object stores, which Polars scans: of each only what a query needs is fetched."""

from __future__ import annotations

import polars as pl
from polars.exceptions import PanicException, PolarsError

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
    from dqlkit.sources.foreign import polars_table

    try:
        table = polars_table(pl.scan_ipc(url) if arrow else pl.scan_parquet(url))
    except (PolarsError, PanicException, OSError, ValueError, ImportError) as fault:
        first = next(iter(str(fault).splitlines()), type(fault).__name__)
        raise SourceError.of("R101", f"{url}: the files cannot be read: {first}.") from None
    return replace(table, format="Arrow IPC file" if arrow else "Parquet")
