"""Walks over JSON that comes as a stream of bytes without making values of it: where one ends, which whole ones lie in a row.

msgspec tells where a value ends by complaining about what follows it, at the speed of its decoder. What it refuses, the exact
reader looks at.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedIOBase

import msgspec

from dqlkit.frozen import frozen
from dqlkit.regex import regex
from dqlkit.sources.json_text import BEGINNING, Bytes, Start, behind, exact_end, expected_here

__all__ = ["UNREADABLE", "Run", "Runs", "Window"]

#: The exceptions by which the fast decoder refuses bytes.
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
#: About so many bytes of values are in a run. The first one is small, for queries that need no more.
FIRST, SIZE = 1 << 16, 1 << 22

_RAW = msgspec.json.Decoder(msgspec.Raw)
_RAWS = msgspec.json.Decoder(list[msgspec.Raw])
_BLANK = regex(rb"[ \t\r\n]*")
_PLACE = regex(r"\(byte (\d+)\)")
#: So near to its end a text may be at fault because it is cut there.
_NEAR = 16
#: The end of a value, what stands between it and the next one, and how that begins: with its first name, if it has one.
_SEAM = regex(rb'[\]}][ \t\r\n]*,?[ \t\r\n]*(?:\{[ \t\r\n]*"[^"\\]{0,40}"|[\[{])')
_CLOSED = tuple(b'}]" \t\r\n')


class Window:
    """The bytes of a stream from a place on. More of them are read when they are asked for."""

    def __init__(self, file: BufferedIOBase, start: Start = BEGINNING) -> None:
        self._file = file
        self._data = bytearray()
        self._at = 0
        self.start = start
        self.ended = False

    def ahead(self, size: int) -> bytes:
        """The next bytes: so many, or fewer at the end of the stream."""
        return bytes(self._ahead(size))

    def _ahead(self, size: int) -> memoryview:
        if size > len(self._data) - self._at and not self.ended:
            self._read(size)
        return memoryview(self._data)[self._at : self._at + size]

    def _read(self, size: int) -> None:
        """Have so many bytes at hand, in new memory."""
        left = memoryview(self._data)[self._at :]
        data = bytearray(size)
        data[: len(left)] = left
        with memoryview(data)[len(left) :] as free:
            count = self._file.readinto(free)
            self.ended = count < len(free)
        del data[len(left) + count :]
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        """The next bytes, which are left behind."""
        taken = self.ahead(count)
        self._at += len(taken)
        self.start = behind(self.start, taken)
        return taken

    def skip(self, count: int) -> None:
        """Leave so many bytes behind."""
        while count > 0 and (taken := len(self.take(min(count, SIZE)))):
            count -= taken

    def lines(self, size: int) -> Bytes:
        """The next whole lines, about so many bytes of them, which are left behind; nothing at the end."""
        while not (end := self._lines_end(size)) and not self.is_all(size):
            size *= 2
        lines, self._data = self._data, self._data[end:]
        del lines[end:], lines[: self._at]
        self._at = 0
        self.start = behind(self.start, lines)
        return lines

    def _lines_end(self, size: int) -> int:
        """Where the last whole line in the next bytes ends, or all that follows; 0 where none does."""
        self._ahead(size)
        return len(self._data) if self.is_all(size) else self._data.rfind(b"\n", self._at, self._at + size) + 1

    def rest(self) -> bytes:
        """All bytes that follow, which are left behind."""
        self._data, self._at, self.ended = self._data[self._at :] + self._file.read(), 0, True
        return self.take(len(self._data))

    def peek(self) -> bytes:
        """The first byte of the next value, nothing at the end; the blank before it is left behind."""
        while self._at < len(self._data) or self._ahead(FIRST):
            blank = _blank_end(self._data, self._at) - self._at
            if not blank:
                break
            self.take(blank)
        return self.ahead(1)

    def is_all(self, size: int) -> bool:
        """Whether nothing follows the next so many bytes."""
        return self.ended and len(self._data) - self._at <= size

    def value_end(self, most: int | None = None) -> int | None:
        """The length of the value that begins here, with the blank behind it; None where it is longer than `most`."""
        size = most or FIRST
        while True:
            end = _end(self._ahead(size), self.is_all(size))
            if end is not None or most is not None:
                return end
            size *= 2


def _blank_end(text: Bytes, at: int) -> int:
    """Where the blank that begins at a place ends."""
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _end(text: bytes | memoryview, is_all: bool) -> int | None:
    """Where the first value ends; None where the text ends before it does."""
    try:
        _RAW.decode(text)
    except msgspec.DecodeError as fault:
        found = _PLACE.search(str(fault))
        place = int(found[1]) - 1 if found else len(text)  # the fault names the place behind the character it means
        if "trailing characters" in str(fault):
            return place
        if is_all or place + _NEAR < len(text):
            raise
        return None
    return len(text) if is_all or text[-1] in _CLOSED else None


@frozen
class Run:
    """Whole values in a row, as they stand in the stream and, where the fast decoder can tell them apart, each of them. They
    begin at `start`, which counts the values before them as records."""

    data: bytes
    raws: list[msgspec.Raw] | None
    start: Start


class Runs:
    """The elements of the array whose bracket was left behind, up to its end, or with no commas between them documents, in runs.

    `count` is how many values lie before.
    """

    def __init__(self, window: Window, commas: bool, count: int = 0) -> None:
        self._window = window
        self._commas = commas
        self._seam = b""
        self.count = count

    def __iter__(self) -> Iterator[Run]:
        size = FIRST
        while (first := self._window.peek()) and not (self._commas and first == b"]"):
            yield self._next_run(size)
            size = SIZE
        if self._commas and not first:
            start = self._window.start.with_records(max(self.count - 1, 0))
            raise expected_here("Expecting ',' delimiter", b"", start)

    def _next_run(self, size: int) -> Run:
        """The next values."""
        while not (found := self._whole(self._window.ahead(size), self._window.is_all(size)))[0]:
            size *= 2
        end, raws = found
        start = self._window.start.with_records(self.count)
        data = self._window.take(end)
        self.count += len(raws) if raws is not None else exact_end(data, start, self._commas, True)[1]
        if self._commas and self._window.peek() == b",":
            self._over_comma()
        return Run(data, raws, start)

    def _over_comma(self) -> None:
        window = self._window
        window.take(1)
        if window.peek() in (b"]", b""):
            raise expected_here("Expecting value", window.ahead(FIRST), window.start.with_records(self.count))

    def _told_apart(self, values: memoryview) -> list[msgspec.Raw] | None:
        try:
            return _RAWS.decode(b"".join((b"[", values, b"]"))) if self._commas else _RAW.decode_lines(values)
        except UNREADABLE:
            return None

    def _whole(self, text: bytes, is_all: bool) -> tuple[int, list[msgspec.Raw] | None]:
        """Where the last whole value of a text ends, 0 where there is none; and each of the values, if they can be told apart."""
        at, view = text.rfind(self._seam) + 1 if self._seam else 0, memoryview(text)
        raws = self._told_apart(view[:at]) if at else None
        if raws is not None:
            return at, raws
        try:
            end = self._last(text, is_all)
        except UNREADABLE:
            end, _ = exact_end(text, self._window.start.with_records(self.count), self._commas, is_all)
        return end, self._told_apart(view[:end]) if end else None

    def _last(self, text: bytes, is_all: bool) -> int:
        """The same, where no seam helps: the end of the array, or one value after the other."""
        if self._commas:
            closed = _end(b"[" + text, is_all=False)
            if closed is not None:
                return text.rindex(b"]", 0, closed - 1)
        view, end, at = memoryview(text), 0, 0
        while at < len(text) and (found := self._next(view, at, is_all)):
            end = at + found
            at = self._behind(text, end)
        return end

    def _next(self, view: memoryview, at: int, is_all: bool) -> int | None:
        """The length of the value at a place, without the blank behind it."""
        short = view[at : at + FIRST]
        found = _end(short, is_all and at + FIRST >= len(view)) or _end(view[at:], is_all)
        return found and len(bytes(view[at : at + found]).rstrip(b" \t\r\n"))

    def _behind(self, text: bytes, end: int) -> int:
        """Where the value after one that ends here begins. How they stand beside each other is kept."""
        seam = _SEAM.match(text, end - 1)
        self._seam = seam[0] if seam else b""
        at = _blank_end(text, end)
        if self._commas and text[at : at + 1] == b",":
            at += 1
        elif self._commas and at < len(text):
            raise msgspec.DecodeError("no comma")
        return at
