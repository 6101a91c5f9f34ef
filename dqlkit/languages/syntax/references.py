"""References from words of a text to declarations, for editors: hover, go to definition, semantic highlighting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from dqlkit.diagnostics import Span
from dqlkit.frozen import frozen
from dqlkit.languages.syntax.tree import Node

__all__ = ["Kind", "Reference", "Word", "references"]

Kind: TypeAlias = Literal["command", "function", "parameter", "field", "table", "metric", "type", "variable"]


@frozen
class Reference:
    """A word of a text and what it names.

    `name` is spelled as the declaration has it, `owner` is the command or function of a parameter. `defines` is true where
    a field gets its name: `n` in `n = count()`.
    """

    span: Span
    kind: Kind
    name: str
    owner: str = ""
    defines: bool = False


Word: TypeAlias = tuple[Node, Kind, str, str, bool]
"""A reference as binding notes it, with the node for the span: cheaply, since most texts are bound for no editor."""


def references(words: Iterable[Word]) -> tuple[Reference, ...]:
    """The references in the order of the text, each once."""
    found = (Reference(node.span, kind, name, owner, defines) for node, kind, name, owner, defines in words)
    return tuple(sorted(dict.fromkeys(found), key=lambda reference: reference.span))
