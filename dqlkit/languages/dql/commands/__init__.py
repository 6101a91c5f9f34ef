"""Commands, one file each: how each is written, and what it means as operators of the plan."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dqlkit.languages.dql.command import Command, declared

__all__ = ["NAMES", "commands", "find"]

#: The files of this folder.
NAMES = ("fetch", "fields", "fields_add", "filter", "filter_out", "limit", "sort", "summarize")


@cache
def commands() -> dict[str, Command]:
    """All commands by lower-case name."""
    for name in NAMES:
        import_module(f"dqlkit.languages.dql.commands.{name}")
    return {command.name.lower(): command for command in declared()}


def find(name: str) -> Command | None:
    """The command of that name in any letter case."""
    return commands().get(name.lower())
