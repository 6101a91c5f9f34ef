"""Queries in strings of JavaScript and TypeScript."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from dqlkit.hosts.code import Code, Style, escaped, find, quoted
from dqlkit.hosts.notation import Looked, notation

if TYPE_CHECKING:
    from tree_sitter import Language, Node

__all__ = ["javascript", "tsx", "typescript"]


def _javascript() -> Language:
    import tree_sitter
    import tree_sitter_javascript

    return tree_sitter.Language(tree_sitter_javascript.language())


def _typescript(xml: bool) -> Language:
    import tree_sitter
    import tree_sitter_typescript as grammar

    return tree_sitter.Language(grammar.language_tsx() if xml else grammar.language_typescript())


def _style(raw: str, node: Node) -> Style | None:
    if raw[0] != "`":
        return quoted(raw[0])
    return Style(1, 1, write=lambda text: escaped(text, "`", True).replace("${", "\\${"), lines=True)


_code = partial(
    Code,
    strings=frozenset({"string", "template_string"}),
    style=_style,
    joins=frozenset({"binary_expression"}),
    holes=frozenset({"template_substitution"}),
)
_JAVASCRIPT = _code(_javascript)
_TYPESCRIPT = _code(partial(_typescript, False))
_TSX = _code(partial(_typescript, True))


@notation("JavaScript", endings=(".js", ".jsx", ".mjs", ".cjs"), code=True)
def javascript(text: str, thorough: bool) -> Looked:
    """The queries in its strings."""
    return find(text, _JAVASCRIPT)


@notation("TypeScript", endings=(".ts", ".mts", ".cts"), code=True)
def typescript(text: str, thorough: bool) -> Looked:
    """The queries in its strings."""
    return find(text, _TYPESCRIPT)


@notation("TypeScript with XML", endings=(".tsx",), code=True)
def tsx(text: str, thorough: bool) -> Looked:
    """The queries in its strings."""
    return find(text, _TSX)
