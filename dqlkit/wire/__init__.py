"""The shapes in which vendors and their tools write records as JSON: one file each, which reads the shape and writes it.

A shape is found by being there: every `Shape` that a module of this package declares. What has none of these shapes is
read as plain records, one object each.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from dqlkit.errors import SourceError
from dqlkit.functions.context import Notice
from dqlkit.wire.bizevents import PLAIN
from dqlkit.wire.shape import Json, Place, Record, Shape

__all__ = ["Reading", "is_plain", "read", "recognise", "shapes"]

_MORE = "The source has more records than were read: `{}` says so. Fetch the other pages, and give all of them."


@dataclass
class Reading:
    """The records of documents, and what else was learnt.

    `declared` are the fields whose types the documents declare, `made` those that a record names with null: they are
    fields without a value there, all other fields that a record lacks are missing from it.
    """

    format: str = PLAIN.name
    records: list[Record] = field(default_factory=list)
    declared: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    notices: dict[Notice, None] = field(default_factory=dict)

    def _take(self, place: Place, records: Iterable[Record]) -> None:
        if place.nulls:
            records = list(records)
            self.made.update(name for record in records for name, value in record.items() if value is None)
        self.records.extend(records)

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


def is_plain(record: Json, members: Collection[str]) -> bool:
    """Whether records that begin with this one, and have only these members, can be nothing but plain records."""
    others = (shape for shape in shapes() if not shape.wraps)
    return recognise(record)[0] is PLAIN and not any(shape.members <= set(members) for shape in others)


def read(documents: Sequence[Json]) -> Reading:
    """The records of all documents of one source, in order.

    An array stands for the documents in it, as lines do. Documents that all wrap records are pages; otherwise each is
    one record, even where one of them looks like a page.
    """
    items = [item for document in documents for item in (document if type(document) is list else [document])]
    reading = Reading()
    pages = _pages(items)
    if pages:
        reading.format = pages[0][0].name
        for number, (item, (_, place)) in enumerate(zip(items, pages, strict=True), 1):
            _read_page(reading, place, item, f"page {number}" if len(items) > 1 else "")
            reading._learn(place, continued=place.paged and number < len(pages))
    else:
        _read_records(reading, items)
    return reading


def _pages(items: Sequence[Json]) -> list[tuple[Shape, Place]]:
    """The shapes of documents that all wrap records; empty as soon as one does not."""
    wrapping = [shape for shape in shapes() if shape.wraps]
    pages = []
    for item in items:
        found = _first(wrapping, item)
        if found is None:
            return []
        pages.append(found)
    return pages if any(shape.alone for shape, _ in pages) else []


def _read_page(reading: Reading, place: Place, page: Json, name: str) -> None:
    try:
        for index, item in enumerate(place.items(page)):
            reading._take(place, place.records(index, item))
    except SourceError as fault:
        raise fault.within(name) if name else fault from None


def _read_records(reading: Reading, items: Sequence[Json]) -> None:
    own = [shape for shape in shapes() if not shape.wraps]
    plain = (PLAIN, _place(PLAIN, None))
    places: dict[str, Place] = {}
    for index, item in enumerate(items):
        shape, place = (type(item) is dict and _own(own, item)) or plain
        places.setdefault(shape.name, place)
        reading.records.extend(place.records(index, item))
    for place in places.values():
        reading._learn(place)
    reading.format = ", ".join(places) or PLAIN.name


def _own(own: Iterable[Shape], record: Record) -> tuple[Shape, Place] | None:
    names = record.keys()
    return _first([shape for shape in own if names >= shape.members], record)


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
