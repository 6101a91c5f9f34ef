"""What DQL adds to the shared expression nodes: commands, pipelines, sub-queries."""

from __future__ import annotations

from dqlkit.frozen import field, mutable
from dqlkit.languages.syntax.tree import Argument, Bad, Expression, Group, Name, Node

__all__ = ["Command", "Pipeline", "Subquery", "is_placeholder"]


@mutable
class Command(Node):
    """`name arguments`. A stage that could not be parsed has its arguments so far, and `bad` covers the rest.

    A template hole in stage position is a command whose name is the hole's text and whose `hole` is true.
    """

    name: Name
    arguments: list[Argument]
    bad: Bad | None = None
    hole: bool = False


@mutable
class Pipeline(Node):
    """Commands joined by `|`. `leading_pipe` is kept for fragments that begin with one."""

    commands: list[Command]
    leading_pipe: bool = field(default=False, compare=False)


@mutable
class Subquery(Expression):
    """`[ query ]`."""

    pipeline: Pipeline


def is_placeholder(value: Node, constant: bool = False) -> bool:
    """Whether this is `{{ x }}`: where one value is wanted no group in a group can stand, but a template's placeholder. So are
    `{x}` and `[START]` where a `constant` is wanted, which no field and no sub-query is."""
    if constant and isinstance(value, Subquery):
        stages = value.pipeline.commands
        return len(stages) == 1 and not stages[0].arguments and stages[0].name.name.isupper()
    inner = value.members[0] if isinstance(value, Group) and len(value.members) == 1 else None
    if inner is None or inner.name is not None:
        return False
    return isinstance(inner.value, Group) or (constant and isinstance(inner.value, Name) and inner.alias is None)
