"""The bytes of a file, unpacked where it is gzipped."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from dqlkit.sources.errors import SourceError

__all__ = ["content", "head"]

_GZIP = b"\x1f\x8b"
_HEAD = 4096


def content(path: Path) -> bytes:
    """All bytes."""
    data = path.read_bytes()
    try:
        return gzip.decompress(data) if data.startswith(_GZIP) else data
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise SourceError.of("R102", f"expected a complete gzip file: {fault}.") from None


def head(path: Path) -> bytes:
    """The first bytes, from which a format is known."""
    with path.open("rb") as file:
        data = file.read(_HEAD)
        # A cut stream decompresses as far as it goes.
        return zlib.decompressobj(wbits=31).decompress(data) if data.startswith(_GZIP) else data
