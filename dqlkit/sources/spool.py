"""Columns kept on disk, for tables that are larger than memory should hold.

They lie in a file without a name, which is gone with the process, however that ends. Each column of each part is written on
its own, so that only those are read again that a query needs.
"""

from __future__ import annotations

import io
import tempfile
import weakref
from threading import Lock

import polars as pl

__all__ = ["Kept", "Spool"]


class Spool:
    """The file of one table."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="dqlkit-")  # noqa: SIM115  it lives as long as the table
        weakref.finalize(self, self._file.close)
        self._lock = Lock()
        self._end = 0

    def keep(self, column: pl.Series) -> Kept:
        """Write a column."""
        buffer = io.BytesIO()
        column.to_frame("").write_ipc_stream(buffer, compat_level=pl.CompatLevel.newest())
        start, size = self._end, len(buffer.getbuffer())
        with self._lock:
            self._file.seek(start)
            self._file.write(buffer.getbuffer())
        self._end += size
        return Kept(self, start, size)

    def read(self, start: int, size: int) -> bytes:
        """Bytes that were written."""
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)


class Kept:
    """A column in a spool."""

    __slots__ = ("_size", "_spool", "_start")

    def __init__(self, spool: Spool, start: int, size: int) -> None:
        self._spool, self._start, self._size = spool, start, size

    def series(self) -> pl.Series:
        """Read it."""
        return pl.read_ipc_stream(io.BytesIO(self._spool.read(self._start, self._size))).to_series()
