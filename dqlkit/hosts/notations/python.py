"""Queries in strings of Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dqlkit.hosts.code import ESCAPE, VERB, Code, Style, escaped, find, meant
from dqlkit.hosts.notation import Looked, notation
from dqlkit.regex import regex

if TYPE_CHECKING:
    from tree_sitter import Language, Node

__all__ = ["python"]

_QUOTES = regex(r"(?P<prefix>\w*)(?P<quote>\"{3}|'{3}|\"|')")
_BRACES = r"\{\{|\}\}"
_FIELD = regex(rf"(?<!\{{)\{{[\w.!:\[\]]*\}}(?!\}})|{VERB.pattern}")


def _grammar() -> Language:
    import tree_sitter
    import tree_sitter_python

    return tree_sitter.Language(tree_sitter_python.language())


def _style(raw: str, node: Node) -> Style | None:
    opening = _QUOTES.match(raw)
    if opening is None or "b" in opening["prefix"].lower():
        return None
    quote, prefix, fields = opening["quote"], opening["prefix"].lower(), _formats(node)
    braces, is_raw = "f" in prefix or fields, "r" in prefix
    odd = [*([_BRACES] if braces else []), *([] if is_raw else [ESCAPE.pattern])]

    def write(text: str) -> str | None:
        if is_raw and (quote in text or text.endswith(("\\", quote[0]))):
            return None
        written = text if is_raw else escaped(text, quote, len(quote) == 3)
        return written.replace("{", "{{").replace("}", "}}") if braces else written

    read = re.compile("|".join(odd) or r"(?!)", re.S)
    return Style(opening.end(), len(quote), read, _meant, write, len(quote) == 3, verbs=_FIELD if fields else VERB)


def _formats(node: Node) -> bool:
    """Whether the string is that of `"…".format(…)`."""
    around = node.parent
    name = around.child_by_field_name("attribute") if around is not None and around.type == "attribute" else None
    return name is not None and name.text == b"format"


def _meant(written: str) -> str:
    if written in ("{{", "}}"):
        return written[0]
    return meant(written) if written[1] in "\r\n\\'\"abfnrtvxuU01234567" else written


_PYTHON = Code(
    _grammar,
    frozenset({"string"}),
    _style,
    frozenset({"binary_operator", "concatenated_string"}),
    frozenset({"interpolation"}),
)


@notation("Python", endings=(".py",), code=True)
def python(text: str, thorough: bool) -> Looked:
    """The queries in its strings."""
    return find(text, _PYTHON)
