"""Running a command again whenever one of its files changes: `--watch`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from dqlkit.cli.terminal import UsageError, say

if TYPE_CHECKING:
    import argparse

__all__ = ["add_watch", "watched"]

#: How often files are looked at, in seconds. They are asked for their times alone, which any system can tell.
_PAUSE, _MOMENT = 0.3, 0.05


def add_watch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--watch", action="store_true", help="run again whenever a file changes, until Ctrl-C")


def watched(
    run: Callable[[], int], files: Callable[[], Iterable[str]], kept: Callable[[], Iterable[str]] = tuple
) -> int:
    """Run, and again after each change of the files, which are looked for anew each time; an interrupt ends it. Files that are
    `kept` beside may be written by the run itself: of them only later changes count."""
    while True:
        before = _stamps(files())
        if sys.stdout.isatty():
            sys.stdout.write("\x1b[2J\x1b[3J\x1b[H")  # an empty screen
        try:
            run()
        except UsageError as problem:  # such as a file that is just being written
            say(str(problem))
        sys.stdout.flush()
        beside = _stamps(kept())
        count = len(before.keys() | beside)
        say(f"Watching {count} file{'' if count == 1 else 's'}; Ctrl-C ends it.")
        _wait_for_change(lambda: (_stamps(files()), _stamps(kept())), (before, beside))


def _wait_for_change(look: Callable[[], object], before: object) -> None:
    """Until what is seen differs, and stays as it is for a moment: a file may be written bit by bit."""
    while (seen := look()) == before:
        time.sleep(_PAUSE)
    time.sleep(_MOMENT)
    while seen != (seen := look()):
        time.sleep(_MOMENT)


def _stamps(files: Iterable[str]) -> Mapping[str, tuple[int, int]]:
    """When each file was written last, and its size; one that is not there is as new as can be."""
    return {path: _stamp(path) for path in files}


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return 0, -1
    return found.st_mtime_ns, found.st_size
