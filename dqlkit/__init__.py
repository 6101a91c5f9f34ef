"""Parse, lint, format, translate and run DQL and ADQL over exported events, locally."""

from __future__ import annotations

from dqlkit.diagnostics import Diagnostic, Span
from dqlkit.errors import DqlkitError
from dqlkit.query import Query, Translation, format, parse, query, translate

__all__ = ["Diagnostic", "DqlkitError", "Query", "Span", "Translation", "format", "parse", "query", "translate"]

__version__ = "0.1.0"
