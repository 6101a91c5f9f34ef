"""What DQL adds to the shared expression nodes: commands, pipelines, sub-queries."""

from __future__ import annotations

from dqlkit.frozen import field, mutable
from dqlkit.languages.syntax.tree import Argument, Bad, Expression, Name, Node

__all__ = ["Command", "Pipeline", "Subquery"]


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
