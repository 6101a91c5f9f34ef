"""Decodes parts of blocks of plain JSON records by Arrow, straight into columns, where that is exact.

Arrow's reader is strict where it is told the type of each field: it refuses a value of another type, a field of another
name, a name that stands twice, and whatever is no JSON. What it does not tell apart is looked at afterwards: a null that is
no record, a whole number in a column of doubles, and a member that is null from one that is missing. Such a field is
doubtful.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import reduce
from typing import Any

import msgspec
import polars as pl

from dqlkit.frozen import frozen
from dqlkit.sources.json_scan import UNREADABLE
from dqlkit.sources.lazy import arrow_json as arrow
from dqlkit.sources.lazy import pa, pc
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, Array, Record, Type
from dqlkit.wire.shape import Path

__all__ = ["ArrowDecoder"]

_SCALARS = {BOOLEAN: "bool_", LONG: "int64", DOUBLE: "float64", STRING: "string", NULL: "bool_"}
#: Whole numbers in a column of doubles are looked at one by one where they are one in so many.
_FEW = 16


@frozen
class ArrowDecoder:
    """Decodes records of some fields, whose types are expected."""

    schema: Any
    kinds: Mapping[str, Type]

    @staticmethod
    def of(kinds: Mapping[str, Type]) -> ArrowDecoder | None:
        """A decoder of records of these fields alone; None where Arrow has no type for one of them."""
        types = [(name, _arrow_type(kind)) for name, kind in kinds.items()]
        if not types or any(kind is None for _, kind in types):
            return None
        return ArrowDecoder(pa.schema(types), kinds)

    def __call__(self, part: memoryview) -> tuple[dict[str, pl.Series], int] | None:
        reading = arrow.ReadOptions(block_size=len(part) + 1, use_threads=False)
        parsing = arrow.ParseOptions(explicit_schema=self.schema, unexpected_field_behavior="error")
        try:
            table = arrow.read_json(pa.BufferReader(part), read_options=reading, parse_options=parsing)
            table.validate()
        except pa.ArrowException:
            return None
        if _may_hold_nulls(table):
            return None
        lines = _Lines(part, table.num_rows)
        certain = [
            name for name, kind in self.kinds.items() if not _is_doubtful(table.column(name), kind, lines, (name,))
        ]
        return {name: pl.Series(pl.from_arrow(table.column(name), rechunk=False)) for name in certain}, table.num_rows


def _may_hold_nulls(table: Any) -> bool:
    """Whether Arrow may have read a null in place of a record: it makes it one without any value."""
    if any(not column.null_count for column in table.columns):
        return False
    return bool(pc.any(reduce(pc.and_, map(pc.is_null, table.columns))).as_py())


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

    def __init__(self, block: memoryview, count: int) -> None:
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
            self._ends, find, at = [], self._block.tobytes().find, 0
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
