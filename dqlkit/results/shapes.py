"""The `types` of an answer: which field has which type in which records.

A shape is the type of one value as the wire tells it: the wire's name of a scalar type, or the shapes inside an array
or record. Consecutive records share an entry while their shapes agree. The length of an array is part of its shape. A
null agrees with everything; a field that is null in all records of the answer is `undefined`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from dqlkit.frozen import frozen
from dqlkit.functions.lazy import pl
from dqlkit.types.kinds import Array, Record, Type, Variant
from dqlkit.types.values import Value, type_name

__all__ = ["Shape", "column_shapes", "ranged_types", "shape_of"]


@frozen
class ArrayShape:
    elements: tuple[Shape, ...]


@frozen
class RecordShape:
    members: tuple[tuple[str, Shape], ...]


Shape: TypeAlias = str | ArrayShape | RecordShape

UNDEFINED = "undefined"
_WIRE_NAMES = {
    "ip": "ip_address",
    "geopoint": "geo_point",
    "smartscapeid": "smartscape_id",
    "null": UNDEFINED,
    "any": UNDEFINED,
    "array": UNDEFINED,
    "record": UNDEFINED,
}


def _scalar(name: str) -> str:
    return _WIRE_NAMES.get(name, name)


def shape_of(value: Value, kind: Type) -> Shape:
    """The shape of a value of a column of type `kind`, which speaks for the nulls inside."""
    if type(value) is list:
        element = kind.element if isinstance(kind, Array) else Variant()
        return ArrayShape(tuple(shape_of(item, element) for item in value))
    if type(value) is dict:
        static = dict(kind.fields) if isinstance(kind, Record) else {}
        return RecordShape(tuple((n, shape_of(member, static.get(n, Variant()))) for n, member in value.items()))
    return _scalar(kind.name if value is None else type_name(value))


def column_shapes(column: pl.Series, kind: Type) -> Shape | list[Shape]:
    """The one shape of all values that are not null, or the shape of each value."""
    if column.null_count() == len(column):
        return UNDEFINED
    fixed = _fixed(kind)
    if fixed is not None:
        return fixed
    element = _fixed(kind.element) if isinstance(kind, Array) else None
    if element is not None:
        return [UNDEFINED if n is None else _uniform_array(element, n) for n in column.list.len().to_list()]
    from dqlkit.engines.polars.physical import values_of

    return [shape_of(value, kind) for value in values_of(column, kind)]


def _fixed(kind: Type) -> Shape | None:
    """The shape that every value of a type has, None where values differ."""
    if isinstance(kind, Record):
        members = [(name, _fixed(member)) for name, member in kind.fields]
        return RecordShape(tuple((n, s) for n, s in members if s)) if all(s for _, s in members) else None
    return None if isinstance(kind, (Array, Variant)) else _scalar(kind.name)


@lru_cache(maxsize=1024)
def _uniform_array(element: Shape, length: int) -> Shape:
    return ArrayShape((element,) * length)


def _unify(left: Shape, right: Shape) -> Shape | None:
    """One shape for two values, None where they differ by more than a null."""
    if left == right or right == UNDEFINED:
        return left
    if left == UNDEFINED:
        return right
    if isinstance(left, ArrayShape) and isinstance(right, ArrayShape) and len(left.elements) == len(right.elements):
        elements = _unify_all(left.elements, right.elements)
        return None if elements is None else ArrayShape(elements)
    if isinstance(left, RecordShape) and isinstance(right, RecordShape):
        names = tuple(name for name, _ in left.members)
        if names == tuple(name for name, _ in right.members):
            members = _unify_all([s for _, s in left.members], [s for _, s in right.members])
            return None if members is None else RecordShape(tuple(zip(names, members, strict=True)))
    return None


def _unify_all(left: Sequence[Shape], right: Sequence[Shape]) -> tuple[Shape, ...] | None:
    unified = [_unify(a, b) for a, b in zip(left, right, strict=True)]
    return None if None in unified else tuple(shape for shape in unified if shape is not None)


def _runs(rows: Iterable[tuple[Shape, ...]]) -> list[tuple[int, int, tuple[Shape, ...]]]:
    """First and last index, inclusive, of runs of rows that agree, and what they agree on."""
    runs: list[tuple[int, int, tuple[Shape, ...]]] = []
    previous: tuple[Shape, ...] | None = None
    for index, row in enumerate(rows):
        if row == previous:
            runs[-1] = (runs[-1][0], index, runs[-1][2])
            continue
        previous = row
        agreed = _unify_all(runs[-1][2], row) if runs else None
        if agreed is None:
            runs.append((index, index, row))
        else:
            runs[-1] = (runs[-1][0], index, agreed)
    return runs


def ranged_types(columns: Mapping[str, Shape | list[Shape]], height: int) -> list[dict[str, Any]]:
    """The `types` list of `height` records whose columns have these shapes."""
    if not height:
        return []
    each = {name: shapes for name, shapes in columns.items() if isinstance(shapes, list)}
    fixed = {name: shape for name, shape in columns.items() if not isinstance(shape, list)}
    runs = _runs(zip(*each.values(), strict=True)) if each else [(0, height - 1, ())]
    return [
        {"indexRange": [first, last], "mappings": _mappings(columns, {**fixed, **dict(zip(each, row, strict=True))})}
        for first, last, row in runs
    ]


def _mappings(order: Iterable[str], shapes: Mapping[str, Shape]) -> dict[str, Any]:
    return {name: _field_type(shapes[name]) for name in order}


def _field_type(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, ArrayShape):
        runs = _runs((element,) for element in shape.elements)
        ranges = [{"indexRange": [first, last], "mappings": {"element": _field_type(s)}} for first, last, (s,) in runs]
        return {"type": "array", "types": ranges}
    if isinstance(shape, RecordShape):
        return {"type": "record", "types": [{"mappings": {n: _field_type(s) for n, s in shape.members}}]}
    return {"type": shape}
