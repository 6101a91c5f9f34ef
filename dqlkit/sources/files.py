"""Files: opened, unpacked where they are compressed, and read by what they hold."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from dqlkit.engines.polars.frame import Frame
from dqlkit.sources.errors import SourceError
from dqlkit.sources.exports import recognise
from dqlkit.sources.frames import frame_of
from dqlkit.sources.json_text import decode_text, documents

__all__ = ["detect_file", "read_file"]

_GZIP = b"\x1f\x8b"


def read_file(path: Path, times: Collection[str]) -> Frame:
    """The records of a file."""
    try:
        data = _content(path)
        records = [
            record for found in documents(decode_text(data)) for record in recognise(found).records(found)
        ]
        return replace(frame_of(records, times), size=len(data))
    except SourceError as fault:
        raise fault.within(str(path)) from None


def _content(path: Path) -> bytes:
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(_GZIP) else data
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise SourceError.of("R101", f"expected a complete gzip file: {fault}.") from None
    except OSError as fault:
        raise SourceError.of("R101", f"the file cannot be read: {fault.strerror}.") from None


def detect_file(path: Path) -> str:
    """The name of the format that a file has."""
    found = documents(decode_text(_content(path)))
    return recognise(found[0] if len(found) == 1 else found).name
