"""The class of a file format: how it is detected and read."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from dqlkit.frozen import frozen
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.table import Deferred, FrameTable

__all__ = ["Container"]


@frozen
class Container:
    """A file format: how to know it by the first bytes, and how to read a file of it. Who asks for it says `key`.

    Its reader is named, so that only the one that is needed is imported: `parquet.read` is the function of that file of this
    package; beside it `cutter`, where files can be read in spans of their bytes. A format is slow where another one would be
    faster to read; its reader narrows where it reads no more than is wanted.
    """

    name: str
    key: str
    matches: Callable[[bytes], bool]
    reader: str
    is_slow: bool = False
    narrows: bool = False
    cutter: str = ""

    def read(self, path: Path, options: ReadOptions) -> FrameTable | Deferred:
        """The records of a file. Raises `SourceError` where the content does not fit."""
        found: FrameTable | Deferred = _function(self.reader)(path, options)
        return found

    def spans(self, path: Path, size: int) -> list[tuple[int, int]]:
        """Spans of about so many bytes, each of which can be read by itself; none for a file that cannot be cut."""
        found: list[tuple[int, int]] = _function(self.cutter)(path, size) if self.cutter else []
        return found


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(".")
    found: Callable[..., Any] = getattr(import_module(f"dqlkit.sources.{module}"), function)
    return found
