"""What dqlkit raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from dqlkit.diagnostics import Diagnostic, Span, error
from dqlkit.frozen import replace

__all__ = ["DqlkitError", "SourceError", "internal_error", "missing_extra", "report_internal_errors"]


class DqlkitError(Exception):
    """Base of every error. `diagnostics` says what is wrong and where; `text` is the query they point into."""

    def __init__(self, diagnostics: Iterable[Diagnostic], text: str = "") -> None:
        self.diagnostics = tuple(found.within(text) if text else found for found in diagnostics)
        self.text = text
        super().__init__("\n".join(map(_sentences, self.diagnostics)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy by the constructor's arguments; the default would pass the message instead."""
        return type(self), (self.diagnostics, self.text), {"__notes__": notes} if (notes := _notes(self)) else None


def _sentences(found: Diagnostic) -> str:
    """What is wrong, and what to do, one sentence each."""
    stop = "" if found.message.endswith((".", "!", "?", ":")) else "."
    return f"{found.code} {found.message}" + (f"{stop} {found.help}" if found.help else "")


class SourceError(DqlkitError):
    """Data that cannot be read or written. There is no query text to point into: messages name the file and the place.

    Its codes are declared in `diagnostics/codes/data.py`.
    """

    @classmethod
    def of(cls, code: str, message: str, help: str = "") -> SourceError:
        """An error with a single diagnostic."""
        return cls([error(code, Span(0, 0), message, help=help)])

    def within(self, name: str, separator: str = ": ") -> SourceError:
        """The same error, with its message prefixed by where it happened: a file, a record, a field."""
        return SourceError(replace(found, message=f"{name}{separator}{found.message}") for found in self.diagnostics)


def missing_extra(extra: str, task: str, package: str) -> DqlkitError:
    """The error for a library that only some need, and that is not installed."""
    message = f"{task} takes the package {package}, which is not installed"
    return DqlkitError([error("R035", Span(0, 0), message, help=f"`pip install 'dqlkit[{extra}]'`")])


def internal_error(problem: BaseException, text: str = "") -> DqlkitError:
    """The error for an exception that dqlkit did not expect: it says that the fault is ours."""
    first = next(iter(str(problem).splitlines()), "")
    message = f"a fault of dqlkit ended the query: {type(problem).__name__}" + (f": {first}" if first else "")
    help = "The query is not to blame. Please report it, with the query and an example of its data."
    found = DqlkitError([error("R090", Span(0, len(text)), message, help=help)], text)
    found.__cause__ = problem
    return found


@contextmanager
def report_internal_errors(text: str = "") -> Iterator[None]:
    """Turn unexpected exceptions into a `DqlkitError` that says so, with the exception as its cause.

    Panics of Polars are such exceptions too, though they do not derive from `Exception`.
    """
    try:
        yield
    except (DqlkitError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except MemoryError as problem:
        message = "the query needs more memory than there is"
        raise DqlkitError([error("R031", Span(0, len(text)), message, help="Filter earlier.")], text) from problem
    except BaseException as problem:
        raise internal_error(problem, text) from problem


def _notes(error: BaseException) -> list[str]:
    return list(getattr(error, "__notes__", ()))
