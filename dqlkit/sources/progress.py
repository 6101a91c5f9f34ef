"""How far the reading of a file is, told to whoever follows it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["Follower", "Share", "followed", "opened_file"]

Follower: TypeAlias = Callable[[str, int, int], None]
"""Is told the name of a file, how many of its bytes have been read, and how many it has."""


class Share:
    """Tells which share of all files that were opened has been read. What is read again does not count again."""

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._files: dict[str, tuple[int, int]] = {}

    def __call__(self, name: str, read: int, size: int) -> None:
        before, _ = self._files.get(name, (0, size))
        self._files[name] = max(before, read), size
        sizes = sum(size for _, size in self._files.values())
        self._tell(sum(read for read, _ in self._files.values()) / max(sizes, 1))


_follower: ContextVar[Follower | None] = ContextVar("follower", default=None)


@contextmanager
def followed(tell: Follower) -> Iterator[None]:
    """Meanwhile `tell` follows whatever is read."""
    token = _follower.set(tell)
    try:
        yield
    finally:
        _follower.reset(token)


def opened_file(path: Path) -> io.BufferedReader:
    """A file whose reading is followed, if anybody does."""
    tell = _follower.get()
    return path.open("rb") if tell is None else io.BufferedReader(_Followed(path, tell))


class _Followed(io.FileIO):
    """A file that tells how much of it was read: as it is on the disk, whatever it unpacks to."""

    def __init__(self, path: Path, tell: Follower) -> None:
        super().__init__(path)
        self._tell = tell
        self._size = os.fstat(self.fileno()).st_size

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        count = super().readinto(buffer) or 0
        self._tell(os.fspath(self.name), self.tell(), self._size)
        return count
