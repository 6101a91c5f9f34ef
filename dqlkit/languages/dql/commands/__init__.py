"""Commands, one file each: how each is written, and what it means as operators of the plan."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dqlkit.languages.dql.command import Command, declared

__all__ = ["NAMES", "commands", "find"]

#: The files of this folder.
NAMES = (
    "append",
    "data",
    "dedup",
    "describe",
    "expand",
    "experimental_save",
    "fail_if",
    "fetch",
    "fields",
    "fields_add",
    "fields_flatten",
    "fields_keep",
    "fields_move",
    "fields_remove",
    "fields_rename",
    "fields_snapshot",
    "fields_summary",
    "filter",
    "filter_out",
    "join",
    "join_nested",
    "json_extract",
    "limit",
    "load",
    "lookup",
    "make_timeseries",
    "metrics",
    "search",
    "smartscape_edges",
    "smartscape_nodes",
    "sort",
    "summarize",
    "timeseries",
    "traverse",
)


@cache
def commands() -> dict[str, Command]:
    """All commands by lower-case name."""
    for name in NAMES:
        import_module(f"dqlkit.languages.dql.commands.{name}")
    return {command.name.lower(): command for command in declared()}


def find(name: str) -> Command | None:
    """The command of that name in any letter case."""
    return commands().get(name.lower())
