"""Commands, one file each: signature, binding to operators of the plan, and lifting back."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dqlkit.languages.dql.command import Command

from dqlkit.frozen import frozen

__all__ = [
    "CONDITIONAL",
    "NAMES",
    "SOURCES",
    "Elsewhere",
    "commands",
    "find",
    "is_command",
    "known_elsewhere",
    "phrases",
    "takes_condition",
]

#: The files of commands that begin a query.
SOURCES = (
    "data",
    "describe",
    "fetch",
    "fields_snapshot",
    "load",
    "metrics",
    "smartscape_edges",
    "smartscape_nodes",
    "timeseries",
)

#: The files of this folder.
NAMES = (
    *SOURCES,
    "append",
    "dedup",
    "expand",
    "experimental_save",
    "fail_if",
    "fields",
    "fields_add",
    "fields_flatten",
    "fields_keep",
    "fields_move",
    "fields_remove",
    "fields_rename",
    "fields_summary",
    "filter",
    "filter_out",
    "join",
    "join_nested",
    "json_extract",
    "limit",
    "lookup",
    "make_timeseries",
    "parse",
    "search",
    "sort",
    "summarize",
    "traverse",
)


#: The files of commands that take a condition without a name.
CONDITIONAL = frozenset({"fail_if", "filter", "filter_out", "search"})

_FILES = {name.replace("_", ""): name for name in NAMES}


@cache
def _load(name: str) -> Command:
    module = import_module(f"dqlkit.languages.dql.commands.{name}")
    command: Command = getattr(module, name)
    return command


@cache
def commands() -> dict[str, Command]:
    """All commands by lower-case name."""
    return {name: _load(file) for name, file in _FILES.items()}


def is_command(name: str) -> bool:
    """Whether there is a command of that name in any letter case. Nothing is imported."""
    return name.lower() in _FILES


def takes_condition(name: str) -> bool:
    """Whether the command of that name takes a condition without a name. Nothing is imported."""
    return _FILES.get(name.lower()) in CONDITIONAL


def find(name: str) -> Command | None:
    """The command of that name in any letter case. Only its own file is imported: a linter starts often."""
    return _FOUND.get(name) or _find(name)


#: Commands by the names as they were written.
_FOUND: dict[str, Command] = {}


def _find(name: str) -> Command | None:
    file = _FILES.get(name.lower())
    if file is None:
        return None
    _FOUND[name] = found = _load(file)
    return found


@frozen
class Elsewhere:
    """A command of another language: the one of DQL, advice, and whether its name is all that has to change."""

    command: Command
    advice: str
    renamed: bool


@cache
def known_elsewhere() -> dict[str, Elsewhere]:
    """Commands of other languages by lower-case name."""
    found: dict[str, Elsewhere] = {}
    for command in commands().values():
        for names, renamed in ((command.known_as, True), (command.akin, False)):
            found |= {
                name: Elsewhere(command, text or f"Use `{command.name}`.", renamed) for name, text in names.items()
            }
    for name, said in phrases().items():
        if name not in found and not is_command(name):
            command, _, written = said[0]
            found[name] = Elsewhere(command, f"Use `{re.sub('<.*?>', '', written)}`.", False)
    return found


@cache
def phrases() -> dict[str, list[tuple[Command, str, str]]]:
    """Stages and queries of other languages by their first word: the command that says the same, the phrase, what is written."""
    found: dict[str, list[tuple[Command, str, str]]] = {}
    for command in commands().values():
        for phrase, written in command.phrases.items():
            found.setdefault(phrase.split()[0], []).append((command, phrase, written))
    return found
