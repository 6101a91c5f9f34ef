"""Queries in strings of Java."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.hosts.code import Code, Style, find, quoted
from dqlkit.hosts.notation import Looked, notation

if TYPE_CHECKING:
    from tree_sitter import Language, Node

__all__ = ["java"]


def _grammar() -> Language:
    import tree_sitter
    import tree_sitter_java

    return tree_sitter.Language(tree_sitter_java.language())


def _style(raw: str, node: Node) -> Style | None:
    return Style(3, 3, write=lambda text: None, block=True) if raw.startswith('"""') else quoted('"')


_JAVA = Code(_grammar, frozenset({"string_literal"}), _style, frozenset({"binary_expression"}))


@notation("Java", endings=(".java",), code=True)
def java(text: str, thorough: bool) -> Looked:
    """The queries in its strings."""
    return find(text, _JAVA)
