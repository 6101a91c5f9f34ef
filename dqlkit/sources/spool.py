"""Records kept on disk, for tables that are larger than memory should hold.

They lie in a file without a name, which is gone with the process, however that ends. It is mapped into memory to be read, so
that only the columns that a query needs are read, and none is copied.
"""

from __future__ import annotations

import mmap
import tempfile
import weakref
from collections.abc import Sequence
from typing import IO

import polars as pl

from dqlkit.sources.lazy import ipc, pa

__all__ = ["Kept", "Spool"]


class Spool:
    """The file of one table."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0, prefix="dqlkit-")  # noqa: SIM115  it lives as long as the table
        weakref.finalize(self, self._file.close)
        self._end = 0

    def keep(self, records: pl.DataFrame) -> Kept:
        """Write records. What is mapped has to begin at a whole page."""
        start = self._file.seek(-(-self._end // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY)
        table = records.to_arrow(compat_level=pl.CompatLevel.newest())
        with ipc.new_stream(
            pa.PythonFile(self._file, "w"), table.schema
        ) as stream:  # a fifth of what Polars' writer takes
            stream.write_table(table)
        self._end = self._file.seek(0, 2)
        return Kept(self, self._file, start, self._end - start)


class Kept:
    """Records in a spool."""

    __slots__ = ("_file", "_size", "_spool", "_start")

    def __init__(self, spool: Spool, file: IO[bytes], start: int, size: int) -> None:
        self._spool, self._file, self._start, self._size = spool, file, start, size

    def columns(self, names: Sequence[str]) -> pl.DataFrame:
        """Some of their columns."""
        mapped = mmap.mmap(self._file.fileno(), self._size, access=mmap.ACCESS_READ, offset=self._start)
        table = ipc.open_stream(pa.py_buffer(mapped)).read_all()
        return pl.DataFrame({name: pl.from_arrow(table.column(name), rechunk=False) for name in names})
