"""JSON and NDJSON files, plain or gzipped, with any of the exports inside."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from dqlkit.engines.polars.frame import Frame
from dqlkit.sources.container import Container
from dqlkit.sources.content import content
from dqlkit.sources.frames import frame_of, frame_of_columns
from dqlkit.sources.json_text import decode_text, documents
from dqlkit.sources.uniform import uniform_columns
from dqlkit.wire import recognise, records_of

__all__ = ["JSON", "export_name"]

#: From so many bytes on a survey pays.
_LARGE = 1 << 18


def _read(path: Path, times: Collection[str]) -> Frame:
    data = content(path)
    columns = uniform_columns(data) if len(data) >= _LARGE else None
    if columns is None:
        return frame_of(list(records_of(documents(decode_text(data)))), times)
    return frame_of_columns(columns, times)


def export_name(path: Path) -> str:
    """Which export a JSON file holds."""
    found = documents(decode_text(content(path)))
    return recognise(found[0] if len(found) == 1 else found).name


JSON = Container("JSON", lambda head: True, _read)
