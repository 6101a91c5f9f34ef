"""The `types` of an answer, written.

    [{"indexRange": [0, 41], "mappings": {"duration": {"type": "duration"}, "tags": {"type": "array", "types": […]}}}]

Consecutive records share an entry while they have the same fields and these the same shapes: the name of a scalar type, or
the shapes inside an array or record. The length of an array is part of its shape. A null agrees with everything, except
beside an array: in records that hold arrays, such as time series, the service gives null a shape of its own. A field that is
null in a whole range is `undefined` there. Records may come in parts: an entry ends where the next one begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TypeAlias

from dqlkit.frozen import frozen
from dqlkit.functions.lazy import pl
from dqlkit.types.kinds import Array, Record, Type, Variant
from dqlkit.types.values import Value, type_of
from dqlkit.wire.shape import Json
from dqlkit.wire.values import NAMES

__all__ = ["Ranges", "ShapedColumn", "column_shape", "shape_of"]


@frozen
class ArrayShape:
    elements: tuple[Shape, ...]


@frozen
class RecordShape:
    members: tuple[tuple[str, Shape], ...]


Shape: TypeAlias = str | ArrayShape | RecordShape

#: The shape of a null that unifies with every shape.
UNDEFINED = "undefined"
#: The shape of a null in records with arrays, which unifies only with itself.
NULL = "null"


@frozen
class ShapedColumn:
    """A field of an answer: the one shape of all its values or the shape of each, which values are null, and whether
    null means that the record does not have the field."""

    shape: Shape | list[Shape]
    nulls: pl.Series
    stored: bool = False

    @property
    def is_sparse(self) -> bool:
        """Whether some records do not have the field."""
        return self.stored and bool(self.nulls.any())

    @property
    def each(self) -> list[Shape]:
        """The shape of each value."""
        if isinstance(self.shape, list):
            return self.shape
        return [UNDEFINED if gone else self.shape for gone in self.nulls.to_list()]

    def beside(self, arrays: Sequence[bool]) -> ShapedColumn:
        """The column with its nulls marked in the records that hold arrays."""
        rows = zip(self.each, self.nulls.to_list(), arrays, strict=True)
        return ShapedColumn(
            [(NULL if array else UNDEFINED) if gone else shape for shape, gone, array in rows], self.nulls, self.stored
        )


def shape_of(value: Value, kind: Type) -> Shape:
    """The shape of a value of a column of type `kind`, which speaks for the nulls inside."""
    if type(value) is list:
        element = kind.element if isinstance(kind, Array) else Variant()
        return ArrayShape(tuple(shape_of(item, element) for item in value))
    if type(value) is dict:
        static = dict(kind.fields) if isinstance(kind, Record) else {}
        return RecordShape(tuple((n, shape_of(member, static.get(n, Variant()))) for n, member in value.items()))
    return NAMES.get(kind if value is None else type_of(value), UNDEFINED)


def column_shape(column: pl.Series, kind: Type) -> Shape | list[Shape]:
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

    return [UNDEFINED if value is None else shape_of(value, kind) for value in values_of(column, kind)]


def _fixed(kind: Type) -> Shape | None:
    """The shape that every value of a type has, None where values differ."""
    if isinstance(kind, Record):
        members = [(name, _fixed(member)) for name, member in kind.fields]
        return RecordShape(tuple((n, s) for n, s in members if s)) if all(s for _, s in members) else None
    return None if isinstance(kind, (Array, Variant)) else NAMES.get(kind, UNDEFINED)


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


def _runs(
    rows: Iterable[tuple[Shape, ...]], start: int = 0, before: tuple[Shape, ...] | None = None
) -> list[tuple[int, int, tuple[Shape, ...]]]:
    """First and last index, inclusive, of runs of rows that agree, and what they agree on. The first run goes on with what the
    rows `before` agree on; it is empty where the first row does not."""
    runs: list[tuple[int, int, tuple[Shape, ...]]] = [] if before is None else [(start, start - 1, before)]
    previous: tuple[Shape, ...] | None = None
    for index, row in enumerate(rows, start):
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


@frozen
class _Run:
    """Records that share an entry: the first and the last, the shapes that they agree on, the fields they do not have."""

    first: int
    last: int
    shapes: Mapping[str, Shape]
    absent: frozenset[str]

    def entry(self) -> Json:
        """The entry of these records."""
        named = {name: _field_type(shape) for name, shape in self.shapes.items() if name not in self.absent}
        return {"indexRange": [self.first, self.last], "mappings": named}

    def through(self, last: int, shapes: Mapping[str, Shape]) -> _Run:
        """The run with more records, whose shapes agree with its own."""
        both = {name: _unify(self.shapes[name], shape) or shape for name, shape in shapes.items()}
        return _Run(self.first, last, both, self.absent)


class Ranges:
    """The entries of records that come in parts, in their order."""

    def __init__(self) -> None:
        self._height = 0
        self._open: _Run | None = None

    def add(self, columns: Mapping[str, ShapedColumn], height: int) -> Iterator[Json]:
        """Add so many records; the entries that they end."""
        columns = _told_apart(columns, height)
        gone = {name: column.nulls.to_list() for name, column in columns.items() if column.nulls.any()}
        present = {name: _Presence(nulls) for name, nulls in gone.items()}
        for start, end in _segments(columns.values(), height):
            absent = frozenset(name for name, nulls in gone.items() if columns[name].stored and nulls[start])
            before = self._open if self._open is not None and self._open.absent == absent else None
            for first, last, each, goes_on in _shaped(columns, before, start, end):
                shapes = {
                    name: each[name] if name in each else _common(column, present.get(name), first, last)
                    for name, column in columns.items()
                }
                if goes_on and before is not None:
                    self._open = before.through(self._height + last, shapes)
                    continue
                yield from self.end()
                self._open = _Run(self._height + first, self._height + last, shapes, absent)
        self._height += height

    def end(self) -> Iterator[Json]:
        """The entry that has not ended yet, if there is one."""
        if self._open is not None:
            yield self._open.entry()
            self._open = None


def _common(column: ShapedColumn, present: _Presence | None, first: int, last: int) -> Shape:
    """The shape of a column whose values have one, in a range."""
    assert not isinstance(column.shape, list)
    return column.shape if present is None or present.within(first, last) else UNDEFINED


def _told_apart(columns: Mapping[str, ShapedColumn], height: int) -> Mapping[str, ShapedColumn]:
    """Columns in which the nulls beside arrays have their own shape."""
    arrays = [column.shape for column in columns.values() if isinstance(column.shape, list)]
    beside = [any(isinstance(shapes[row], ArrayShape) for shapes in arrays) for row in range(height)] if arrays else []
    if not any(beside):
        return columns
    return {name: column if not column.nulls.any() else column.beside(beside) for name, column in columns.items()}


def _segments(columns: Iterable[ShapedColumn], height: int) -> Iterator[tuple[int, int]]:
    """Ranges, end excluded, of records that have the same fields."""
    starts = {0}
    for column in columns:
        if column.is_sparse:
            changes = column.nulls != column.nulls.shift()
            starts.update(changes.arg_true().to_list())
    edges = [*sorted(starts), height]
    return ((start, end) for start, end in pairwise(edges) if start < end)


def _shaped(
    columns: Mapping[str, ShapedColumn], before: _Run | None, start: int, end: int
) -> Iterator[tuple[int, int, dict[str, Shape], bool]]:
    """Ranges in which the columns with a shape for each value agree, on what, and whether they go on with the run `before`.

    A column of one shape has one for each value where the records before agreed on another.
    """
    said = before.shapes if before is not None else {}
    each = {
        name: column.each[start:end]
        for name, column in columns.items()
        if isinstance(column.shape, list) or said.get(name, UNDEFINED) not in (UNDEFINED, column.shape)
    }
    if not each:
        yield start, end - 1, {}, before is not None
        return
    agreed = None if before is None else tuple(said[name] for name in each)
    for number, (first, last, row) in enumerate(_runs(zip(*each.values(), strict=True), start, agreed)):
        if first <= last:
            yield first, last, dict(zip(each, row, strict=True)), before is not None and number == 0


class _Presence:
    """How many values of a column lie before an index, to ask for ranges cheaply."""

    def __init__(self, nulls: Sequence[bool]) -> None:
        self._before = [0, *accumulate(not null for null in nulls)]

    def within(self, first: int, last: int) -> bool:
        return self._before[last + 1] > self._before[first]


def _field_type(shape: Shape) -> Json:
    if isinstance(shape, ArrayShape):
        runs = _runs((element,) for element in shape.elements)
        ranges = [{"indexRange": [first, last], "mappings": {"element": _field_type(s)}} for first, last, (s,) in runs]
        return {"type": "array", "types": ranges}
    if isinstance(shape, RecordShape):
        return {"type": "record", "types": [{"mappings": {n: _field_type(s) for n, s in shape.members}}]}
    return {"type": UNDEFINED if shape == NULL else shape}
