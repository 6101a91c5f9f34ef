"""Cuts files of JSON records (lines, or elements of an array) into blocks that are decoded one after the other.

A block is bytes of whole documents in a row, of about four megabytes; the first one is small, for queries that need no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any, BinaryIO, Protocol

import msgspec

from dqlkit.sources.errors import SourceError
from dqlkit.sources.json_text import Start, Unfinished, decode_text, documents, not_text, sound_elements
from dqlkit.wire import Records, is_record
from dqlkit.wire.shape import Record

__all__ = ["UNREADABLE", "Blocks", "blocks_of", "whole"]

#: The exceptions by which the fast decoder refuses a block.
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

_FIRST = 1 << 16
_SIZE = 1 << 22
#: Elements of an array in a block.
_ELEMENTS = 8192
_VALUE: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])


class Blocks(Protocol):
    """The blocks of a file, and how one of them is read exactly."""

    #: How many were left out because they cannot be read, and of what.
    skipped: int
    unit: str

    def __iter__(self) -> Iterator[bytes]: ...

    def exact(self, block: bytes, records: int) -> list[Any]:
        """The documents of the block that was yielded last, and of those after it where they cannot be told apart."""

    def records(self, reader: Records, documents: list[Any]) -> list[Record]:
        """The records of these documents."""


def blocks_of(file: BinaryIO, lenient: bool = False) -> Blocks | None:
    """The blocks of a file that holds records which nothing wraps; None for any other.

    A lenient reader leaves out lines that cannot be read, and takes what cannot be told for lines.
    """
    head = _until_value(file)
    begin = len(head) - len(head.lstrip())
    if head.startswith(b"[", begin):
        data = head + file.read()
        return _elements(data, lenient)
    parts = [head]
    newline = head.find(b"\n", begin)
    while newline < 0 and (more := file.read(_SIZE)):
        parts.append(more)
        newline = more.find(b"\n")
    head = b"".join(parts)
    first = _document(head[begin:].partition(b"\n")[0])
    if first is None:
        return _Lines(file, head, lenient) if lenient else None
    return _Lines(file, head, lenient) if is_record(first) else None


def _document(line: bytes) -> Any:
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
    return [item for document in found for item in (document if type(document) is list else [document])]


def _until_value(file: BinaryIO) -> bytes:
    head = b""
    while not head.strip() and (more := file.read(_FIRST)):
        head += more
    return head


def _elements(data: bytes, lenient: bool) -> Blocks | None:
    try:
        raws = _RAWS.decode(data)
        if raws and not is_record(_VALUE.decode(raws[0])) and not (lenient and _any_record(raws)):
            return None
    except UNREADABLE:
        return _Sound(data) if lenient and _begins_with_record(data) else None
    return _Elements(data, raws, lenient)


def _any_record(raws: list[msgspec.Raw]) -> bool:
    """Whether the first element that is an object is a record, and no page of them."""
    return next((is_record(_VALUE.decode(raw)) for raw in raws if bytes(raw[:1]) == b"{"), False)


def _begins_with_record(data: bytes) -> bool:
    found, _ = sound_elements(decode_text(data))
    return bool(found) and is_record(next((one for one in found if type(one) is dict), None))


class _Elements:
    """The elements of an array."""

    unit = "record"

    def __init__(self, data: bytes, raws: list[msgspec.Raw], lenient: bool) -> None:
        self.skipped = 0
        self._lenient = lenient
        self._data = data
        self._raws = raws

    def __iter__(self) -> Iterator[bytes]:
        raws = iter(self._raws)
        size = 64
        while some := list(islice(raws, size)):
            yield b"\n".join(some)
            size = _ELEMENTS

    def exact(self, block: bytes, records: int) -> list[Any]:
        try:
            return list(documents(block.decode()))
        except (SourceError, UnicodeDecodeError):
            for _ in documents(decode_text(self._data)):  # which tells the place in the file
                pass
            raise

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

    def exact(self, block: bytes, records: int) -> list[Any]:
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

    def __init__(self, file: BinaryIO, head: bytes, lenient: bool) -> None:
        self.skipped = 0
        self._file = file
        self._head = head
        self._lenient = lenient
        self._start = Start()

    def __iter__(self) -> Iterator[bytes]:
        block = self._head if self._head.endswith(b"\n") else self._head + self._file.readline()
        while block:
            yield block
            self._start = Start(self._start.lines + block.count(b"\n"), self._start.bytes + len(block))
            block = b"".join((self._file.read(_SIZE), self._file.readline()))

    def exact(self, block: bytes, records: int) -> list[Any]:
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
                            return found + _documents(block[at - self._start.bytes :] + self._file.read(), start)
                    if not self._lenient:
                        raise
                    self.skipped += 1
            number, at = number + 1, at + len(line) + 1
        return found

    def records(self, reader: Records, documents: list[Any]) -> list[Record]:
        found, skipped = _read(reader, documents, self._lenient)
        self.skipped += skipped
        return found


def _documents(data: bytes, start: Start) -> list[Any]:
    try:
        return list(documents(data.decode(), start))
    except UnicodeDecodeError as fault:
        raise not_text(fault, start) from None
