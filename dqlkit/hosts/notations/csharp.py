"""Queries in strings of C#."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dqlkit.hosts.code import ESCAPE, Code, Style, escaped, find, meant, quoted
from dqlkit.hosts.notation import Looked, notation
from dqlkit.regex import regex

if TYPE_CHECKING:
    from tree_sitter import Language, Node

__all__ = ["csharp"]

_OPENING = regex(r"(?P<sigils>[$@]*)(?P<quote>\"+)")
_BRACES = r"\{\{|\}\}"


def _grammar() -> Language:
    import tree_sitter
    import tree_sitter_c_sharp

    return tree_sitter.Language(tree_sitter_c_sharp.language())


def _style(raw: str, node: Node) -> Style | None:
    opening = _OPENING.match(raw)
    if opening is None:
        return None
    sigils, quote = opening["sigils"], opening["quote"]
    if len(quote) >= 3 and raw.endswith(quote) and len(raw) >= opening.end() + len(quote):
        return None if "$" in sigils else Style(len(quote), len(quote), None, write=lambda text: None, block=True)
    if not sigils:
        return quoted('"')
    exact, braces = "@" in sigils, "$" in sigils
    odd = "|".join(([_BRACES] if braces else []) + ['""' if exact else ESCAPE.pattern])

    def write(text: str) -> str | None:
        written = text.replace('"', '""') if exact else escaped(text, '"', False)
        return written.replace("{", "{{").replace("}", "}}") if braces else written

    return Style(len(sigils) + 1, 1, re.compile(odd, re.S), _meant, write, lines=exact)


def _meant(written: str) -> str:
    return written[0] if written in ("{{", "}}", '""') else meant(written)


_CSHARP = Code(
    _grammar,
    frozenset({"string_literal", "verbatim_string_literal", "raw_string_literal", "interpolated_string_expression"}),
    _style,
    frozenset({"binary_expression"}),
    frozenset({"interpolation"}),
)


@notation("C#", endings=(".cs",), code=True)
def csharp(text: str, thorough: bool) -> Looked:
    """The queries in its strings."""
    return find(text, _CSHARP)
