"""Variables of a query: ADQL has none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dqlkit.diagnostics import Diagnostic, Span, error
from dqlkit.languages.syntax.tree import Parsed

__all__ = ["substitute"]


def substitute(parsed: Parsed, variables: Mapping[str, Any]) -> tuple[str, list[Diagnostic]]:
    """The text with values for its variables: the text itself, and an error for every value given."""
    message = "expected no variables, which ADQL does not have, found `{}`"
    return parsed.text, [error("R007", Span(0, 0), message.format(name)) for name in variables]
