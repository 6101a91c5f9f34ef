"""Queries in strings of Go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.hosts.code import Code, Style, find, quoted, verbatim
from dqlkit.hosts.notation import Looked, notation

if TYPE_CHECKING:
    from tree_sitter import Language, Node

__all__ = ["go"]


def _grammar() -> Language:
    import tree_sitter
    import tree_sitter_go

    return tree_sitter.Language(tree_sitter_go.language())


def _style(raw: str, node: Node) -> Style | None:
    return verbatim(1, "`") if raw[0] == "`" else quoted('"')


_GO = Code(
    _grammar, frozenset({"interpreted_string_literal", "raw_string_literal"}), _style, frozenset({"binary_expression"})
)


@notation("Go", endings=(".go",), code=True)
def go(text: str, thorough: bool) -> Looked:
    """The queries in its strings."""
    return find(text, _GO)
