"""The SQLite file of a store: events that are acknowledged and not in a table yet, and other texts that have to be kept.

Every transaction is on disk when it has ended: the file is in WAL mode, and `synchronous=FULL` flushes the log at each commit.
One process writes; others may read at the same time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from dqlkit.frozen import frozen

__all__ = ["Journal", "Row", "waiting", "waiting_tables"]

_TABLES = """
CREATE TABLE IF NOT EXISTS buffer
    (seq INTEGER PRIMARY KEY AUTOINCREMENT, tbl TEXT NOT NULL, events INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS buffer_tables ON buffer (tbl, seq);
CREATE TABLE IF NOT EXISTS seen (id BLOB PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS durable (tbl TEXT PRIMARY KEY, version INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS documents
    (kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, name));
"""
_SECONDS = 30.0


@frozen
class Row:
    """Events of one table that were acknowledged together."""

    seq: int
    events: int
    data: bytes


class Journal:
    """The connection that writes. It is used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, timeout=_SECONDS, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_TABLES)
        self._day = 0

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written inside is on disk at the end, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def add(self, rows: Sequence[tuple[str, int, bytes]]) -> None:
        """Table, number of events and their frames. One statement is a transaction of its own."""
        if rows:
            places = ", ".join(["(?, ?, ?)"] * len(rows))
            self._db.execute(f"INSERT INTO buffer (tbl, events, bytes) VALUES {places}", [*chain.from_iterable(rows)])

    def unseen(self, ids: Iterable[bytes], day: int, days: int) -> set[bytes]:
        """Those of the ids that were not there within so many days, which are so from now on."""
        if day != self._day:
            self._db.execute("DELETE FROM seen WHERE day <= ?", (day - days,))
            self._day = day
        text = "INSERT OR IGNORE INTO seen VALUES (?, ?)"
        return {one for one in ids if self._db.execute(text, (one, day)).rowcount}

    def settle(self, table: str, seq: int, version: int) -> None:
        """The table holds all events up to `seq`, and its version is on disk."""
        self._db.execute("DELETE FROM buffer WHERE tbl = ? AND seq <= ?", (table, seq))
        self._db.execute("INSERT OR REPLACE INTO durable VALUES (?, ?)", (table, version))

    def forget(self, table: str) -> None:
        """Remove what is known of a table, which is deleted."""
        for name in ("buffer", "durable"):
            self._db.execute(f"DELETE FROM {name} WHERE tbl = ?", (table,))

    def versions(self) -> dict[str, int]:
        """The version of each table that is on disk for certain."""
        return dict(self._db.execute("SELECT tbl, version FROM durable"))

    def counts(self) -> dict[str, int]:
        """The number of events of each table that wait."""
        return dict(self._db.execute("SELECT tbl, sum(events) FROM buffer GROUP BY tbl"))

    def documents(self) -> dict[str, dict[str, str]]:
        """What was kept, by kind and name."""
        found: dict[str, dict[str, str]] = {}
        for kind, name, value in self._db.execute("SELECT kind, name, value FROM documents ORDER BY rowid"):
            found.setdefault(kind, {})[name] = value
        return found

    def keep(self, kind: str, name: str, value: str | None) -> None:
        """Keep a document, or with None remove it."""
        if value is None:
            self._db.execute("DELETE FROM documents WHERE kind = ? AND name = ?", (kind, name))
        else:
            self._db.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (kind, name, value))


def waiting(path: Path, table: str, after: int = 0) -> list[Row]:
    """The events of a table that wait, as another process reads them: all of one moment."""
    text = "SELECT seq, events, bytes FROM buffer WHERE tbl = ? AND seq > ? ORDER BY seq"
    with _reading(path) as db:
        return [Row(*row) for row in db.execute(text, (table, after))]


def waiting_tables(path: Path) -> list[str]:
    """The tables for which events wait."""
    with _reading(path) as db:
        return [name for (name,) in db.execute("SELECT DISTINCT tbl FROM buffer")]


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_SECONDS)
    try:
        yield db
    finally:
        db.close()
