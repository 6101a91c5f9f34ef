"""Columns for other tools, packed by Arrow while an answer is found."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Protocol, cast

import polars as pl

from dqlkit.engines.polars.physical import arrow_table
from dqlkit.results.result import Result

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Packed", "Writer"]

#: So many records are packed together, or fewer that take so many bytes.
_RECORDS, _BYTES = 1 << 17, 1 << 25


class Writer(Protocol):
    """What writes tables of one schema to a file."""

    def write_table(self, table: pa.Table) -> None:
        """Write the next records."""

    def close(self) -> None:
        """Write the end."""


class Packed:
    """Writes the columns of `Result.to_polars()`; `open` makes the writer for a stream and a schema."""

    def __init__(self, stream: IO[bytes], open: Callable[[IO[bytes], pa.Schema], Writer]) -> None:
        self._stream, self._open = cast(IO[bytes], _Counted(stream)), open
        self._writer: Writer | None = None
        self._waiting: list[pl.DataFrame] = []

    def take(self, part: Result) -> None:
        """Keep the records until there are enough to be packed together."""
        self._waiting.append(part.to_polars())
        if sum(one.height for one in self._waiting) >= _RECORDS or self._size() >= _BYTES:
            self._pack()

    def _size(self) -> float:
        return sum(one.estimated_size() for one in self._waiting)

    def _pack(self) -> None:
        table = arrow_table(pl.concat(self._waiting))
        self._waiting = []
        if self._writer is None:
            self._writer = self._open(self._stream, table.schema)
        self._writer.write_table(table)

    def end(self, answer: Result) -> None:
        """Write what is left; the fields tell the columns where there are no records."""
        if self._writer is None and not self._waiting:
            self._waiting = [answer.head(0).to_polars()]
        if self._waiting:
            self._pack()
        if self._writer is not None:
            self._writer.close()


class _Counted(io.RawIOBase):
    """A stream that knows how much was written, which pipes do not."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._position = stream, 0

    def writable(self) -> bool:
        return True

    def write(self, some: object) -> int:
        self._stream.write(some)  # type: ignore[call-overload]
        self._position += memoryview(some).nbytes  # type: ignore[arg-type]
        return memoryview(some).nbytes  # type: ignore[arg-type]

    def tell(self) -> int:
        return self._position

    def flush(self) -> None:
        self._stream.flush()
