"""Bottom-up traversal of trees without recursion, for trees of any depth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from dqlkit.languages.syntax.tree import Node, Parentheses, walk

__all__ = ["Fold", "Normaliser"]

T = TypeVar("T")


class Fold(Generic[T]):
    """Computes a value for every node, children before parents.

    A subclass has a method for each node class it cares about, named after it: `binary` for `Binary`. It gets the value
    of a child by `self.of(child)`. Nodes without a method are left to their parents.
    """

    #: Cache: the method for a class of nodes.
    _methods: ClassVar[dict[type[Node], Callable[[Any, Any], Any] | None]]

    def __init_subclass__(cls) -> None:
        cls._methods = {}

    def __init__(self) -> None:
        self._made: dict[int, T] = {}

    def fold(self, root: Node) -> None:
        """Compute the values of all nodes below a node, and of the node itself."""
        nodes = list(walk(root))
        made, methods = self._made, self._methods
        for node in reversed(nodes):
            kind = type(node)
            if kind not in methods:
                methods[kind] = getattr(type(self), kind.__name__.lower(), None)
            method = methods[kind]
            if method is not None:
                made[id(node)] = method(self, node)

    def of(self, node: Node) -> T:
        """The value of a node."""
        return self._made[id(node)]


class Normaliser(Fold[Node]):
    """Makes a rewritten copy of a tree. Nodes without a method are kept in the copy."""

    def normalise(self, node: Node) -> Node:
        """The rewritten copy of a whole tree."""
        self.fold(node)
        made: Node = self.of(node)
        return made

    def of(self, node: Node) -> Any:
        return self._made.get(id(node), node)

    def parentheses(self, node: Parentheses) -> Node:
        """Parentheses are dropped; the printer adds those that are needed."""
        inner: Node = self.of(node.inner)
        return inner
