"""Parse, lint, format, translate and run DQL and ADQL over exported events, locally."""

from __future__ import annotations

from dqlkit.diagnostics import Diagnostic, Span
from dqlkit.errors import DqlkitError
from dqlkit.limits import Limits
from dqlkit.query import Query, Translation, format, parse, query, translate

__all__ = ["Diagnostic", "DqlkitError", "Limits", "Query", "Span", "Translation", "format", "parse", "query", "translate"]

__version__ = "0.1.0"
