"""The shapes in which vendors and their tools write records as JSON: one file each, which reads the shape and writes it.

A shape is found by being there: every `Shape` that a module of this package declares. What has none of these shapes is
read as plain records, one object each.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module

from dqlkit.errors import SourceError
from dqlkit.frozen import field, mutable
from dqlkit.functions.context import Notice
from dqlkit.wire.bizevents import PLAIN
from dqlkit.wire.shape import Columns, Json, Place, Record, Shape

__all__ = ["Pages", "Reading", "Records", "is_record", "read", "read_items", "recognise", "shapes"]

_MORE = "The source has more records than were read: `{}` says so. Fetch the other pages, and give all of them."


@mutable(slots=False)
class Reading:
    """The records of documents, and what their shapes declare about fields.

    `declared` are the fields whose types the documents declare, `made` those that a record names with null: they are
    fields without a value there, all other fields that a record lacks are missing from it.
    """

    format: str = PLAIN.name
    records: list[Record] = field(default_factory=list)
    declared: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    notices: dict[Notice, None] = field(default_factory=dict)
    skipped: int = 0

    def _learn(self, place: Place, continued: bool = False) -> None:
        self.declared |= place.declared
        self.notices |= dict.fromkeys(place.notes.notices())
        if place.more and not continued:
            self.notices[Notice("MORE_RECORDS_EXIST", _MORE.format(place.more))] = None


@cache
def shapes() -> tuple[Shape, ...]:
    """Every shape that is declared in this package."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    found = (value for module in modules for value in vars(module).values() if isinstance(value, Shape))
    return tuple(shape for shape in dict.fromkeys(found) if shape is not PLAIN)


def recognise(document: Json) -> tuple[Shape, Place]:
    """The shape of one document and the place of its records."""
    return _first((shape for shape in shapes() if shape.alone), document) or (PLAIN, _place(PLAIN, document))


def is_record(document: Json) -> bool:
    """Whether a document is one record, of a vendor's shape or plain, and wraps no others."""
    return type(document) is dict and _first((shape for shape in shapes() if shape.wraps), document) is None


def read(documents: Sequence[Json]) -> Reading:
    """The records of all documents of one source, in order.

    An array stands for the documents in it, as lines do. Documents that all wrap records are pages; otherwise each is
    one record, even where one of them looks like a page.
    """
    return read_items([item for document in documents for item in (document if type(document) is list else [document])])


def read_items(items: Sequence[Json], lenient: bool = False) -> Reading:
    """The same of documents that no array holds any more.

    A lenient reader leaves out records of pages that are not what their page says, and counts them.
    """
    reading = Reading()
    pages = Pages.of(items, lenient)
    if pages is None:
        records = Records()
        reading.records = records.read(items)
        records.tell(reading)
        return reading
    for number, item in enumerate(items):
        reading.records += pages.records(number, 0, pages.places[number].items(item))
    pages.tell(reading)
    return reading


class Pages:
    """A reader of documents that all wrap records. The items of each may come in parts; a page tells its place of the records.

    A lenient reader leaves out records that are not what their page says, and counts them.
    """

    def __init__(self, pages: Sequence[tuple[Shape, Place]], lenient: bool) -> None:
        self._shape = pages[0][0]
        self.lenient = lenient
        self.places = [place for _, place in pages]
        self.declared = frozenset[str]().union(*(place.declared for place in self.places))
        self.skipped = 0
        self._made: set[str] = set()

    @classmethod
    def of(cls, documents: Iterable[Json], lenient: bool = False) -> Pages | None:
        """A reader of these documents; None as soon as one of them wraps none."""
        wrapping = [shape for shape in shapes() if shape.wraps]
        pages = []
        for document in documents:
            found = _first(wrapping, document)
            if found is None:
                return None
            pages.append(found)
        return cls(pages, lenient) if any(shape.alone for shape, _ in pages) else None

    def records(self, page: int, start: int, items: Sequence[Json]) -> list[Record]:
        """The records of the items of a page from one of them on."""
        place, found = self.places[page], list[Record]()
        for index, item in enumerate(items, start):
            try:
                found += place.records(index, item)
            except SourceError as fault:
                if not (self.lenient and _is_of_record(fault, item)):
                    raise self._named(fault, page) from None
                self.skipped += 1
        if place.nulls:
            self._made.update(name for record in found for name, value in record.items() if value is None)
        return found

    def columns(self, page: int, start: int, values: Mapping[str, Sequence[Json]], made: Iterable[str]) -> Columns:
        """The same by field, of items that are objects of these members; some of them name those that are `made` with null."""
        self._made.update(made)
        read = self.places[page].columns
        assert read is not None
        try:
            return read(start, values)
        except SourceError as fault:
            raise self._named(fault, page) from None

    def tell(self, reading: Reading) -> None:
        """The result for all pages."""
        reading.format, reading.skipped = self._shape.name, self.skipped
        reading.made |= self._made
        for number, place in enumerate(self.places, 1):
            reading._learn(place, continued=place.paged and number < len(self.places))

    def _named(self, fault: SourceError, page: int) -> SourceError:
        return fault.within(f"page {page + 1}") if len(self.places) > 1 else fault


def _is_of_record(fault: SourceError, item: Json) -> bool:
    """Whether a record is at fault, and not the page: a value of another type, or something that is no object."""
    return fault.diagnostics[0].code == "R104" or type(item) is not dict


class Records:
    """A reader of documents that are one record each. They may come in parts, which are counted together."""

    def __init__(self) -> None:
        self._shapes = [shape for shape in shapes() if not shape.wraps]
        self._places: dict[str, Place] = {}
        self._count = 0

    @property
    def members(self) -> list[frozenset[str]]:
        """The sets of members by one of which a record shows that it may be more than a plain one."""
        return [shape.members for shape in self._shapes]

    def read(self, items: Sequence[Json]) -> list[Record]:
        """The records of the next documents."""
        records: list[Record] = []
        for index, item in enumerate(items, self._count):
            shape, place = (type(item) is dict and self._own(item)) or _PLAIN
            self._places.setdefault(shape.name, place)
            records.extend(place.records(index, item))
        self._count += len(items)
        return records

    def skip(self, count: int) -> None:
        """Count documents that are known to be plain records."""
        if count:
            self._places.setdefault(PLAIN.name, _PLAIN[1])
        self._count += count

    def tell(self, reading: Reading) -> None:
        """The result for all documents."""
        for place in self._places.values():
            reading._learn(place)
        reading.format = ", ".join(self._places) or PLAIN.name

    def _own(self, record: Record) -> tuple[Shape, Place] | None:
        names = record.keys()
        return _first([shape for shape in self._shapes if names >= shape.members], record)


def _first(among: Iterable[Shape], document: Json) -> tuple[Shape, Place] | None:
    for shape in among:
        place = shape.find(document)
        if place is not None:
            return shape, place
    return None


def _place(shape: Shape, document: Json) -> Place:
    place = shape.find(document)
    assert place is not None
    return place


_PLAIN = (PLAIN, _place(PLAIN, None))
