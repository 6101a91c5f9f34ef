"""Which files to look at."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from dqlkit.hosts import ending_of, endings
from dqlkit.linting.settings import folder_of, matches, settings_for, upwards

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
    from pathlib import Path

    for place, folders, files in os.walk(Path(folder)):
        here = os.path.realpath(place)
        kept = (f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        folders[:] = sorted(f for f in kept if not _ignored_by_git(here, f"{f}/"))
        for name in sorted(files):
            path = os.path.join(place, name).removeprefix(os.path.join(os.curdir, ""))
            if ending_of(name) in wanted and not _excluded(path) and not _ignored_by_git(here, name):
                yield path


def _excluded(path: str) -> bool:
    settings = settings_for(folder_of(path))
    return any(matches(os.path.realpath(path), glob, settings.root) for glob in settings.exclude)


def _ignored_by_git(folder: str, name: str) -> bool:
    """Whether the nearest `.gitignore` that says anything of a file or folder, up to the repository's own, leaves it out."""
    for place, spec in _ignores(folder):
        inside = folder[len(place) :].replace(os.sep, "/").lstrip("/")
        verdict = spec.check_file(f"{inside}/{name}" if inside else name).include
        if verdict is not None:
            return verdict
    return False


@cache
def _ignores(folder: str) -> tuple[tuple[str, GitIgnoreSpec], ...]:
    """The `.gitignore` files that hold in a folder of a repository, the nearest first; none outside of one."""
    found: list[tuple[str, GitIgnoreSpec]] = []
    for place in upwards(folder):
        path = os.path.join(place, ".gitignore")
        if os.path.isfile(path):
            from pathspec import GitIgnoreSpec  # most folders have none

            with open(path, encoding="utf-8", errors="replace") as file:
                found.append((place, GitIgnoreSpec.from_lines(file.read().splitlines())))
        if os.path.exists(os.path.join(place, ".git")):
            return tuple(found)
    return tuple(found)
