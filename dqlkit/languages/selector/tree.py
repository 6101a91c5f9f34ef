"""Syntax trees of selectors: criteria with their arguments."""

from __future__ import annotations

from dqlkit.frozen import mutable
from dqlkit.languages.syntax.tree import Bad, Node

__all__ = ["Bad", "Criterion", "Selector", "Text"]


@mutable
class Text(Node):
    """A value, without its quotes and escapes."""

    value: str
    quoted: bool = True


@mutable
class Criterion(Node):
    """`name(arguments)`. The name is where the node begins."""

    name: str
    arguments: list[Text | Criterion | Bad]

    @property
    def inner(self) -> list[Criterion]:
        """The criteria among the arguments."""
        return [argument for argument in self.arguments if isinstance(argument, Criterion)]


@mutable
class Selector(Node):
    """Criteria that all must hold."""

    criteria: list[Criterion | Bad]
