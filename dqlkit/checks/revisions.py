"""Files as git has them: one in a revision, and those that differ between two revisions."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from dqlkit.checks.sources import NoQuery

__all__ = ["Changed", "changed", "is_revision", "shown"]


class Changed(NamedTuple):
    """A file that differs: its name before and after, "" where it is not there."""

    before: str
    after: str


def is_revision(word: str) -> bool:
    """Whether git knows a word as a revision."""
    if not word or any(map(str.isspace, word)) or word.startswith("-"):
        return False
    try:
        return _git(Path(), "rev-parse", "--verify", "--quiet", f"{word}^{{commit}}").returncode == 0
    except NoQuery:
        return False


def shown(revision: str, file: str) -> str:
    """The text of a file in a revision. Raises `NoQuery` where it is not there."""
    folder = Path(file).parent if Path(file).parent.is_dir() else Path()
    done = _git(folder, "show", f"{revision}:./{Path(file).name if folder != Path() else file}")
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NoQuery(f"{revision}:{file} cannot be read: {said[0] if said else 'git failed'}")
    return done.stdout.decode("utf-8-sig", "replace")


def changed(one: str, other: str | None) -> Iterator[Changed]:
    """The files below this folder that differ between two revisions, or between one and what lies here."""
    words = [one] if other is None else [one, other]
    done = _git(Path(), "diff", "--name-status", "-z", "-M", "--relative", *words)
    if done.returncode:
        raise NoQuery(done.stderr.decode("utf-8", "replace").strip() or "git failed")
    rest = iter(done.stdout.decode("utf-8", "replace").split("\0"))
    for status in rest:
        if status[:1] in ("R", "C"):
            yield Changed(next(rest), next(rest))
        elif status:
            name = next(rest)
            yield Changed("" if status == "A" else name, "" if status == "D" else name)


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)
    except OSError:
        raise NoQuery("git is not there to read a revision") from None
