"""What is wrong with an input: a file that cannot be read, text that is no JSON, a shape that is not known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError

__all__ = ["SourceError", "describe"]

_NAMES = {dict: "an object", list: "an array", str: "text", bool: "a boolean", type(None): "null"}


class SourceError(DqlkitError):
    """Data that cannot be read. There is no query text to point into: messages name the file and the place.

    R101 a file cannot be opened or written, R102 it is damaged or no text of its format, R103 it holds no records,
    R104 a value has not the type that is said of it, R105 an output cannot hold the records.
    """

    @classmethod
    def of(cls, code: str, message: str, help: str = "") -> SourceError:
        """An error of one finding."""
        return cls([error(code, Span(0, 0), message, help=help)])

    def within(self, name: str) -> SourceError:
        """The same error, naming the file it happened in."""
        return SourceError(replace(found, message=f"{name}: {found.message}") for found in self.diagnostics)


def describe(value: Any) -> str:
    """A JSON value in words, for messages."""
    return _NAMES.get(type(value), "a number")
