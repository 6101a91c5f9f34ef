"""The class of a file format: how it is detected and read."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from dqlkit.frozen import frozen
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.table import Deferred, FrameTable

__all__ = ["Container"]


@frozen
class Container:
    """A file format: how to know it by the first bytes, and how to read a file of it. Who asks for it says `key`.

    Its reader is named, so that only the one that is needed is imported: `parquet.read` is the function of that file of this
    package. A format is slow where another one would be faster to read.
    """

    name: str
    key: str
    matches: Callable[[bytes], bool]
    reader: str
    is_slow: bool = False

    def read(self, path: Path, options: ReadOptions) -> FrameTable | Deferred:
        """The records of a file. Raises `SourceError` where the content does not fit."""
        module, _, name = self.reader.partition(".")
        found: FrameTable | Deferred = getattr(import_module(f"dqlkit.sources.{module}"), name)(path, options)
        return found
