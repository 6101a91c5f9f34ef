"""Which fields a pipeline brings, as far as its last commands tell."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.languages.dql.canonical import column_name
from dqlkit.languages.dql.tree import Command, Pipeline
from dqlkit.languages.syntax.tree import Argument, Bad, Group, Hole, String, Variable

__all__ = ["final_fields"]

#: Commands that leave the fields as they are.
_KEEP = frozenset({"filter", "filterout", "sort", "limit", "dedup", "expand", "search", "failif"})
#: Commands after which exactly the fields they name are there.
_ONLY = frozenset({"fields", "fieldskeep", "summarize"})


def final_fields(pipeline: Pipeline) -> frozenset[str] | None:
    """The names of the fields that come out; None where the text does not tell."""
    added: set[str] = set()
    for command in reversed(pipeline.commands):
        name = command.name.name.lower()
        if name in _KEEP:
            continue
        names = list(_names(command))
        if name not in (*_ONLY, "fieldsadd") or None in names or command.hole or command.bad:
            return None
        added.update(n for n in names if n is not None)
        if name in _ONLY:
            return frozenset(added)
    return None


def _names(command: Command) -> Iterator[str | None]:
    for argument in command.arguments:
        if argument.name is None or argument.name.name.lower() == "by":
            members = argument.value.members if isinstance(argument.value, Group) else [argument]
            yield from map(_name, members)
        else:
            yield None


def _name(member: Argument) -> str | None:
    """What the field is called; None where a placeholder or a pattern stands for it."""
    if member.alias is not None:
        return member.alias.name
    unknown = member.name is not None or isinstance(member.value, (Hole, Variable, String, Bad))
    return None if unknown else column_name(member.value)
