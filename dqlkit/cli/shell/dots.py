"""What begins with a dot in the shell.

    @dot("MODE", "how answers are written: table, json, csv, …")
    def mode(shell: Shell, words: Sequence[str]) -> None: …

One declaration each: the function's name is the command, its arguments and what it does stand in the decorator, and
`completes` names the words that may follow.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dqlkit.cli import answers, running
from dqlkit.cli.nearest import nearest
from dqlkit.cli.terminal import UsageError
from dqlkit.diagnostics.visible import visible

if TYPE_CHECKING:
    from dqlkit.cli.shell.shell import Shell

__all__ = ["DOTS", "Dot", "Quit", "execute", "text_formats"]

Run = Callable[["Shell", Sequence[str]], None]
Words = Callable[["Shell"], Iterable[str]]


class Quit(Exception):
    """The shell shall end."""


class Dot(NamedTuple):
    """A command of the shell itself."""

    name: str
    arguments: str
    what: str
    run: Run
    completes: Words


#: By name, without the dot.
DOTS: dict[str, Dot] = {}


def dot(arguments: str, what: str, completes: Words = lambda shell: ()) -> Callable[[Run], Run]:
    """Declare a command."""

    def declare(run: Run) -> Run:
        name = run.__name__.rstrip("_")
        DOTS[name] = Dot(name, arguments, what, run, completes)
        return run

    return declare


def execute(shell: Shell, text: str) -> None:
    """Run a text that begins with a dot."""
    try:
        name, *words = shlex.split(text.removeprefix(".")) or [""]
    except ValueError as problem:
        raise UsageError(f"cannot read the line: {problem}") from None
    found = DOTS.get(name)
    if found is None:
        raise UsageError(f"there is no command {'.' + name!r}{nearest(name, DOTS)}; `.help` lists them")
    found.run(shell, words)


def text_formats() -> list[str]:
    """The formats that a terminal can show."""
    return [name for name in answers.format_names() if not answers.is_binary(name)]


def _switch(words: Sequence[str], now: bool) -> bool:
    """What `on`, `off` or nothing makes of a setting."""
    if len(words) > 1 or (words and words[0] not in ("on", "off")):
        raise UsageError(f"expected on or off, found {' '.join(words)!r}")
    return words[0] == "on" if words else not now


def _on_off(shell: Shell) -> Iterable[str]:
    return ("on", "off")


@dot("", "the tables, with their records and fields")
def tables(shell: Shell, words: Sequence[str]) -> None:
    if not shell.tables:
        print("(no tables: `.open NAME=FILE` opens one)")
    width = max((len(name) for name in shell.tables), default=0)
    for name, table in shell.tables.items():
        rows = "" if table.facts.rows is None else f"{table.facts.rows:>12,} records"
        shown = name or "(any)"
        print(visible(f"{shown:<{max(width, 5)}}  {rows:<20}  {len(table.schema)} fields, {table.format}"))


@dot("[TABLE]", "the fields of a table, or of all, with their types", lambda shell: filter(None, shell.tables))
def schema(shell: Shell, words: Sequence[str]) -> None:
    for name in words or shell.tables:
        if name not in shell.tables:
            raise UsageError(f"there is no table {name!r}{nearest(name, shell.tables)}")
        fields = shell.tables[name].schema
        print(f"{visible(name) or '(any)'}")
        width = min(max(map(len, fields), default=0), 40)
        for field, kind in fields.items():
            print(f"  {visible(field):<{width}}  {kind}")


@dot("[NAME=]FILE", "read a table; without a name it serves whatever a query reads", lambda shell: _files())
def open_(shell: Shell, words: Sequence[str]) -> None:
    if len(words) != 1:
        raise UsageError("expected [NAME=]FILE; quote a name with blanks")
    name, equals, path = words[0].partition("=")
    name, path = (name, path) if equals else ("", words[0])
    shell.open(name, running.existing(path))
    tables(shell, ())


def _files() -> Iterable[str]:
    return sorted(name + "/" * os.path.isdir(name) for name in os.listdir(".") if not name.startswith("."))


@dot("[FORMAT]", "how answers are written", lambda shell: text_formats())
def mode(shell: Shell, words: Sequence[str]) -> None:
    known = text_formats()
    if len(words) > 1 or (words and words[0] not in known):
        raise UsageError(f"expected one of {', '.join(known)}, found {' '.join(words)!r}")
    if words:
        shell.settings.mode = words[0]
    print(f"mode {shell.settings.mode}")


@dot("[N]", "how many records of a table are shown; 0 for all")
def rows(shell: Shell, words: Sequence[str]) -> None:
    if len(words) > 1 or (words and not (words[0].isascii() and words[0].isdecimal())):
        raise UsageError(f"expected a number from 0 on, found {' '.join(words)!r}")
    if words:
        shell.settings.rows = int(words[0])
    print(f"rows {shell.settings.rows}")


@dot(
    "[OPTION [VALUE]]",
    "how queries run; without a value as by default, and without an option all that is set",
    lambda shell: shell.asked.names,
)
def set_(shell: Shell, words: Sequence[str]) -> None:
    if words:
        shell.asked.set(words[0], words[1:])
    for line in shell.asked.lines():
        print(visible(line))


@dot("[on|off]", "tell how long each query takes", _on_off)
def timing(shell: Shell, words: Sequence[str]) -> None:
    shell.settings.timing = _switch(words, shell.settings.timing)
    print(f"timing {'on' if shell.settings.timing else 'off'}")


@dot("[on|off]", "how many records leave each stage: of the last query, or from now on", _on_off)
def stages(shell: Shell, words: Sequence[str]) -> None:
    if not words:
        shell.show_stages()
        return
    shell.settings.stages = _switch(words, shell.settings.stages)
    print(f"stages {'on' if shell.settings.stages else 'off'}")


@dot("", "this list")
def help_(shell: Shell, words: Sequence[str]) -> None:
    for one in DOTS.values():
        print(f"  {f'.{one.name} {one.arguments}':<20} {one.what}")
    print("A query runs when Enter finds it complete; Alt-Enter begins a new line. A text that begins with | continues")
    print("the last query. Tab completes, Ctrl-C ends the query that runs, Ctrl-D ends the shell.")


@dot("", "end the shell; Ctrl-D does it too")
def quit_(shell: Shell, words: Sequence[str]) -> None:
    raise Quit
