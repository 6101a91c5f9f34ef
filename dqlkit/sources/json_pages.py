"""Reads documents that wrap records, such as answers of queries: of each only what is wanted, and as a stream.

The documents are sketched first, since what tells the types of the records may stand behind them, and their arrays of records
are read then in runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager
from io import BufferedIOBase
from itertools import chain
from operator import countOf
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET

from dqlkit.engines.table import Want
from dqlkit.frozen import frozen
from dqlkit.sources.errors import SourceError
from dqlkit.sources.frames import Parts, by_field
from dqlkit.sources.json_columns import struct_of, uncollected
from dqlkit.sources.json_scan import UNREADABLE, Run, Runs, Window
from dqlkit.sources.json_sketch import Sketch, UnsoundError, sketches
from dqlkit.sources.json_text import in_a_row
from dqlkit.sources.options import left_out
from dqlkit.sources.table import FrameTable
from dqlkit.wire import Pages, Reading
from dqlkit.wire.shape import Columns, Json, Path

__all__ = ["WrappedRecords"]

Open: TypeAlias = Callable[[], AbstractContextManager[BufferedIOBase]]

_ITEMS: msgspec.json.Decoder[list[Json]] = msgspec.json.Decoder(list[Any])


@frozen
class WrappedRecords:
    """Documents that wrap records, and how to open the stream that they stand in."""

    open: Open
    documents: Sequence[Sketch]
    pages: Pages

    @classmethod
    def of(cls, open: Open, lenient: bool) -> WrappedRecords | None:
        """The documents of a stream; None where they do not all wrap records, or cannot be read so."""
        try:
            return cls._sketched(open, lenient, None)
        except UnsoundError:
            return None

    @classmethod
    def _sketched(cls, open: Open, lenient: bool, only: Set[Path] | None) -> WrappedRecords | None:
        with open() as file:
            documents = list(sketches(Window(file), only))
        try:
            pages = Pages.of((document.json for document in documents), lenient)
        except SourceError:
            if any(document.cuts for document in documents):  # perhaps for what was cut
                raise UnsoundError from None
            raise
        if pages is None:
            return None
        found = cls(open, documents, pages)
        if found._is_complete():
            return found
        return cls._sketched(open, lenient, {place.path for place in pages.places}) if only is None else None

    def _is_complete(self) -> bool:
        """Whether no other arrays than those of records were cut."""
        return all(d.cuts.keys() <= {place.path} for d, place in zip(self.documents, self.pages.places, strict=True))

    def table(self, times: Collection[str], want: Want) -> FrameTable:
        """A table of what is wanted of the records."""
        parts = Parts(frozenset(times) - self.pages.declared)
        with self.open() as file:
            for page, part in self._parts(Window(file)):
                with uncollected():
                    parts.add(*_Reader(self.pages, page, want.fields).read(part))
                if want.limit is not None and parts.height >= want.limit:
                    break
        reading = Reading()
        self.pages.tell(reading)
        reading.notices |= dict.fromkeys(left_out(reading.skipped, "record"))
        return parts.table(reading, want.limit)

    def _parts(self, window: Window) -> Iterator[tuple[int, Run | Sequence[Json]]]:
        """The items of each document: those that were cut from the stream, all others from the sketch."""
        for page, (document, place) in enumerate(zip(self.documents, self.pages.places, strict=True)):
            start = document.cuts.get(place.path)
            if start is None:
                yield page, place.items(document.json)
                continue
            window.skip(start.bytes - window.start.bytes)
            for run in Runs(window, commas=True):
                yield page, run


class _Reader:
    """Reads items of one page."""

    def __init__(self, pages: Pages, page: int, fields: Collection[str] | None) -> None:
        self._pages = pages
        self._page = page
        self._fields = fields
        self._by_column = pages.places[page].columns is not None and not pages.lenient

    def read(self, part: Run | Sequence[Json]) -> tuple[Columns, int]:
        """The columns of the wanted fields, and how many records there are."""
        if isinstance(part, Run):
            return self._wanted_members(part) or self._all(_items(part), part.start.records)
        return self._all(part, 0)

    def _all(self, items: Sequence[Json], start: int) -> tuple[Columns, int]:
        if self._by_column and all(item is None or type(item) is dict for item in items):
            present = [item or {} for item in items]
            names = self._wanted(chain.from_iterable(dict.fromkeys(map(tuple, present))))
            members = {name: [item.get(name) for item in present] for name in names}
            made = [name for name, own in members.items() if None in own and _has_null(name, present)]
            return self._pages.columns(self._page, start, members, made), len(items)
        records = self._pages.records(self._page, start, items)
        columns = by_field(records)
        return {name: columns[name] for name in self._wanted(columns)}, len(records)

    def _wanted(self, names: Iterable[str]) -> list[str]:
        return [name for name in dict.fromkeys(names) if self._fields is None or name in self._fields]

    def _wanted_members(self, run: Run) -> tuple[Columns, int] | None:
        """The same, with all other members skipped; None where that cannot be."""
        if not self._by_column or self._fields is None:
            return None
        row, getters = struct_of(dict.fromkeys(sorted(self._fields), Any))
        try:
            rows = msgspec.json.decode(b"[%b]" % run.data, type=list[row])  # type: ignore[valid-type]
        except UNREADABLE:
            return None
        columns = {name: list(map(get, rows)) for name, get in getters.items()}
        made = [name for name, own in columns.items() if None in own]
        members = {
            name: [None if value is UNSET else value for value in own]
            for name, own in columns.items()
            if countOf(own, UNSET) < len(own)
        }
        return self._pages.columns(self._page, run.start.records, members, made), len(rows)


def _has_null(name: str, items: Sequence[Mapping[str, Json]]) -> bool:
    return any(item.get(name, 0) is None for item in items)


def _items(run: Run) -> list[Json]:
    try:
        return _ITEMS.decode(b"[%b]" % run.data)
    except UNREADABLE:
        return in_a_row(run.data, run.start, commas=True)
