"""Decodes blocks of plain JSON records straight into columns, where that is exact.

A strict decoder is told the type of each field. A block that has other fields, or is no JSON, it refuses; a field with a value
that is not as expected is *doubtful*. The caller reads these in another way. The compiled decoder does that where it is
installed, else Arrow's. Both work without Python's lock, and so each processor decodes a part.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import polars as pl

from dqlkit.compiled import workers
from dqlkit.engines.polars.physical import dtype_of
from dqlkit.frozen import frozen
from dqlkit.regex import regex
from dqlkit.sources import json_compiled
from dqlkit.sources.columns import Column
from dqlkit.sources.json_arrow import ArrowDecoder
from dqlkit.sources.json_text import Bytes
from dqlkit.types.kinds import DOUBLE, LONG, Array, Record, Type, Variant, join, join_all

__all__ = ["Strict", "strict_decoder"]

_NUMBERS = frozenset({LONG, DOUBLE})
#: Parts of a block that are decoded side by side have at least so many bytes.
_PART = 1 << 19
#: How a record begins. Arrow would crash at a null with which a part begins, or a last line without an end.
_RECORD = regex(rb"[ \t\r\n]*\{")

Part: TypeAlias = tuple[dict[str, pl.Series], int]
"""The columns that are certain, and how many records there are."""


Decoder: TypeAlias = Callable[[memoryview], Part | None]
"""What decodes a part of a block; None for one that is not as expected."""


def strict_decoder(kinds: Mapping[str, Type], absent: Collection[str] | None = None) -> Strict | None:
    """A decoder of these fields; None where there is none.

    The records have no others. Where `absent` is given, they have any others but those.
    """
    expected = {name: _expected(kind) for name, kind in kinds.items()}
    told = {name: kind for name, kind in expected.items() if join(kinds[name], kind) == kinds[name]}
    decoder: Decoder | None = json_compiled.decoder({**kinds, **told}, absent)
    if decoder is None and absent is None:
        decoder = ArrowDecoder.of(expected)
    return None if decoder is None else Strict(decoder, told)


@frozen
class Strict:
    """Decodes records of fields whose types are expected.

    A field of which only records with fewer members were met is doubtful: a block without a value of it would add a type.
    """

    decoder: Decoder
    kinds: Mapping[str, Type]

    def __call__(self, block: Bytes) -> tuple[dict[str, Column], int] | None:
        """The columns that are certain, and how many records there are; None for a block that is not as expected."""
        if not _is_text(block):
            return None
        if not block.endswith(b"\n"):
            block = block + b"\n"
        starts = _starts(block)
        if not all(_RECORD.match(block, start) for start in starts):
            return None
        view = memoryview(block)
        parts: list[Part] = []
        for part in _side_by_side(self.decoder, [view[start:end] for start, end in pairwise([*starts, len(block)])]):
            if part is None:
                return None
            parts.append(part)
        certain = [name for name in self.kinds if all(name in columns for columns, _ in parts)]
        columns = {name: _column([columns[name] for columns, _ in parts], self.kinds[name]) for name in certain}
        return columns, sum(count for _, count in parts)


def _side_by_side(decode: Decoder, parts: Sequence[memoryview]) -> Iterable[Part | None]:
    return workers().map(decode, parts) if len(parts) > 1 else [decode(parts[0])]


def _starts(block: Bytes) -> list[int]:
    """Where parts of the block begin, one for each processor where these are not too small, each at the begin of a line."""
    size = max(len(block) // (os.cpu_count() or 1), _PART)
    starts = [0]
    while starts[-1] + size + _PART < len(block):
        start = block.find(b"\n", starts[-1] + size) + 1
        if start in (0, len(block)):
            break
        starts.append(start)
    return starts


def _is_text(block: Bytes) -> bool:
    try:
        return block.isascii() or bool(block.decode())
    except UnicodeDecodeError:
        return False


def _expected(kind: Type) -> Type:
    """The type of the values of a field that can be told: doubles stand for all numbers, and one record for several."""
    if isinstance(kind, Array):
        return Array(_expected(kind.element))
    if isinstance(kind, Record):
        return Record((name, _expected(member)) for name, member in kind.fields)
    if not isinstance(kind, Variant) or not kind.options:
        return kind
    if kind.options == _NUMBERS:
        return DOUBLE
    records = [option for option in kind.options if isinstance(option, Record)]
    return _expected(_united(records)) if len(records) == len(kind.options) else kind


def _united(records: Iterable[Record]) -> Record:
    found: dict[str, list[Type]] = {}
    for record in sorted(records, key=str):
        for name, kind in record.fields:
            found.setdefault(name, []).append(kind)
    return Record((name, join_all(kinds)) for name, kinds in found.items())


def _column(parts: Sequence[pl.Series], kind: Type) -> Column:
    series = parts[0] if len(parts) == 1 else pl.concat(parts, rechunk=False)
    wanted = dtype_of(kind)
    return (series if series.dtype == wanted else series.cast(wanted)), kind
