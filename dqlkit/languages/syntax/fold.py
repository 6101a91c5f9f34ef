"""Working through a tree from its leaves up, however deep it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from dqlkit.languages.syntax.tree import Node, walk

__all__ = ["Fold"]

T = TypeVar("T")


class Fold(Generic[T]):
    """Makes something of every node, children before parents, without recursion.

    A subclass has a method for each node class it cares about, named after it: `binary` for `Binary`. It finds what
    was made of the children by `self.of(child)`. Nodes without a method are left to their parents.
    """

    def __init__(self) -> None:
        self._made: dict[int, T] = {}
        self._methods: dict[type[Node], Callable[[Any], T] | None] = {}

    def fold(self, root: Node) -> None:
        """Work through everything below a node, and the node itself."""
        nodes = list(walk(root))
        made, methods = self._made, self._methods
        for node in reversed(nodes):
            kind = type(node)
            if kind not in methods:
                methods[kind] = getattr(self, kind.__name__.lower(), None)
            method = methods[kind]
            if method is not None:
                made[id(node)] = method(node)

    def of(self, node: Node) -> T:
        """What was made of a node."""
        return self._made[id(node)]
