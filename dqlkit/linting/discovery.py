"""Which files to look at."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dqlkit.hosts import ending_of, endings
from dqlkit.linting.settings import matches, settings_for

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["discover"]

#: Folders that hold no queries of the project's own.
_SKIPPED = frozenset({"node_modules", "__pycache__", "venv", "dist", "build"})


def discover(paths: Iterable[str], code: bool = False) -> Iterator[str]:
    """Files that are named, and those below folders whose ending says that they may hold queries.

    Files of code are among the latter only where `code` asks for them. Hidden folders, what `exclude` names and what git
    ignores are left out; a file that is named itself is always taken.
    """
    for path in paths:
        if os.path.isdir(path):
            yield from _below(path, endings(code))
        else:
            yield path


def _below(folder: str, wanted: Container[str]) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        here = Path(place).resolve()
        kept = (f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        folders[:] = sorted(f for f in kept if not _ignored_by_git(here, f"{f}/"))
        for name in sorted(files):
            path = Path(place, name)
            if ending_of(name) in wanted and not _excluded(path) and not _ignored_by_git(here, name):
                yield str(path)


def _excluded(path: Path) -> bool:
    settings = settings_for(path.parent.resolve())
    return any(matches(path.resolve(), glob, settings.root) for glob in settings.exclude)


def _ignored_by_git(folder: Path, name: str) -> bool:
    """Whether the nearest `.gitignore` that says anything of a file or folder, up to the repository's own, leaves it out."""
    path = folder / name
    for place, spec in _ignores(folder):
        verdict = spec.check_file(path.relative_to(place).as_posix() + ("/" if name.endswith("/") else "")).include
        if verdict is not None:
            return verdict
    return False


@cache
def _ignores(folder: Path) -> tuple[tuple[Path, GitIgnoreSpec], ...]:
    """The `.gitignore` files that hold in a folder of a repository, the nearest first; none outside of one."""
    found: list[tuple[Path, GitIgnoreSpec]] = []
    for place in (folder, *folder.parents):
        file = place / ".gitignore"
        if file.is_file():
            from pathspec import GitIgnoreSpec  # most folders have none

            lines = file.read_text("utf-8", "replace").splitlines()
            found.append((place, GitIgnoreSpec.from_lines(lines)))
        if (place / ".git").exists():
            return tuple(found)
    return tuple(found)
