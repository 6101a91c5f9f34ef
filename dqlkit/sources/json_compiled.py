"""Decodes parts of blocks of plain JSON records with the compiled decoder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from dqlkit.sources.lazy import pa
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, Array, Record, Type

if TYPE_CHECKING:
    from dqlkit.sources.compiled.json_decoder import Column, Field

__all__ = ["decoder"]

#: The compiled decoder; None where it is not installed.
_compiled: Any = None
with suppress(ImportError):
    from dqlkit.sources.compiled import json_decoder as _compiled

#: The scalar types, and their names in Arrow. Columns of nulls are laid out as booleans.
_SCALARS = {BOOLEAN: "bool_", LONG: "int64", DOUBLE: "float64", STRING: "string_view", NULL: "bool_"}


def decoder(
    kinds: Mapping[str, Type], absent: Collection[str] | None
) -> Callable[[memoryview], tuple[dict[str, pl.Series], int] | None] | None:
    """A decoder of records of fields of these types; None where the compiled one is not installed.

    The records have no other fields. Where `absent` is given, they have any others but those.
    """
    if _compiled is None:
        return None
    fields = [_described(name, kind) or _of_kind(name, "unread") for name, kind in kinds.items()]
    fields += [_of_kind(name, "absent") for name in absent or ()]
    return partial(_decoded, tuple(fields), kinds, absent is None)


def _decoded(
    fields: tuple[Field, ...], kinds: Mapping[str, Type], closed: bool, part: memoryview
) -> tuple[dict[str, pl.Series], int] | None:
    found = _compiled.decode(part, fields, closed)
    if found is None:
        return None
    count, columns = found
    made = zip(kinds.items(), columns, strict=False)  # behind the columns are those of absent fields
    return {name: pl.Series(_array(kind, column)) for (name, kind), column in made if column is not None}, count


def _described(name: str, kind: Type) -> Field | None:
    """What the decoder has to know of a field; None for one of a type that it does not read."""
    if isinstance(kind, Array):
        element = _described("", kind.element)
        return element and _of_kind(name, "array", (element,))
    if isinstance(kind, Record):
        members = [_described(*field) for field in kind.fields]
        found = tuple(member for member in members if member and b"\0" not in member[0])  # which ends names in Arrow
        return _of_kind(name, "record", found) if found and len(found) == len(members) else None
    return _of_kind(name, kind.name) if kind in _SCALARS else None


def _of_kind(name: str, kind: str, members: tuple[Field, ...] = ()) -> Field:
    return name.encode("utf-8", "surrogatepass"), _compiled.KINDS[kind], members


def _array(kind: Type, column: Column) -> Any:
    """A column as Arrow's."""
    length, memory, members = column
    buffers = [None if one is None else pa.py_buffer(one) for one in memory]
    if isinstance(kind, Array):
        elements = _array(kind.element, members[0])
        return pa.Array.from_buffers(pa.large_list(elements.type), length, buffers, children=[elements])
    if isinstance(kind, Record):
        children = [_array(member, own) for (_, member), own in zip(kind.fields, members, strict=True)]
        fields = [(name, child.type) for (name, _), child in zip(kind.fields, children, strict=True)]
        return pa.Array.from_buffers(pa.struct(fields), length, buffers, children=children)
    return pa.Array.from_buffers(getattr(pa, _SCALARS[kind])(), length, buffers)
