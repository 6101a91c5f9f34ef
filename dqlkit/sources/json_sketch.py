"""Sketches of JSON documents: all of them but for their long arrays, which are cut short.

A shape finds in a sketch where the records of a document are, also of one that is larger than memory should hold. Where the
array that was cut begins in the stream is kept, and its elements are read from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any

import msgspec

from dqlkit.frozen import frozen
from dqlkit.sources.errors import SourceError
from dqlkit.sources.json_scan import UNREADABLE, Run, Runs, Window
from dqlkit.sources.json_text import Start
from dqlkit.wire.shape import Json, Path

__all__ = ["Sketch", "UnsoundError", "sketch", "sketches"]

#: Values of fewer bytes are kept whole.
_KEPT = 1 << 18
#: So many elements of an array that is cut are kept.
_ELEMENTS = 128
_VALUE: msgspec.json.Decoder[Any] = msgspec.json.Decoder()


class UnsoundError(Exception):
    """The text is not what a document looks like; the exact reader has to look at it."""


@frozen
class Sketch:
    """A document as JSON, and where the elements of the arrays begin that were cut."""

    data: bytes
    cuts: dict[Path, Start]

    @property
    def json(self) -> Json:
        try:
            return _VALUE.decode(self.data)
        except UNREADABLE:
            raise UnsoundError from None


def sketches(window: Window, only: Set[Path] | None = None) -> Iterator[Sketch]:
    """All documents of a stream; an array stands for the documents in it. No other arrays than those at `only` are cut."""
    while first := window.peek():
        if first != b"[":
            yield sketch(window, only)
            continue
        window.take(1)
        if window.peek() != b"]":
            yield sketch(window, only)
            while window.peek() == b",":
                window.take(1)
                yield sketch(window, only)
        _Walk(window, only).over(b"]")


def sketch(window: Window, only: Set[Path] | None = None) -> Sketch:
    """The document that begins here."""
    walk = _Walk(window, only)
    try:
        walk.value(())
    except (*UNREADABLE, SourceError):
        raise UnsoundError from None
    return Sketch(b"".join(walk.pieces), walk.cuts)


class _Walk:
    """The walk through one document."""

    def __init__(self, window: Window, only: Set[Path] | None) -> None:
        self._window = window
        self._only = only
        self.pieces: list[bytes] = []
        self.cuts: dict[Path, Start] = {}

    def value(self, path: Path) -> None:
        """The value that begins here: whole, or what is in it."""
        first, end = self._window.peek(), self._window.value_end(_KEPT)
        if end is not None:
            self.pieces.append(self._window.take(end))
        elif first == b"{":
            self._members(path)
        elif first == b"[":
            self._elements(path)
        else:
            self.pieces.append(self._window.take(self._window.value_end() or 0))

    def over(self, sign: bytes) -> None:
        """The sign that has to be here."""
        if self._window.peek() != sign:
            raise UnsoundError
        self.pieces.append(self._window.take(1))

    def _members(self, path: Path) -> None:
        names: set[str] = set()
        self.over(b"{")
        self._member(path, names)
        while self._window.peek() == b",":
            self.over(b",")
            self._member(path, names)
        self.over(b"}")

    def _member(self, path: Path, names: set[str]) -> None:
        name = self._window.take(self._window.value_end() or 0)
        text = _VALUE.decode(name)
        if type(text) is not str or text in names:  # of two members of one name the last one counts
            raise UnsoundError
        names.add(text)
        self.pieces.append(name)
        self.over(b":")
        self._window.peek()
        self.value((*path, text))

    def _elements(self, path: Path) -> None:
        self.over(b"[")
        if self._only is None or path in self._only:
            self._window.peek()
            if self._window.value_end(_KEPT) is not None:
                return self._cut(path)
        self.value((*path, 0))
        count = 1
        while self._window.peek() == b",":
            self.over(b",")
            self._window.peek()
            self.value((*path, count))
            count += 1
        return self.over(b"]")

    def _cut(self, path: Path) -> None:
        """The first elements of an array; the others are left out."""
        self.cuts[path] = self._window.start
        found = iter(Runs(self._window, commas=True))
        self.pieces.append(_first(next(found)))
        for _ in found:
            pass
        self.over(b"]")


def _first(run: Run) -> bytes:
    return run.data if run.raws is None else b",".join(run.raws[:_ELEMENTS])
