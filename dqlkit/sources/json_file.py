"""JSON and NDJSON files, plain or gzipped, with any of the exports inside."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Collection
from pathlib import Path

from dqlkit.engines.polars.frame import Frame
from dqlkit.sources.container import Container
from dqlkit.sources.errors import SourceError
from dqlkit.sources.exports import recognise
from dqlkit.sources.frames import frame_of
from dqlkit.sources.json_text import decode_text, documents

__all__ = ["JSON", "export_name"]

_GZIP = b"\x1f\x8b"


def _read(path: Path, times: Collection[str]) -> Frame:
    found = documents(decode_text(_content(path)))
    return frame_of([record for document in found for record in recognise(document).records(document)], times)


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
