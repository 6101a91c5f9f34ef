"""Decodes parts of blocks of plain JSON records with the compiled decoder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from dqlkit import compiled
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, Array, Record, Type

if TYPE_CHECKING:
    from dqlkit.compiled.json_decoder import Field

__all__ = ["decoder"]

#: The scalar types that the decoder reads. Columns of nulls are those of booleans.
_SCALARS = frozenset({BOOLEAN, LONG, DOUBLE, STRING, NULL})


def decoder(
    kinds: Mapping[str, Type], absent: Collection[str] | None
) -> Callable[[memoryview], tuple[dict[str, pl.Series], int] | None] | None:
    """A decoder of records of fields of these types; None where the compiled one is not installed.

    The records have no other fields. Where `absent` is given, they have any others but those.
    """
    if compiled.json_decoder is None:
        return None
    fields = [_described(name, kind) or _of_kind(name, "unread") for name, kind in kinds.items()]
    fields += [_of_kind(name, "absent") for name in absent or ()]
    return partial(_decoded, tuple(fields), tuple(kinds), absent is None)


def _decoded(
    fields: tuple[Field, ...], names: tuple[str, ...], closed: bool, part: memoryview
) -> tuple[dict[str, pl.Series], int] | None:
    found = compiled.json_decoder.decode(part, fields, closed)
    if found is None:
        return None
    count, columns = found
    made = zip(names, columns, strict=False)  # behind the columns are those of absent fields
    return {name: pl.Series(compiled.Column(column)) for name, column in made if column is not None}, count


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
    return name.encode("utf-8", "surrogatepass"), compiled.json_decoder.KINDS[kind], members
