"""What all subcommands share: reading and writing texts, reporting findings."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

from dqlkit.diagnostics import Diagnostic
from dqlkit.diagnostics.visible import visible
from dqlkit.errors import DqlkitError

__all__ = [
    "UsageError",
    "colour",
    "failed",
    "print_diff",
    "read_standard_input",
    "read_text",
    "readable",
    "report",
    "say",
    "write_text",
]


class UsageError(Exception):
    """The command line asks for something that cannot be."""


def colour(stream: TextIO) -> bool:
    """Whether to write colours, by the usual environment variables, else on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE")) or stream.isatty()


def report(diagnostics: Iterable[Diagnostic], text: str, name: str = "query") -> None:
    """Draw findings on stderr."""
    from dqlkit.diagnostics.text import full

    drawn = full(diagnostics, text, name, colour(sys.stderr))
    if drawn:
        print(drawn, file=sys.stderr)


def say(text: str) -> None:
    """Write a line to stderr in which nothing is hidden."""
    print(visible(text), file=sys.stderr)


def failed(problem: DqlkitError, text: str, name: str) -> int:
    """Report why a query did not run; the exit status: 2 where its input is to blame, else 1."""
    if problem.text or problem.diagnostics[0].span.end:
        report(problem.diagnostics, problem.text or text, name)
        return 1
    for diagnostic in problem.diagnostics:
        say(f"error[{diagnostic.code}]: {diagnostic.message}")
        if diagnostic.help:
            say(f"  = help: {diagnostic.help}")
    return 2


def read_text(path: str) -> str:
    """A text file, or a usage error that says what is wrong with it."""
    try:
        with open(path, encoding="utf-8", newline="") as stream:  # line ends are the file's own
            return stream.read()
    except OSError as problem:
        raise UsageError(f"cannot read {path}: {problem.strerror or problem}") from None
    except ValueError as problem:  # no UTF-8, or a name that no file can have
        raise UsageError(f"cannot read {path}: {problem}") from None


def read_standard_input() -> str:
    """All of standard input, or a usage error where it is no text."""
    if sys.stdin is None:
        raise UsageError("cannot read standard input: it is closed")
    try:
        return sys.stdin.read()
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"cannot read standard input: {problem}") from None


def readable(paths: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """The files that hold text, each once, and why others cannot be read, which is told on stderr."""
    found: list[str] = []
    unread: dict[str, str] = {}
    for path in dict.fromkeys(paths):
        try:
            read_text(path)
            found.append(path)
        except UsageError as problem:
            say(f"dqlkit: {problem}")
            unread[path] = str(problem)
    return found, unread


#: The colours of the lines of a difference, by how they begin.
_DIFFERENCE = {"---": "1", "+++": "1", "@@": "36", "-": "31", "+": "32"}


def print_diff(name: str, before: str, after: str) -> None:
    """Print what would change, as `patch` reads it; in colours where there are any."""
    import difflib

    coloured = colour(sys.stdout)
    for line in difflib.unified_diff(before.splitlines(True), after.splitlines(True), name, name):
        end = "\n" if line.endswith("\n") else "\n\\ No newline at end of file\n"
        text = line.removesuffix("\n")
        code = next((code for start, code in _DIFFERENCE.items() if coloured and text.startswith(start)), "")
        text = visible(text) if sys.stdout.isatty() else text
        sys.stdout.write((f"\x1b[{code}m{text}\x1b[0m" if code else text) + end)


def write_text(path: str, text: str) -> None:
    """Write a text file whole or not at all; devices and pipes are written to as they are."""
    beside = f"{path}.dqlkit-{os.getpid()}" if os.path.isfile(path) or not os.path.exists(path) else path
    try:
        with open(beside, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        if beside != path:
            os.replace(beside, path)
    except (OSError, UnicodeEncodeError) as problem:
        if beside != path:
            with suppress(FileNotFoundError):
                os.unlink(beside)
        said = problem.strerror if isinstance(problem, OSError) else problem
        raise UsageError(f"cannot write {path}: {said or problem}") from None
