"""What takes long to make from a text is made once for all processes.

It is kept in the user's folder of caches, in Python's own form for compiled code (`marshal`), which is read at once. The
text it was made from is kept with it, and it is used for no other. What cannot be read is made again; where nothing can
be written, every process makes its own.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from collections.abc import Callable
from typing import Any

from dqlkit.folders import cache_folder

__all__ = ["Shelf", "kept"]


def kept(kind: str, source: str, make: Callable[[], Any]) -> Any:
    """What `make` yields for a text, in types that `marshal` knows: as it was kept, else made and kept at once.

    The name of its file begins with `kind` and tells the text and the version of Python, so versions of dqlkit side by
    side do not replace each other's.
    """
    path = _path(f"{kind}.{zlib.crc32(source.encode()):08x}")
    match _read(path):
        case (known, made) if known == source:
            return made
    made = make()
    _write(path, (source, made))
    return made


class Shelf:
    """Many small things made from texts, in one file, which is read when the first is asked for. `keep` writes those that
    came; a process does that when it ends."""

    #: With more than these it is begun anew: texts of other versions are among them.
    most = 3000

    def __init__(self, name: str) -> None:
        self._name = name
        self._made: dict[str, bytes] | None = None
        self._came: dict[str, bytes] = {}

    def take(self, source: str, make: Callable[[str], Any]) -> Any:
        """What `make` yields for a text."""
        if self._made is None:
            self._made = self._found()
        if content := self._made.get(source):
            return marshal.loads(content)
        made = make(source)
        self._made[source] = self._came[source] = marshal.dumps(made)
        return made

    def keep(self) -> None:
        if self._came:
            there = self._found()
            _write(_path(self._name), {**(there if len(there) < self.most else {}), **self._came})

    def _found(self) -> dict[str, bytes]:
        found = _read(_path(self._name))
        return found if isinstance(found, dict) else {}


def _path(name: str) -> str:
    return os.path.join(cache_folder(), f"{name}.{sys.implementation.cache_tag}.made")


def _read(path: str) -> Any:
    """What a file holds; None where there is none, or it is damaged."""
    try:
        with open(path, "rb") as file:
            return marshal.loads(file.read())
    except (OSError, ValueError, TypeError, EOFError):
        return None


def _write(path: str, content: Any) -> None:
    """Write a file; another process never sees half of it. A place that cannot be written is no error."""
    half = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(half, "wb") as file:
            marshal.dump(content, file)
        os.replace(half, path)
    except OSError:
        pass
