"""Parse, lint, format, translate and run DQL and ADQL over exported events, locally."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from dqlkit.diagnostics import Diagnostic, Span
from dqlkit.errors import DqlkitError
from dqlkit.limits import Limits
from dqlkit.query import Query, Translation, format, lint, parse, query, read, translate
from dqlkit.version import __version__

if TYPE_CHECKING:
    from dqlkit.languages.adql.schema import EventSchema
    from dqlkit.results.result import Result
    from dqlkit.run.execution import Execution
    from dqlkit.run.options import Options
    from dqlkit.run.session import Session
    from dqlkit.sources.table import Dataset

__all__ = [
    "Dataset",
    "Diagnostic",
    "DqlkitError",
    "EventSchema",
    "Execution",
    "Limits",
    "Options",
    "Query",
    "Result",
    "Session",
    "Span",
    "Translation",
    "__version__",
    "format",
    "lint",
    "parse",
    "query",
    "read",
    "translate",
]

#: Names whose modules load Polars, or much else: imported when they are first used, for a linter starts often.
_LATER = {
    "Dataset": "dqlkit.sources.table",
    "EventSchema": "dqlkit.languages.adql.schema",
    "Execution": "dqlkit.run.execution",
    "Options": "dqlkit.run.options",
    "Result": "dqlkit.results.result",
    "Session": "dqlkit.run.session",
}


def __getattr__(name: str) -> object:
    module = _LATER.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(module), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
