"""Detects the format of a file by its content, and reads it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import TypeVar

import polars as pl

from dqlkit.engines.polars.typed import Typed
from dqlkit.engines.table import Want
from dqlkit.frozen import frozen, replace
from dqlkit.sources import csv_file, json_file
from dqlkit.sources.container import Container
from dqlkit.sources.content import head
from dqlkit.sources.errors import SourceError
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.others import refused
from dqlkit.sources.places import File
from dqlkit.sources.streams import is_temporary
from dqlkit.sources.table import Check, Deferred, FrameTable, whole
from dqlkit.sources.texts import typed_texts

__all__ = ["CONTAINERS", "Unread", "detect_file", "read_file"]

T = TypeVar("T")


def _begins(mark: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(mark)


_JSON = Container(
    "JSON", "json", json_file.matches, "json_file.read", is_slow=True, narrows=True, cutter="json_file.spans"
)
_DELTA = Container("Delta table", "delta", lambda head: False, "delta.read")

#: The first that matches reads a file.
CONTAINERS: tuple[Container, ...] = (
    Container("Parquet", "parquet", _begins(b"PAR1"), "parquet.read"),
    Container("Arrow IPC file", "arrow", _begins(b"ARROW1"), "arrow.read_file"),
    Container("Arrow IPC stream", "arrow", _begins(b"\xff\xff\xff\xff"), "arrow.read_stream"),
    Container("CSV", "csv", csv_file.matches, "csv_file.read", is_slow=True),
    _JSON,
)


def read_file(file: File, options: ReadOptions) -> FrameTable | Deferred:
    """The records of a file, of the format that the options name or else of the one that its content shows."""
    container = _told(file, lambda: _container(file.path, options.format))
    if container.is_slow and not options.cache:
        unread = Unread(file, options)
        return Deferred(unread.narrowed, () if is_temporary(file.path) else (unread,), at_once=not container.narrows)

    def read() -> FrameTable:
        if options.cache and container.is_slow:
            from dqlkit.sources.cache import cached

            return cached(file.path, options, lambda: whole(container.read(file.path, options)))
        return whole(container.read(file.path, options))

    return _completed(file, _told(file, read))


@frozen
class Unread:
    """A file, or a span of one, that is still to be read. Any process can do that on whose machine the file lies."""

    file: File
    options: ReadOptions

    @property
    def bytes(self) -> int:
        """How many bytes it has."""
        start, end = self.options.span or (0, self.file.path.stat().st_size)
        return end - start

    def narrowed(self, want: Want) -> FrameTable:
        """What is wanted of the records."""

        def read() -> FrameTable:
            found = _container(self.file.path, self.options.format).read(self.file.path, self.options)
            return found if isinstance(found, FrameTable) else found.narrowed(want)

        table = _completed(self.file, _told(self.file, read))
        return replace(table, facts=replace(table.facts, bytes=self.bytes))

    def cut(self, size: int) -> list[Unread]:
        """The file in spans of about so many bytes, where it can be read so."""
        path, options = self.file.path, self.options
        spans = _told(self.file, lambda: _container(path, options.format).spans(path, size))
        return [replace(self, options=replace(options, span=span)) for span in spans] or [self]


def _told(file: File, read: Callable[[], T]) -> T:
    """What is read of a file; errors name it."""
    try:
        return read()
    except OSError as fault:
        raise SourceError.of("R101", f"{file.name}: the file cannot be read: {fault.strerror or fault}.") from None
    except SourceError as fault:
        raise fault.within(file.name) from None


def _checked(file: File, check: Check, fields: Collection[str] | None) -> None:
    _told(file, partial(check, fields))


def _completed(file: File, table: FrameTable) -> FrameTable:
    """The records with the fields that the folders of their file say, and the size of the file."""
    verify = tuple(partial(_told, file, check) for check in table.verify)
    checks = tuple(partial(_checked, file, check) for check in table.checks)
    sized = replace(table, facts=replace(table.facts, bytes=file.path.stat().st_size), verify=verify, checks=checks)
    columns = {name: typed_texts(pl.Series(name, [text], pl.String), []) for name, text in file.fields.items()}
    added = [(name, Typed(pl.lit(column.first(), column.dtype), kind)) for name, (column, kind) in columns.items()]
    return replace(sized, frame=table.frame.with_fields(added), parts=()) if added else sized


def detect_file(path: Path) -> str:
    """The name of the format that a file has."""
    container = _container(path)
    return json_file.export_name(path) if container is _JSON else container.name


def _container(path: Path, format: str | None = None) -> Container:
    if path.is_dir():
        return _DELTA
    first = head(path)
    asked = [container for container in CONTAINERS if format in (None, container.key)]
    if not asked:
        known = ", ".join(dict.fromkeys(container.key for container in CONTAINERS))
        raise SourceError.of("R106", f"expected one of the formats {known}, found {format!r}.")
    found = next((container for container in asked if container.matches(first)), None)
    if found is None and format is None:
        raise refused(first)
    return found or asked[-1]
