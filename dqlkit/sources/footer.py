"""The footer of a Parquet file, read without Arrow, whose start takes as long as a small query, and which a damaged one may end
together with the process."""

from __future__ import annotations

import struct
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from dqlkit.engines.table import Facts
from dqlkit.frozen import frozen
from dqlkit.sources.compact import UNFIT, Fields, fields_at
from dqlkit.sources.pages import Chunk

__all__ = ["ARROW", "Footer", "footer_of"]

#: Where Arrow keeps its own schema, which is no text that people write.
ARROW = "ARROW:schema"
#: What that schema says of a column whose type extends another one.
_EXTENDED = b"ARROW:extension"

#: Texts that take so many bytes each are seldom the same: of a few thousand different ones, each is written once, and numbered.
_VARIED = 2

_MAGIC = b"PAR1"


@frozen
class Footer:
    """`texts` are kept beside the columns. `is_plain` says that all columns hold booleans, numbers, texts or instants that DQL
    has without a look at their values. `varied` are columns of texts that are seldom the same, as the first row group tells."""

    texts: Mapping[str, str]
    is_plain: bool
    chunks: Sequence[Chunk]
    varied: frozenset[str]
    _rows: Sequence[int]
    _times: Mapping[str, tuple[Facts, ...]]

    def ranges(self, time: str) -> tuple[Facts, ...]:
        """What is told of each row group: how many records, and the first and the last time in the column of that name."""
        return self._times.get(time) or tuple(map(Facts, self._rows))


def footer_of(path: Path) -> Footer:
    """The footer of a file. Raises `ValueError` where it is damaged."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 8, 0))
        end = file.read(8)
        length = int.from_bytes(end[:4], "little")
        if end[4:] != _MAGIC or not 0 < length <= size - 12:
            raise ValueError("it does not end with its footer")
        file.seek(size - 8 - length)
        return _read(file.read(length))


@lru_cache(maxsize=8)
def _read(data: bytes) -> Footer:
    """The footer in these bytes. The last ones are kept, since files are asked more than once."""
    try:
        return _footer(fields_at(data)[0])
    except (*UNFIT, struct.error):
        raise ValueError("its footer cannot be read") from None


def _footer(found: Fields) -> Footer:
    root, *columns = found[2]
    leaves = [one for one in columns if not one.get(5)]
    groups = found.get(4, [])
    whole = all(len(group[1]) == len(leaves) and group[3] >= 0 for group in groups)
    if not whole or sum(group[3] for group in groups) != found[3]:
        raise ValueError("parts that differ")
    texts = {one[1].decode(): one.get(2, b"").decode() for one in found.get(5, [])}
    extended = _EXTENDED in b64decode(texts.pop(ARROW, ""))
    names = {one[4].decode() for one in columns}
    is_plain = not extended and root.get(5) == len(names) == len(leaves) and all(map(_is_plain, columns))
    varied = frozenset(_varied(leaves, groups[0])) if groups else frozenset()
    chunks = [
        Chunk.of(one[3][0].decode(), one[5], one[9], one.get(11))
        for group in groups
        for one in (column[3] for column in group[1])
    ]
    return Footer(texts, is_plain, chunks, varied, [group[3] for group in groups], dict(_times(leaves, groups)))


#: Physical types, by their number in the format.
_BOOLEAN, _INT32, _INT64, _FLOAT, _DOUBLE, _BYTES = 0, 1, 2, 4, 5, 6
#: What numbers and bytes mean: integers that 64 bits with a sign hold, and texts.
_INTEGERS, _UTF8 = frozenset({None, 11, 12, 13, 15, 16, 17, 18}), 0
_REPEATED = 2
#: Instants in nanoseconds.
_TIMESTAMP, _NANOS = 8, 3


def _is_plain(column: Fields) -> bool:
    kind, meaning, logical = column.get(1), column.get(6), column.get(10, {})
    if column.get(5) or column.get(3) == _REPEATED:
        return False
    if _TIMESTAMP in logical:
        return kind == _INT64 and _NANOS in logical[_TIMESTAMP][2]
    if kind in (_BOOLEAN, _FLOAT, _DOUBLE):
        return meaning is None and not logical
    if kind in (_INT32, _INT64):
        return meaning in _INTEGERS and (meaning is not None or not logical)
    return kind == _BYTES and meaning == _UTF8


def _varied(leaves: Sequence[Fields], group: Fields) -> Iterator[str]:
    for leaf, column in zip(leaves, group[1], strict=True):
        if leaf.get(1) == _BYTES and column[3][6] >= _VARIED * group[3]:
            yield _path(column)


def _path(column: Fields) -> str:
    return ".".join(name.decode() for name in column[3][3])


_UNITS = {1: 1_000_000, 2: 1_000, 3: 1}


def _times(leaves: Sequence[Fields], groups: Sequence[Fields]) -> Iterator[tuple[str, tuple[Facts, ...]]]:
    """What row groups tell of each column of instants, by its path."""
    for place, leaf in enumerate(leaves if groups else ()):
        logical = leaf.get(10, {})
        if _TIMESTAMP in logical:
            unit = _UNITS[min(logical[_TIMESTAMP][2])]
            path = _path(groups[0][1][place])
            yield path, tuple(_range(group[3], group[1][place][3].get(12, {}), unit) for group in groups)


def _range(rows: int, statistics: Fields, unit: int) -> Facts:
    """The extent of times. Older statistics tell it in the first two fields, for numbers by the same rules."""
    last, first = (statistics.get(now, statistics.get(older)) for now, older in ((5, 1), (6, 2)))
    if first is None or last is None:
        return Facts(rows)
    return Facts(rows, None, *(struct.unpack("<q", bound)[0] * unit for bound in (first, last)))
