"""Pipes, standard input and devices as files.

What comes through a pipe can be read once, and readers read more than once. So it is copied to a file, which is deleted
when the process ends.
"""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import sys
import tempfile
from functools import cache
from pathlib import Path

__all__ = ["folder", "is_temporary", "regular"]

STANDARD_INPUT = "-"
_ITS_NAMES = frozenset({STANDARD_INPUT, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})


def regular(path: Path) -> Path:
    """A file with the bytes of what is at the path; `-` is standard input, which is read once and kept."""
    if str(path) == STANDARD_INPUT:
        return _standard_input()
    mode = os.stat(path).st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return path
    return _standard_input() if str(path) in _ITS_NAMES else _copied(path)


@cache
def _standard_input() -> Path:
    target = folder() / "input"
    with target.open("wb") as file:
        shutil.copyfileobj(getattr(sys.stdin, "buffer", sys.stdin), file)
    return target


def _copied(path: Path) -> Path:
    target = folder() / "input"
    with path.open("rb") as source, target.open("wb") as file:
        shutil.copyfileobj(source, file)
    return target


def folder() -> Path:
    """An empty folder that is deleted when the process ends."""
    return Path(tempfile.mkdtemp(dir=_all()))


def is_temporary(path: Path) -> bool:
    """Whether a file lies in such a folder."""
    return path.is_relative_to(_all())


@cache
def _all() -> str:
    """The folder of all these folders."""
    made = tempfile.mkdtemp(prefix="dqlkit-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made
