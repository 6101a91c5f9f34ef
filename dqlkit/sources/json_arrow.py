"""Decodes blocks of plain JSON records by Arrow, straight into columns, where that is exact.

Arrow's reader is strict where it is told the type of each field: it refuses a value of another type, a field of another
name, a name that stands twice, and whatever is no JSON. What it does not tell apart is looked at afterwards: a null that is
no record, a whole number in a column of doubles, and a member that is null from one that is missing. Such a field is
*doubtful*, and the caller reads it in another way. It works without Python's lock, and so each processor decodes a part.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, reduce
from itertools import pairwise
from typing import Any

import msgspec
import polars as pl

from dqlkit.engines.polars.physical import dtype_of
from dqlkit.frozen import frozen
from dqlkit.regex import regex
from dqlkit.sources.columns import Column
from dqlkit.sources.json_scan import UNREADABLE
from dqlkit.sources.json_text import Bytes
from dqlkit.sources.lazy import arrow_json as arrow
from dqlkit.sources.lazy import pa, pc
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, Array, Record, Type, Variant, join_all
from dqlkit.wire.shape import Path

__all__ = ["Strict", "strict_decoder"]

_SCALARS = {BOOLEAN: "bool_", LONG: "int64", DOUBLE: "float64", STRING: "string", NULL: "bool_"}
_NUMBERS = frozenset({LONG, DOUBLE})
#: Whole numbers in a column of doubles are looked at one by one where they are one in so many.
_FEW = 16
#: Parts of a block that are decoded side by side have at least so many bytes.
_PART = 1 << 19
#: How a record begins. Arrow would crash at a null with which a part begins, or a last line without an end.
_RECORD = regex(rb"[ \t\r\n]*\{")


def strict_decoder(kinds: Mapping[str, Type]) -> Strict | None:
    """A decoder of records of these fields; None where Arrow has no type for one of them."""
    expected = {name: _expected(kind) for name, kind in kinds.items()}
    types = [(name, _arrow_type(kind)) for name, kind in expected.items()]
    if not types or any(kind is None for _, kind in types):
        return None
    return Strict(pa.schema(types), expected)


@frozen
class Strict:
    """Decodes records of some fields, whose types are expected."""

    schema: Any
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
        parts = [view[start:end] for start, end in pairwise([*starts, len(block)])]
        try:
            table = pa.concat_tables(_side_by_side(self._table, parts))
            table.validate()
        except pa.ArrowException:
            return None
        if _may_hold_nulls(table):
            return None
        lines = _Lines(block, table.num_rows)
        certain = [
            name for name, kind in self.kinds.items() if not _is_doubtful(table.column(name), kind, lines, (name,))
        ]
        return {name: _column(table.column(name), self.kinds[name]) for name in certain}, table.num_rows

    def _table(self, part: bytes | memoryview) -> Any:
        reading = arrow.ReadOptions(block_size=len(part) + 1, use_threads=False)
        parsing = arrow.ParseOptions(explicit_schema=self.schema, unexpected_field_behavior="error")
        return arrow.read_json(pa.BufferReader(part), read_options=reading, parse_options=parsing)


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count())


def _side_by_side(decode: Callable[[memoryview], Any], parts: Sequence[memoryview]) -> list[Any]:
    return list(_workers().map(decode, parts)) if len(parts) > 1 else [decode(parts[0])]


def _starts(block: Bytes) -> list[int]:
    """Where parts of the block begin, one for each processor where these are not too small, each at the begin of a line."""
    size = max(len(block) // (os.cpu_count() or 1), _PART)
    starts = [0]
    while starts[-1] + size + _PART < len(block) and (start := block.find(b"\n", starts[-1] + size) + 1):
        starts.append(start)
    return starts


def _is_text(block: Bytes) -> bool:
    try:
        return block.isascii() or bool(block.decode())
    except UnicodeDecodeError:
        return False


def _may_hold_nulls(table: Any) -> bool:
    """Whether Arrow may have read a null in place of a record: it makes it one without any value."""
    if any(not column.null_count for column in table.columns):
        return False
    return bool(pc.any(reduce(pc.and_, map(pc.is_null, table.columns))).as_py())


def _expected(kind: Type) -> Type:
    """The type of the values of a field that Arrow can tell: doubles stand for all numbers, and one record for several."""
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


def _arrow_type(kind: Type) -> Any:
    """The type in Arrow; None for one that it cannot be told."""
    if isinstance(kind, Array):
        element = _arrow_type(kind.element)
        return element and pa.list_(element)
    if isinstance(kind, Record):
        members = [(name, _arrow_type(member)) for name, member in kind.fields]
        can = members and all(member and "\0" not in name for name, member in members)  # which would end the name
        return pa.struct(members) if can else None
    scalar = _SCALARS.get(kind)
    return scalar and getattr(pa, scalar)()


class _Lines:
    """The lines of a block, for a look at few of its records."""

    def __init__(self, block: Bytes, count: int) -> None:
        self._block = block
        self._count = count
        self._ends: list[int] | None = None

    def hold_doubles(self, rows: Sequence[int], path: Path, values: Sequence[float]) -> bool:
        """Whether these values of a member are written with a fraction or an exponent, if they are few enough to look at.

        Lines that are not those of the records hold other values somewhere, or are no documents.
        """
        if len(rows) * _FEW > self._count or len(self.ends) != self._count:
            return False
        with suppress(*UNREADABLE, LookupError, TypeError):
            return all(self._is_double(row, path, value) for row, value in zip(rows, values, strict=True))
        return False

    @property
    def ends(self) -> list[int]:
        """Where the lines end."""
        if self._ends is None:
            self._ends, find, at = [], self._block.find, 0
            while at := find(b"\n", at) + 1:
                self._ends.append(at)
        return self._ends

    def _is_double(self, row: int, path: Path, value: float) -> bool:
        found = msgspec.json.decode(self._block[self.ends[row - 1] if row else 0 : self.ends[row]])
        for step in path:
            found = found[step]
        return type(found) is float and found == value


def _is_doubtful(column: Any, kind: Type, lines: _Lines, path: Path | None) -> bool:
    """Whether Arrow may have read what it cannot tell; `path` leads to the member, None where it lies in an array."""
    if kind == DOUBLE:
        if not pc.all(pc.is_finite(column), min_count=0).as_py():
            return True
        rows = pc.indices_nonzero(pc.equal(pc.floor(column), column))
        whole = path is not None and lines.hold_doubles(rows.to_pylist(), path, column.take(rows).to_pylist())
        return bool(rows) and not whole
    if kind == NULL:
        return bool(column.null_count < len(column))
    if isinstance(kind, Array):
        return _may_be_doubtful(kind.element) and _is_doubtful(pc.list_flatten(column), kind.element, lines, None)
    if not isinstance(kind, Record):
        return False
    members = [(pc.struct_field(column, [k]), *field) for k, field in enumerate(kind.fields)]
    return any(
        own.null_count > column.null_count or _is_doubtful(own, member, lines, path and (*path, name))
        for own, name, member in members
    )


def _may_be_doubtful(kind: Type) -> bool:
    return isinstance(kind, (Array, Record)) or kind in (DOUBLE, NULL)


def _column(column: Any, kind: Type) -> Column:
    series = pl.from_arrow(column, rechunk=False)
    assert isinstance(series, pl.Series)
    wanted = dtype_of(kind)
    return (series if series.dtype == wanted else series.cast(wanted)), kind
