"""Cuts streams of JSON records (lines, elements of an array, documents over several lines) into blocks that are decoded one
after the other.

A block is bytes of whole documents in a row, of about four megabytes; the first one is small, for queries that need no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from io import BufferedIOBase
from typing import Any, Protocol

import msgspec

from dqlkit.sources import json_scan
from dqlkit.sources.errors import SourceError
from dqlkit.sources.json_scan import UNREADABLE, Run, Runs, Window
from dqlkit.sources.json_text import (
    Bytes,
    Start,
    Unfinished,
    decode_text,
    documents,
    exact_end,
    in_a_row,
    not_text,
    sound_elements,
)
from dqlkit.wire import Records, is_record
from dqlkit.wire.shape import Json, Record

__all__ = ["Blocks", "are_lines", "blocks_of", "is_record_in_line", "whole"]

#: The first document is looked at if it has fewer bytes.
_LONGEST = 1 << 22
_VALUE: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


class Blocks(Protocol):
    """The blocks of a stream, and how one of them is read exactly."""

    #: How many were left out because they cannot be read, and of what.
    skipped: int
    unit: str

    def __iter__(self) -> Iterator[Bytes]: ...

    def exact(self, block: Bytes, records: int) -> list[Any]:
        """The documents of the block that was yielded last, and of those after it where they cannot be told apart."""

    def records(self, reader: Records, documents: list[Any]) -> list[Record]:
        """The records of these documents."""


def blocks_of(file: BufferedIOBase, lenient: bool = False) -> Blocks | None:
    """The blocks of a stream of records which nothing wraps; None for any other.

    A lenient reader leaves out what cannot be read, and takes what cannot be told for lines.
    """
    window = Window(file)
    if window.peek() == b"[":
        return _elements(window, lenient)
    document = _document(window.ahead(json_scan.FIRST).partition(b"\n")[0])
    in_one_line = document is not None
    if document is None:
        document, in_one_line = _first(window)
    if document is None:
        return _Lines(window, lenient) if lenient else None
    if not is_record(document):
        return None
    return _Lines(window, lenient) if in_one_line else _InARow(window, False, lenient)


def are_lines(blocks: Blocks | None) -> bool:
    """Whether each record lies in a line."""
    return isinstance(blocks, _Lines)


def is_record_in_line(line: bytes) -> bool:
    """Whether a line holds one record."""
    return is_record(_document(line))


def _elements(window: Window, lenient: bool) -> Blocks | None:
    """The elements of an array of records; a lenient reader looks for the first object."""
    bracket = window.take(1)
    document, _ = _first(window)
    if lenient and type(document) is not dict:
        data = bracket + window.rest()
        return _Sound(data) if _begins_with_record(data) else None
    return _InARow(window, True, lenient) if is_record(document) else None


def _first(window: Window) -> tuple[Json, bool]:
    """The first document, and whether it lies in one line; None where it cannot be read. Nothing is left behind.

    One that is too long is taken for an empty array: it wraps records.
    """
    window.peek()
    try:
        end = window.value_end(_LONGEST)
        if end is None:
            return [], False
        data = window.ahead(end)
        return _VALUE.decode(data), b"\n" not in data.strip()
    except UNREADABLE:
        data = window.ahead(_LONGEST)
        return _exact_first(data, window), b"\n" not in data.strip()


def _exact_first(data: bytes, window: Window) -> Json:
    with suppress(SourceError):
        end, _ = exact_end(data, window.start, True, window.is_all(len(data)))
        return next(iter(in_a_row(data[:end], window.start, True)), None)
    return None


def _document(line: bytes) -> Json:
    """The one document in a line; None where there is none."""
    try:
        return _VALUE.decode(line)
    except UNREADABLE:
        try:
            return next(documents(line.decode()))
        except (SourceError, ValueError, StopIteration):
            return None


def whole(data: bytes) -> list[Any]:
    """All documents of a file that is read at once. An array stands for the documents in it, as lines do."""
    try:
        found = _VALUE.decode_lines(data)
    except UNREADABLE:
        return list(documents(decode_text(data)))
    return [one for document in found for one in _documents_in(document)]


def _documents_in(value: Json) -> list[Json]:
    """The documents that a value stands for: those in it, where it is an array."""
    return value if type(value) is list else [value]


def _begins_with_record(data: bytes) -> bool:
    found, _ = sound_elements(decode_text(data))
    return bool(found) and is_record(next((one for one in found if type(one) is dict), None))


class _InARow:
    """Elements of an array, or documents over several lines."""

    unit = "record"

    def __init__(self, window: Window, commas: bool, lenient: bool) -> None:
        self.skipped = 0
        self._window = window
        self._commas = commas
        self._lenient = lenient
        self._run: Run | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._blocks()
        except SourceError:
            if not self._lenient:
                raise
            self._run = None
            yield b"[" + self._window.rest()

    def _blocks(self) -> Iterator[bytes]:
        """The blocks of the array, and of whatever follows it."""
        count = 0
        while self._window.peek():
            rows = Runs(self._window, self._commas, count)
            for run in rows:
                self._run = run
                yield b"\n".join(run.raws) if self._commas and run.raws is not None else run.data
            count = rows.count
            if self._commas:
                self._window.take(1)
            self._commas = self._window.peek() == b"["
            if self._commas:
                self._window.take(1)

    def exact(self, block: Bytes, records: int) -> list[Any]:
        run = self._run
        if run is not None:
            values = in_a_row(run.data, run.start, self._commas)
            return values if self._commas else [one for value in values for one in _documents_in(value)]
        found, skipped = sound_elements(decode_text(block))
        self.skipped += skipped
        return found

    def records(self, reader: Records, documents: list[Any]) -> list[Record]:
        found, skipped = _read(reader, documents, self._lenient)
        self.skipped += skipped
        return found


class _Sound:
    """The elements of an array that can be read, of one in which not all can."""

    unit = "record"

    def __init__(self, data: bytes) -> None:
        self.skipped = 0
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        yield self._data

    def exact(self, block: Bytes, records: int) -> list[Any]:
        found, self.skipped = sound_elements(decode_text(block))
        return found

    def records(self, reader: Records, documents: list[Any]) -> list[Record]:
        found, skipped = _read(reader, documents, lenient=True)
        self.skipped += skipped
        return found


def _read(reader: Records, documents: list[Any], lenient: bool) -> tuple[list[Record], int]:
    """The records of documents; a lenient reader leaves out those that are none, and counts them."""
    if not lenient:
        return reader.read(documents), 0
    found: list[Record] = []
    skipped = 0
    for document in documents:
        try:
            found += reader.read([document])
        except SourceError:
            skipped += 1
    return found, skipped


class _Lines:
    """The lines of a file, each of which holds one document or several."""

    unit = "line"

    def __init__(self, window: Window, lenient: bool) -> None:
        self.skipped = 0
        self._window = window
        self._lenient = lenient
        self._start = window.start

    def __iter__(self) -> Iterator[Bytes]:
        block = self._window.lines(json_scan.FIRST)
        while block:
            yield block
            self._start = self._window.start
            block = self._window.lines(json_scan.SIZE)

    def exact(self, block: Bytes, records: int) -> list[Any]:
        found: list[Any] = []
        number, at = self._start.lines, self._start.bytes
        for line in block.split(b"\n"):
            start = Start(number, at, records + len(found))
            try:
                found += _VALUE.decode_lines(line)
            except UNREADABLE:
                try:
                    found += _documents(line, start)
                except SourceError as fault:
                    if not self._lenient and isinstance(fault, Unfinished):  # it may go on in the next line
                        with suppress(SourceError):
                            return found + _documents(block[at - self._start.bytes :] + self._window.rest(), start)
                    if not self._lenient:
                        raise
                    self.skipped += 1
            number, at = number + 1, at + len(line) + 1
        return found

    def records(self, reader: Records, documents: list[Any]) -> list[Record]:
        found, skipped = _read(reader, documents, self._lenient)
        self.skipped += skipped
        return found


def _documents(data: Bytes, start: Start) -> list[Any]:
    try:
        return list(documents(data.decode(), start))
    except UnicodeDecodeError as fault:
        raise not_text(fault, start) from None
