"""Which files to look at."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from dqlkit.hosts import endings
from dqlkit.linting.settings import matches, settings_for

__all__ = ["discover"]

#: Folders that hold no queries of the project's own.
_SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "dist", "build"})


def discover(paths: Iterable[str], code: bool = False) -> Iterator[str]:
    """Files that are named, and those below folders whose ending says that they may hold queries.

    Files of code are among the latter only where `code` asks for them. Hidden folders and what `exclude` names are left
    out; a file that is named itself is always taken.
    """
    for path in paths:
        if os.path.isdir(path):
            yield from _below(path, endings(code))
        else:
            yield path


def _below(folder: str, wanted: Container[str]) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        for name in sorted(files):
            path = Path(place, name)
            if path.suffix.lower() in wanted and not _excluded(path):
                yield str(path)


def _excluded(path: Path) -> bool:
    settings = settings_for(path.parent.resolve())
    return any(matches(path.resolve(), glob, settings.root) for glob in settings.exclude)
