"""JSON and NDJSON files, plain or gzipped, with any of the exports inside."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection
from pathlib import Path

from dqlkit.engines.polars.frame import Frame
from dqlkit.sources.container import Container
from dqlkit.sources.errors import SourceError
from dqlkit.sources.exports import recognise, records_of
from dqlkit.sources.frames import frame_of, frame_of_columns
from dqlkit.sources.json_text import decode_text, documents
from dqlkit.sources.uniform import uniform_columns

__all__ = ["JSON", "export_name"]

_GZIP = b"\x1f\x8b"
#: From so many bytes on a survey pays.
_LARGE = 1 << 18


def _read(path: Path, times: Collection[str]) -> Frame:
    data = _content(path)
    columns = uniform_columns(data) if len(data) >= _LARGE else None
    if columns is None:
        return frame_of(list(records_of(documents(decode_text(data)))), times)
    return frame_of_columns(columns, times)


def _content(path: Path) -> bytes:
    data = path.read_bytes()
    try:
        return gzip.decompress(data) if data.startswith(_GZIP) else data
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise SourceError.of("R102", f"expected a complete gzip file: {fault}.") from None


def export_name(path: Path) -> str:
    """Which export a JSON file holds."""
    found = documents(decode_text(_content(path)))
    return recognise(found[0] if len(found) == 1 else found).name


JSON = Container("JSON", lambda head: True, _read)
