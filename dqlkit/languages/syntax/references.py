"""References from words of a text to declarations, for editors: hover, go to definition, semantic highlighting."""

from __future__ import annotations

from typing import Literal, TypeAlias

from dqlkit.diagnostics import Span
from dqlkit.frozen import frozen

__all__ = ["Kind", "Reference"]

Kind: TypeAlias = Literal["command", "function", "parameter", "field", "table", "variable"]


@frozen
class Reference:
    """A word of a text and what it names. `name` is spelled as the declaration has it; `owner` declares a parameter."""

    span: Span
    kind: Kind
    name: str
    owner: str = ""
