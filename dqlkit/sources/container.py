"""The class of a file format: how it is detected and read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dqlkit.frozen import frozen
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.table import Deferred, FrameTable

__all__ = ["Container"]


@frozen
class Container:
    """A file format: how to know it by the first bytes, and how to read a file of it. Who asks for it says `key`.

    `read` raises `SourceError` where the content does not fit. A format is slow where another one would be faster to read.
    """

    name: str
    key: str
    matches: Callable[[bytes], bool]
    read: Callable[[Path, ReadOptions], FrameTable | Deferred]
    is_slow: bool = False
