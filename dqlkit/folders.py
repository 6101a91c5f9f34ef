"""Where dqlkit keeps what it can make again.

What takes long to make from a text is made once and kept in Python's own form for compiled code (`marshal`), which is
read at once. The name of a file tells the text and the version of Python, so versions of dqlkit side by side do not
replace each other's; a file also holds the very text it was made from and is used for no other. What cannot be read is
made again; where nothing can be written, every process makes its own.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from collections.abc import Callable
from typing import Any

__all__ = ["cache_folder", "kept"]


def cache_folder() -> str:
    """The folder of the user's caches that is dqlkit's own."""
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        root = "~/Library/Caches"
    else:
        root = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return os.path.join(os.path.expanduser(root), "dqlkit")


def kept(kind: str, source: str, make: Callable[[], Any]) -> Any:
    """What `make` yields for a text, in types that `marshal` knows: as it was kept, else made and kept. `kind` begins the
    name of the file."""
    stamp = f"{zlib.crc32(source.encode()):08x}.{sys.implementation.cache_tag}"
    path = os.path.join(cache_folder(), f"{kind}.{stamp}.made")
    try:
        with open(path, "rb") as file:
            known, made = marshal.loads(file.read())
        if known == source:
            return made
    except (OSError, ValueError, TypeError, EOFError):
        pass
    made = make()
    _keep(path, marshal.dumps((source, made)))
    return made


def _keep(path: str, content: bytes) -> None:
    """Write a file; another process never sees half of it. A place that cannot be written is no error."""
    half = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(half, "wb") as file:
            file.write(content)
        os.replace(half, path)
    except OSError:
        pass
