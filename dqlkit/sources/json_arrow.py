"""Decodes blocks of plain JSON records by Arrow, straight into columns, where that is exact.

Arrow's reader is strict where it is told the type of each field: it refuses a value of another type, a field of another
name, a name that stands twice, and whatever is no JSON. What it does not tell apart is looked at afterwards: a whole
number in a column of doubles, and a member that is null from one that is missing. Such a field is *doubtful*, and the
caller reads it in another way. It works without Python's lock, and so on several processors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from dqlkit.engines.polars.physical import dtype_of
from dqlkit.frozen import frozen
from dqlkit.sources.columns import Column
from dqlkit.sources.lazy import arrow_json as arrow
from dqlkit.sources.lazy import pa, pc
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, Array, Record, Type, Variant, join_all

__all__ = ["Strict", "strict_decoder"]

_SCALARS = {BOOLEAN: "bool_", LONG: "int64", DOUBLE: "float64", STRING: "string", NULL: "bool_"}
_NUMBERS = frozenset({LONG, DOUBLE})
#: Arrow splits blocks into parts of this size, which processors share.
_PART = 1 << 20
#: The mark of an encoding, which Arrow skips at the beginning of each block.
_MARK = b"\xef\xbb\xbf"
#: Makes line ends alike.
_LINES = bytes.maketrans(b"\r", b"\n")


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

    def __call__(self, block: bytes) -> tuple[dict[str, Column], int] | None:
        """The columns that are certain, and how many records there are; None for a block that is not as expected."""
        if not _is_safe(block):
            return None
        reading = arrow.ReadOptions(block_size=min(len(block) + 1, _PART))
        parsing = arrow.ParseOptions(explicit_schema=self.schema, unexpected_field_behavior="error")
        try:
            table = arrow.read_json(pa.BufferReader(block), read_options=reading, parse_options=parsing)
            table.validate()
        except pa.ArrowException:
            return None
        certain = [name for name, kind in self.kinds.items() if not _is_doubtful(table.column(name), kind)]
        return {name: _column(table.column(name), self.kinds[name]) for name in certain}, table.num_rows


def _is_safe(block: bytes) -> bool:
    """Whether a block is text that begins as JSON does and holds no null between records, at which Arrow would crash.

    It would also crash at a null that begins a line, since it may split the block there.
    """
    if not block.strip() or block.startswith(_MARK) or (b"null" in block and _may_crash(block)):
        return False
    try:
        return block.isascii() or bool(block.decode())
    except UnicodeDecodeError:
        return False


def _may_crash(block: bytes) -> bool:
    count = block.count(b"null")
    spaced = block.count(b": null")
    if spaced == count or spaced + block.count(b":null") == count:
        return False
    bare = block.translate(_LINES, b" \t")
    return bare.startswith(b"null") or b"\nnull" in bare or b"}null" in bare


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


def _is_doubtful(column: Any, kind: Type) -> bool:
    if kind == DOUBLE:
        whole = pc.any(pc.equal(pc.floor(column), column)).as_py()
        return bool(whole) or not pc.all(pc.is_finite(column), min_count=0).as_py()
    if kind == NULL:
        return bool(column.null_count < len(column))
    if isinstance(kind, Array):
        return _may_be_doubtful(kind.element) and _is_doubtful(pc.list_flatten(column), kind.element)
    if not isinstance(kind, Record):
        return False
    members = [(pc.struct_field(column, [place]), member) for place, (_, member) in enumerate(kind.fields)]
    return any(own.null_count > column.null_count or _is_doubtful(own, member) for own, member in members)


def _may_be_doubtful(kind: Type) -> bool:
    return isinstance(kind, (Array, Record)) or kind in (DOUBLE, NULL)


def _column(column: Any, kind: Type) -> Column:
    series = pl.from_arrow(column, rechunk=False)
    assert isinstance(series, pl.Series)
    wanted = dtype_of(kind)
    return (series if series.dtype == wanted else series.cast(wanted)), kind
