"""The pages of Parquet files, whose headers are read before Polars reads the pages: where a damaged one tells a number of values
below zero, Polars asks for more memory than there is, and the process ends."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dqlkit.sources.compact import UNFIT, Fields, fields_at

__all__ = ["Chunk", "verify_pages"]

#: Most headers have fewer bytes; those that tell extremes of long texts have more.
_USUAL, _LONGEST = 256, 1 << 24
#: The fields of a header for the size of its page, and for what it tells of values in both versions of the format.
_SIZE, _VALUES = 3, (5, 8)


class Chunk(NamedTuple):
    """The values of a column in a row group: where their pages begin, and how many they are."""

    start: int
    values: int

    @classmethod
    def of(cls, values: int, data: int, dictionary: int | None) -> Chunk:
        """A chunk whose pages of data begin there, and before them the page of its dictionary, if it has one."""
        return cls(dictionary if dictionary and dictionary < data else data, values)


def verify_pages(path: Path, chunks: Iterable[Chunk]) -> None:
    """Raise `ValueError` where the pages of a chunk do not hold as many values as it has."""
    with path.open("rb", buffering=0) as file:
        for at, left in chunks:
            while left:
                header, size = _header(file, at)
                count = next((header[kind][1] for kind in _VALUES if kind in header), 0)
                if not 0 <= count <= left or header[_SIZE] < 0:
                    raise ValueError(f"a page at byte {at} of {count} values where {left} are left")
                at, left = at + size + header[_SIZE], left - count


def _header(file: BinaryIO, at: int) -> tuple[Fields, int]:
    """The header of a page, and how many bytes it has."""
    for most in (_USUAL, _LONGEST):
        file.seek(at)
        try:
            return fields_at(file.read(most))
        except UNFIT:
            pass
    raise ValueError(f"no page at byte {at}")
