"""A durable store of events: a folder that one process writes and others may read at the same time.

    DIR/store.db          SQLite: events that are acknowledged and not in a table yet, what else has to outlive the process
    DIR/tables/NAME/      a Delta table per table, which Polars, DuckDB and Spark read as it is
    DIR/lock              held by the process that writes
    DIR/tokens.toml       who may call the server, where that is not everybody

    append ─ journal (one transaction for all who wait) → acknowledged ─ flush → Parquet → Delta log ─ settle → journal
    read   = the Delta table, and the events of the journal that it does not hold yet

An event is acknowledged when the transaction that holds it is on disk. A flush writes a file, makes it part of the Delta table in
a commit that also names the last event in it, and only then removes the events from the journal; so wherever a process
is killed, each event is in exactly one of the two. `Store` writes, `StoredTable` reads.
"""

from __future__ import annotations

from dqlkit.errors import SourceError
from dqlkit.store.layout import is_store

__all__ = ["check_installed", "is_store"]


def check_installed() -> None:
    """Raise `SourceError` where the library that reads and commits Delta tables is missing."""
    try:
        import deltalake  # noqa: F401
    except ImportError:
        help = "Install `dqlkit[delta]`."
        raise SourceError.of("R108", "expected a reader of Delta tables, found none installed.", help) from None
