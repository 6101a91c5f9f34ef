"""The fields of a query's answer."""

from __future__ import annotations

from dqlkit.languages.dql.tree import Command, Pipeline, is_placeholder
from dqlkit.languages.syntax.tree import Argument, Bad, Group, Hole, Node, Variable
from dqlkit.linting.stages import stages
from dqlkit.linting.subject import Subject, shared

__all__ = ["final_fields"]


@shared
def final_fields(subject: Subject) -> frozenset[str] | None:
    """The names of the fields that come out; None where the query does not tell.

    Placeholders that stand for names leave it open, unless a later command lists all that is left.
    """
    tree = subject.parsed.tree
    last = None
    for command in reversed(tree.commands) if isinstance(tree, Pipeline) else ():
        operators = stages(subject, command)
        if not operators or command.hole or command.bad:
            return None
        last = last or operators[-1]
        changes = not operators[0].inputs or operators[0].inputs[0].schema != operators[-1].schema
        if changes and _names_unknown(command):
            return None
        if operators[-1].closes:
            break
    return frozenset(last.schema.fields) if last is not None and not last.schema.open else None


def _names_unknown(command: Command) -> bool:
    """Whether a placeholder stands where a field is named."""
    members: list[Argument] = []
    for argument in command.arguments:
        value = argument.value
        members += value.members if isinstance(value, Group) and not is_placeholder(value) else [argument]
    return any(_is_unknown(one.value) and one.alias is None for one in members)


def _is_unknown(value: Node) -> bool:
    return isinstance(value, (Hole, Variable, Bad)) or is_placeholder(value)
