"""What dqlkit raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from dqlkit.diagnostics import Diagnostic, Span, error

__all__ = ["DqlkitError", "faults_told", "our_fault"]


class DqlkitError(Exception):
    """Base of every error. `diagnostics` says what is wrong and where; `text` is the query they point into."""

    def __init__(self, diagnostics: Iterable[Diagnostic], text: str = "") -> None:
        self.diagnostics = tuple(found.within(text) if text else found for found in diagnostics)
        self.text = text
        super().__init__(
            "\n".join(f"{d.code} {d.message}" + (f" {d.help}" if d.help else "") for d in self.diagnostics)
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Made again from its parts, not from its message, where it is pickled or copied."""
        return type(self), (self.diagnostics, self.text), {"__notes__": notes} if (notes := _notes(self)) else None


def our_fault(problem: BaseException, text: str = "") -> DqlkitError:
    """What is said of an exception that nothing in dqlkit expected."""
    first = next(iter(str(problem).splitlines()), "")
    message = f"a fault of dqlkit ended the query: {type(problem).__name__}" + (f": {first}" if first else "")
    help = "The query is not to blame. Please report it, with the query and an example of its data."
    found = DqlkitError([error("R090", Span(0, len(text)), message, help=help)], text)
    found.__cause__ = problem
    return found


@contextmanager
def faults_told(text: str = "") -> Iterator[None]:
    """Any exception that nothing expected leaves as a `DqlkitError` that says so, with the exception as its cause.

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
        raise our_fault(problem, text) from problem


def _notes(error: BaseException) -> list[str]:
    return list(getattr(error, "__notes__", ()))
