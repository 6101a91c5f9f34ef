"""The protocol by which the parts that bind a query use one another."""

from __future__ import annotations

from typing import Protocol

from dqlkit.languages.adql.scope import Scope
from dqlkit.languages.syntax.tree import Node
from dqlkit.plan.expressions import Expression

__all__ = ["Binder"]


class Binder(Protocol):
    """Binds the nodes of one query."""

    scope: Scope

    def value(self, node: Node) -> Expression:
        """An expression that stands for a value; a metric only where metrics may stand."""

    def condition(self, node: Node) -> Expression:
        """A condition over the fields of an event, in which no metric may stand."""

    def unknown(self, node: Node) -> Expression:
        """The value of text that was not understood and has been reported."""
