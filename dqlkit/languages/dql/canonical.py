"""Canonical text; the first form, until the printer stands."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import Name, Node


def column_name(node: Node) -> str:
    """The default column name of an expression."""
    return node.name if isinstance(node, Name) else f"{type(node).__name__}@{node.start}"


def canonical(node: Node) -> str:
    """The canonical text."""
    return repr(node)
