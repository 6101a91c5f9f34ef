"""The `types` of an answer, read: which field has which type in which records.

    [{"indexRange": [0, 41], "mappings": {"duration": {"type": "duration"}, "tags": {"type": "array", "types": […]}}}]

An entry speaks for a range of records, both ends included, and names the fields they have; `entries.py` writes them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

from dqlkit.errors import SourceError
from dqlkit.types.values import Value
from dqlkit.wire.shape import Json, Notes, described
from dqlkit.wire.shape import Record as Row
from dqlkit.wire.values import BY_NAME, Scalar

__all__ = ["Typed"]

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
