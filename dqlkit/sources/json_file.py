"""JSON and NDJSON files, plain or gzipped, with any of the exports inside."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from dqlkit.sources.container import Container
from dqlkit.sources.content import content
from dqlkit.sources.frames import table_of, table_of_columns
from dqlkit.sources.json_text import decode_text, documents
from dqlkit.sources.table import FrameTable
from dqlkit.sources.uniform import uniform_columns
from dqlkit.wire import read
from dqlkit.wire.bizevents import PLAIN

__all__ = ["JSON", "export_name"]

#: From so many bytes on a survey pays.
_LARGE = 1 << 18


def _read(path: Path, times: Collection[str]) -> FrameTable:
    data = content(path)
    columns = uniform_columns(data) if len(data) >= _LARGE else None
    if columns is not None:
        return table_of_columns(columns, times, PLAIN.name)
    return table_of(read(documents(decode_text(data))), times)


def export_name(path: Path) -> str:
    """Which export a JSON file holds."""
    return read(documents(decode_text(content(path)))).format


JSON = Container("JSON", "json", lambda head: True, _read)
