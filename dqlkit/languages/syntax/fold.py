"""Working through a tree from its leaves up, however deep it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from dqlkit.languages.syntax.tree import Node, Parentheses, walk

__all__ = ["Fold", "Normaliser"]

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


class Normaliser(Fold[Node]):
    """Makes another tree of a tree, which itself stays as it is. Nodes without a method stand in the new one too."""

    def normalise(self, node: Node) -> Node:
        """What a whole tree becomes."""
        self.fold(node)
        made: Node = self.of(node)
        return made

    def of(self, node: Node) -> Any:
        return self._made.get(id(node), node)

    def parentheses(self, node: Parentheses) -> Node:
        """Those that are needed come back when the tree is printed."""
        inner: Node = self.of(node.inner)
        return inner
