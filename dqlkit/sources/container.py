"""The class of a file format: how it is detected and read."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from dqlkit.frozen import frozen
from dqlkit.sources.table import Deferred, FrameTable

__all__ = ["Container"]


@frozen
class Container:
    """A file format: how to know it by the first bytes, and how to read a file of it. Who asks for it says `key`.

    `read` takes the path and the names of time fields and raises `SourceError` where the content does not fit.
    `lenient` reads the same but leaves out and counts records that cannot be read; None for a format that has no such.
    """

    name: str
    key: str
    matches: Callable[[bytes], bool]
    read: Callable[[Path, Collection[str]], FrameTable | Deferred]
    lenient: Callable[[Path, Collection[str]], FrameTable | Deferred] | None = None
