"""The pages of Parquet files, whose headers are read before Polars reads the pages: where a damaged one tells a number of values
below zero, Polars asks for more memory than there is, and the process ends."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dqlkit.sources.compact import UNFIT, fields_at
from dqlkit.sources.state import State

__all__ = ["Chunk", "verify_pages"]

#: Most headers have fewer bytes than the first; those that tell extremes of long texts have more.
_SIZES = (1 << 8, 1 << 12, 1 << 16, 1 << 20, 1 << 24)
#: The fields of a header for the size of its page, and for what it tells of values in both versions of the format.
_SIZE, _VALUES = 3, (5, 8)
#: The fields whose pages were sound, by their file and its state. Of more files than that they are forgotten.
_SOUND: dict[tuple[Path, State], frozenset[str]] = {}
_REMEMBERED = 64


class Chunk(NamedTuple):
    """The values of a column in a row group: where their pages begin, and how many they are. `field` is the column's first
    name, which those of nested values share."""

    field: str
    start: int
    values: int

    @classmethod
    def of(cls, field: str, values: int, data: int, dictionary: int | None) -> Chunk:
        """A chunk whose pages of data begin there, and before them the page of its dictionary, if it has one."""
        return cls(field, dictionary if dictionary and dictionary < data else data, values)


def verify_pages(path: Path, chunks: Iterable[Chunk]) -> None:
    """Raise `ValueError` where the pages of a chunk do not hold as many values as it has. The chunks of a field come together;
    fields that were sound are not looked at again before their file changes."""
    state = State.of(path)
    sound = _SOUND.get((path, state), frozenset())
    unknown = [chunk for chunk in chunks if chunk.field not in sound]
    with path.open("rb", buffering=0) as file:
        for _, at, left in unknown:
            while left:
                at, left = _behind(file, at, left)
    if unknown and state.is_settled:
        if len(_SOUND) >= _REMEMBERED:
            _SOUND.clear()
        _SOUND[path, state] = sound.union(chunk.field for chunk in unknown)


def _behind(file: BinaryIO, at: int, left: int) -> tuple[int, int]:
    """Where a page ends, and how many values are left for those behind it."""
    for most in _SIZES:
        with suppress(*UNFIT):
            file.seek(at)
            header, size = fields_at(file.read(most))
            count = next((header[kind][1] for kind in _VALUES if kind in header), 0)
            if 0 <= count <= left and header[_SIZE] >= 0:
                return at + size + header[_SIZE], left - count
    raise ValueError(f"no page of at most {left} values at byte {at}")
