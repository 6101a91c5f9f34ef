"""What the system says of a file, by which its content is known again without reading it."""

from __future__ import annotations

from pathlib import Path
from time import time
from typing import NamedTuple

__all__ = ["State"]

#: The age of a change from which on the next one has another time, in nanoseconds.
_SETTLED = 1_000_000_000


class State(NamedTuple):
    """A file's size in bytes, its inode, and when its content and what is said of it changed, in nanoseconds."""

    size: int
    inode: int
    content: int
    said: int

    @classmethod
    def of(cls, path: Path) -> State:
        """The state of a file now. Raises `OSError`."""
        found = path.stat()
        return cls(found.st_size, found.st_ino, found.st_mtime_ns, found.st_ctime_ns)

    @property
    def is_settled(self) -> bool:
        """Whether another change would give another state."""
        return time() * 1e9 - max(self.content, self.said) > _SETTLED
