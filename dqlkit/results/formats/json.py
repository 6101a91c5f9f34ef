"""`Result.to_dict()`, one record per line."""

from __future__ import annotations

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from weakref import finalize

from dqlkit.results.format import Format
from dqlkit.results.json_lines import text, write_lines
from dqlkit.results.result import Result
from dqlkit.wire.grail import Types

__all__ = ["FORMAT"]

#: So many bytes of `types`, which stand behind the records, are kept in memory; more wait in a file without a name.
_KEPT = 1 << 24
_START, _BETWEEN = '{"records":[\n', ",\n"


class _Document:
    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._types: Types | None = None
        self._told = SpooledTemporaryFile(_KEPT, "w+", encoding="utf-8")  # noqa: SIM115
        finalize(self, self._told.close)  # an error may come before the end

    def take(self, part: Result) -> None:
        """The records, and what they say of types."""
        first = self._types is None
        if self._types is None:
            self._stream.write(_START)
            self._types = Types(part.schema.fields, part.schema.stored)
        write_lines(self._stream, part, before=_BETWEEN, skipped=len(_BETWEEN) if first else 0)
        self._tell(self._types.add(part.data))

    def _tell(self, entries: Iterable[Any]) -> None:
        self._told.writelines(f",{text(entry)}" for entry in entries)

    def end(self, answer: Result) -> None:
        """Types and metadata."""
        if self._types is None:
            self._stream.write(_START)
        else:
            self._tell(self._types.end())
            self._stream.write("\n")
        self._stream.write('],"types":[')
        self._told.seek(1)  # behind the first comma
        for some in iter(lambda: self._told.read(1 << 16), ""):
            self._stream.write(some)
        self._stream.write(f'],\n"metadata":{text(answer.metadata)}}}\n')


FORMAT = Format(sink=_Document)
