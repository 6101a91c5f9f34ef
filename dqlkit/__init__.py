"""Parse, lint, format, translate and run DQL and ADQL over exported events, locally."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = (
    False  # what type checkers take for true; `typing` takes long to import, and Ctrl-C is not handled before
)
if TYPE_CHECKING:
    from dqlkit.api import Query, Translation, format, lint, parse, query, read, translate
    from dqlkit.diagnostics import Diagnostic, Span
    from dqlkit.errors import DqlkitError
    from dqlkit.languages.adql.schema import EventSchema
    from dqlkit.limits import Limits
    from dqlkit.results.result import Result
    from dqlkit.run.execution import Execution
    from dqlkit.run.options import Options
    from dqlkit.run.session import Session
    from dqlkit.run.stages import StageCount
    from dqlkit.sources.table import Dataset
    from dqlkit.version import __version__

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
    "StageCount",
    "Translation",
    "__version__",
    "format",
    "lint",
    "parse",
    "query",
    "read",
    "translate",
]

#: Where the public names are. Each is imported when it is first used: a linter starts often, and some load Polars.
_PLACES = {
    "dqlkit.api": ("Query", "Translation", "format", "lint", "parse", "query", "read", "translate"),
    "dqlkit.diagnostics": ("Diagnostic", "Span"),
    "dqlkit.errors": ("DqlkitError",),
    "dqlkit.jupyter": ("load_ipython_extension",),  # what IPython looks for at `%load_ext dqlkit`
    "dqlkit.languages.adql.schema": ("EventSchema",),
    "dqlkit.limits": ("Limits",),
    "dqlkit.results.result": ("Result",),
    "dqlkit.run.execution": ("Execution",),
    "dqlkit.run.options": ("Options",),
    "dqlkit.run.session": ("Session",),
    "dqlkit.run.stages": ("StageCount",),
    "dqlkit.sources.table": ("Dataset",),
    "dqlkit.version": ("__version__",),
}


def __getattr__(name: str) -> object:
    for module, names in _PLACES.items():
        if name in names:
            found: object = getattr(_imported(module), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _imported(module: str) -> object:
    """The module; an interrupt waits until it is imported. One in the middle may leave a lock of Python's imports taken, and the
    next query would wait for it without end."""
    import signal
    import threading

    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return import_module(module)
    caught: list[object] = []
    signal.signal(signal.SIGINT, lambda number, frame: caught.append(number))
    try:
        return import_module(module)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if caught:
            raise KeyboardInterrupt


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
