"""Parse, lint, format, translate and run DQL and ADQL over exported events, locally."""

from __future__ import annotations

from dqlkit.diagnostics import Diagnostic, Span
from dqlkit.errors import DqlkitError
from dqlkit.limits import Limits
from dqlkit.query import Query, Translation, format, lint, parse, query, translate
from dqlkit.version import __version__

__all__ = [
    "Diagnostic",
    "DqlkitError",
    "Limits",
    "Query",
    "Span",
    "Translation",
    "__version__",
    "format",
    "lint",
    "parse",
    "query",
    "translate",
]
