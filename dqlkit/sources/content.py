"""The bytes of a file, unpacked where it is gzipped."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from dqlkit.sources.errors import SourceError

__all__ = ["content", "head", "opened"]

_GZIP = b"\x1f\x8b"
_HEAD = 4096


def content(path: Path) -> bytes:
    """All bytes."""
    with opened(path) as file:
        return file.read()


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The bytes one after the other."""
    with path.open("rb") as file:
        packed = file.peek(len(_GZIP)).startswith(_GZIP)
        try:
            yield gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[misc]
        except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
            raise SourceError.of("R102", f"expected a complete gzip file: {fault}.") from None


def head(path: Path) -> bytes:
    """The first bytes, from which a format is known."""
    with path.open("rb") as file:
        data = file.read(_HEAD)
        # A cut stream decompresses as far as it goes.
        return zlib.decompressobj(wbits=31).decompress(data) if data.startswith(_GZIP) else data
