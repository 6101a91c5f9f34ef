"""The bytes of a file: unpacked where it is compressed, and in UTF-8 where it is text in UTF-16 or UTF-32."""

from __future__ import annotations

import codecs
import io
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from dqlkit.sources.errors import SourceError
from dqlkit.sources.packed import unpacked
from dqlkit.sources.progress import opened_file
from dqlkit.sources.streams import folder

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["content", "head", "is_plain", "opened", "plain_file"]

_HEAD = 4096
_PART = 1 << 16


def content(path: Path) -> bytes:
    """All bytes."""
    with opened(path) as file:
        return file.read()


def head(path: Path) -> bytes:
    """The first bytes, from which a format is known."""
    with opened(path) as file:
        return file.read(_HEAD)


@contextmanager
def opened(path: Path, span: tuple[int, int] | None = None) -> Iterator[io.BufferedReader]:
    """The bytes one after the other, without a mark of their encoding at the beginning; or those of a span, as they are."""
    with opened_file(path) as file:
        if span is not None:
            yield io.BufferedReader(_Span(file, *span))
            return
        plain = unpacked(file, file.peek(16), os.fstat(file.fileno()).st_size)
        yield _in_utf8(plain)


def is_plain(path: Path) -> bool:
    """Whether a file holds text in UTF-8 as it is, without a mark before it."""
    with path.open("rb") as file:
        first = file.peek(16)[:16]
        return (
            unpacked(file, first, 0) is file and json.detect_encoding(first[:4]) == "utf-8" and not _is_sequence(first)
        )


def plain_file(path: Path) -> Path:
    """The file itself, or one with what it unpacks to, for readers that jump within it."""
    with path.open("rb") as file:
        plain = unpacked(file, file.peek(16), os.fstat(file.fileno()).st_size)
        if plain is file:
            return path
        target = folder() / path.name
        with target.open("wb") as copy:
            shutil.copyfileobj(plain, copy)
    return target


def _in_utf8(file: io.BufferedReader) -> io.BufferedReader:
    first = file.peek(4)[:4]
    encoding = json.detect_encoding(first)
    if encoding == "utf-8-sig":
        file.read(len(codecs.BOM_UTF8))
    if _is_sequence(first):
        return io.BufferedReader(_Sequence(file))
    return file if encoding.startswith("utf-8") else io.BufferedReader(_Recoded(file, encoding))


def _is_sequence(first: bytes) -> bool:
    """Whether a file begins as texts of JSON do that each have a separator of records before them (RFC 7464)."""
    return first.startswith((b"\x1e{", b"\x1e["))


class _Span(io.RawIOBase):
    """Some of the bytes of a file."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._left = file, end - start
        file.seek(start)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer).cast("B")
        part = self._file.read(min(len(target), self._left))
        target[: len(part)] = part
        self._left -= len(part)
        return len(part)


class _Sequence(io.RawIOBase):
    """Texts of JSON with a blank in place of each separator of records. One that stands where no text begins stays, for the
    reader to refuse: behind the end of a line it is in no text."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._last = b"\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer).cast("B")
        part = self._last + self._file.read(len(target))
        self._last = part[-1:]
        target[: len(part) - 1] = part.replace(b"\n\x1e", b"\n ")[1:]
        return len(part) - 1


class _Recoded(io.RawIOBase):
    """Text of another encoding in UTF-8."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._name = encoding.upper()
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ready = b""
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer).cast("B")
        while not self._ready and (part := self._file.read(_PART)):
            self._ready = self._recoded(part)
            self._at += len(part)
        if not self._ready:
            self._recoded(b"")
        count = min(len(target), len(self._ready))
        target[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _recoded(self, part: bytes) -> bytes:
        try:
            return self._decoder.decode(part, final=not part).encode()
        except UnicodeDecodeError as fault:
            message = f"expected {self._name} text, found {fault.reason} near byte {self._at + fault.start}."
        except UnicodeError as fault:
            message = f"expected {self._name} text, found something else: {fault}."
        raise SourceError.of("R102", message, "Save the file as UTF-8.")
