"""The `types` of an answer, read and written: which field has which type in which records.

    [{"indexRange": [0, 41], "mappings": {"duration": {"type": "duration"}, "tags": {"type": "array", "types": […]}}}]

An entry speaks for a range of records, both ends included, and names the fields they have. Consecutive records share an
entry while they have the same fields and these the same shapes: the name of a scalar type, or the shapes inside an array
or record. The length of an array is part of its shape. A null agrees with everything, except beside an array: in records
that hold arrays, such as time series, the service gives null a shape of its own. A field that is null in a whole range is
`undefined` there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from dqlkit.errors import SourceError
from dqlkit.frozen import frozen
from dqlkit.functions.lazy import pl
from dqlkit.types.kinds import Array, Record, Type, Variant
from dqlkit.types.values import Value, type_of
from dqlkit.wire.shape import Json, Notes, described
from dqlkit.wire.shape import Record as Row
from dqlkit.wire.values import BY_NAME, NAMES, Scalar

__all__ = ["ShapedColumn", "Typed", "column_shape", "ranged_types", "shape_of"]

# ── reading ──

Reader: TypeAlias = Callable[[Json], Value]


class Typed:
    """Records read by the `types` that stand beside them. A field that these do not name is read as plain JSON.

    Values that contradict their type are errors that name the record and the field. Values beyond the range of their
    type stay text and are noted.
    """

    def __init__(self, types: Json, notes: Notes) -> None:
        try:
            entries = sorted(_entries(types, "types"), key=lambda entry: entry[0])
            self._entries = entries
            self._starts = [first for first, _, _ in entries]
            self._ranges = [(last, _readers(fields, notes)) for _, last, fields in entries]
        except RecursionError:
            raise SourceError.of("R103", "`types` are nested too deeply to be read.") from None
        self.declared = frozenset(name for _, _, fields in entries for name in fields)

    def named(self, name: str) -> list[tuple[int, int, Json]]:
        """The ranges in which a field has a declared type, in order, with that type."""
        return [(first, last, fields[name]) for first, last, fields in self._entries if name in fields]

    def record(self, index: int, record: Mapping[str, Json]) -> Row:
        """The record with this index, with values of their declared types."""
        at = bisect_right(self._starts, index) - 1
        if at < 0 or index > self._ranges[at][0]:
            return dict(record)
        try:
            return _read_members(record, self._ranges[at][1])
        except SourceError as fault:
            raise fault.within(f"record {index + 1}", ", ") from None


def _entries(types: Json, where: str) -> list[tuple[int, int, dict[str, Json]]]:
    """Ranges and the types of the fields in them. An entry without a range speaks for all."""
    if types is None:
        return []
    if type(types) is not list:
        raise _malformed(where, "an array", types)
    entries: list[tuple[int, int, dict[str, Json]]] = []
    for number, entry in enumerate(types, 1):
        place = f"{where}, entry {number}"
        if type(entry) is not dict:
            raise _malformed(place, "an object", entry)
        mappings = entry.get("mappings")
        if type(mappings) is not dict:
            raise _malformed(place, "`mappings` as an object", mappings)
        entries.append((*_index_range(entry.get("indexRange", [0, _ALL]), place), mappings))
    _check_apart(entries, where)
    return entries


_ALL = 2**63


def _index_range(found: Json, place: str) -> tuple[int, int]:
    if type(found) is list and len(found) == 2 and type(found[0]) is int and type(found[1]) is int:
        first, last = found
        if 0 <= first <= last:
            return first, last
    raise _malformed(place, "`indexRange` as two positions, the first and the last", found)


def _check_apart(entries: Sequence[tuple[int, int, dict[str, Json]]], where: str) -> None:
    ranges = sorted((first, last) for first, last, _ in entries)
    for (_, last), (first, _) in pairwise(ranges):
        if first <= last:
            raise SourceError.of("R103", f"`{where}`: two entries speak for index {first}.")


def _malformed(where: str, expected: str, found: Json) -> SourceError:
    return SourceError.of("R103", f"`{where}`: expected {expected}, found {described(found)}.")


def _readers(mappings: Mapping[str, Json], notes: Notes) -> dict[str, Reader]:
    return {name: _reader(field, name, notes) for name, field in mappings.items()}


def _reader(field: Json, name: str, notes: Notes) -> Reader:
    if type(field) is not dict or type(field.get("type")) is not str:
        raise _malformed("types", f'`{{"type": …}}` of the field {name}', field)
    kind, where = field["type"], f"types of {name}"
    if kind == "array":
        return _array(_entries(field.get("types"), where), name, notes)
    if kind == "record":
        return _record(_entries(field.get("types"), where), notes)
    scalar = BY_NAME.get(kind)
    return _scalar(scalar, name, notes) if scalar else lambda value: value


def _scalar(scalar: Scalar, name: str, notes: Notes) -> Reader:
    def read(value: Json) -> Value:
        try:
            return scalar.read(value)
        except OverflowError:
            notes.keep(name, scalar.name)
            return str(value) if isinstance(value, (int, float, str)) else value
        except ValueError:
            raise _contradiction(scalar.name, value) from None

    return read


def _contradiction(name: str, value: Json) -> SourceError:
    shown = f"`{value}`" if type(value) in (str, int, float) else described(value)
    return SourceError.of("R104", f"expected a value of the type {name} that `types` gives it, found {shown}.")


def _array(entries: Sequence[tuple[int, int, dict[str, Json]]], name: str, notes: Notes) -> Reader:
    for _, _, mappings in entries:
        if mappings.keys() != {"element"}:
            raise SourceError.of("R103", f"`types of {name}`: expected the one mapping `element` of an array.")
    parts = [(first, last, _reader(fields["element"], name, notes)) for first, last, fields in entries]

    def read(values: Json) -> Value:
        if type(values) is not list:
            raise _contradiction("array", values)
        items = list(values)
        for first, last, element in parts:
            for index in range(first, min(last + 1, len(items))):
                items[index] = None if items[index] is None else element(items[index])
        return items

    return read


def _record(entries: Sequence[tuple[int, int, dict[str, Json]]], notes: Notes) -> Reader:
    readers = {name: read for _, _, mappings in entries for name, read in _readers(mappings, notes).items()}

    def read(value: Json) -> Value:
        if type(value) is not dict:
            raise _contradiction("record", value)
        return _read_members(value, readers)

    return read


def _read_members(record: Mapping[str, Json], readers: Mapping[str, Reader]) -> Row:
    typed = dict(record)
    for name, value in record.items():
        read = readers.get(name)
        if value is None or read is None:
            continue
        try:
            typed[name] = read(value)
        except SourceError as fault:
            raise fault.within(f"field `{name}`") from None
    return typed


# ── writing ──


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

    def beside(self, arrays: Sequence[bool]) -> ShapedColumn:
        """The column with its nulls marked in the records that hold arrays."""
        shapes = self.shape if isinstance(self.shape, list) else [self.shape] * len(arrays)
        rows = zip(shapes, self.nulls.to_list(), arrays, strict=True)
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


def _runs(rows: Iterable[tuple[Shape, ...]], start: int = 0) -> list[tuple[int, int, tuple[Shape, ...]]]:
    """First and last index, inclusive, of runs of rows that agree, and what they agree on."""
    runs: list[tuple[int, int, tuple[Shape, ...]]] = []
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


def ranged_types(columns: Mapping[str, ShapedColumn], height: int) -> list[Json]:
    """The `types` list of `height` records with these fields."""
    columns = _told_apart(columns, height)
    each = {name: column.shape for name, column in columns.items() if isinstance(column.shape, list)}
    present = {name: _Presence(column) for name, column in columns.items() if column.nulls.any()}
    return [
        {"indexRange": [first, last], "mappings": dict(_mappings(columns, present, shapes, first, last))}
        for start, end in _segments(columns.values(), height)
        for first, last, shapes in _shaped(each, start, end)
    ]


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


def _shaped(each: Mapping[str, list[Shape]], start: int, end: int) -> list[tuple[int, int, dict[str, Shape]]]:
    """Ranges in which the columns with a shape for each value agree, and on what."""
    if not each:
        return [(start, end - 1, {})]
    runs = _runs(zip(*(shapes[start:end] for shapes in each.values()), strict=True), start)
    return [(first, last, dict(zip(each, row, strict=True))) for first, last, row in runs]


class _Presence:
    """How many values of a column lie before an index, to ask for ranges cheaply."""

    def __init__(self, column: ShapedColumn) -> None:
        self.stored = column.stored
        self._before = [0, *(~column.nulls).cum_sum().to_list()]

    def within(self, first: int, last: int) -> bool:
        return bool(self._before[last + 1] > self._before[first])


def _mappings(
    columns: Mapping[str, ShapedColumn],
    present: Mapping[str, _Presence],
    shapes: Mapping[str, Shape],
    first: int,
    last: int,
) -> Iterator[tuple[str, Json]]:
    for name, column in columns.items():
        shape = column.shape if not isinstance(column.shape, list) else shapes[name]
        if name not in present or present[name].within(first, last):
            yield name, _field_type(shape)
        elif not present[name].stored:
            yield name, _field_type(UNDEFINED)


def _field_type(shape: Shape) -> Json:
    if isinstance(shape, ArrayShape):
        runs = _runs((element,) for element in shape.elements)
        ranges = [{"indexRange": [first, last], "mappings": {"element": _field_type(s)}} for first, last, (s,) in runs]
        return {"type": "array", "types": ranges}
    if isinstance(shape, RecordShape):
        return {"type": "record", "types": [{"mappings": {n: _field_type(s) for n, s in shape.members}}]}
    return {"type": UNDEFINED if shape == NULL else shape}
