"""Places in a text, and changes at them.

Annotations here are types, not texts: of a named tuple `typing` compiles those that are texts, and the first compiling of
a process takes 4 ms.
"""

from typing import NamedTuple

__all__ = ["Edit", "Span"]


class Span(NamedTuple):
    """A half-open range of code points, `start` inclusive and `end` exclusive."""

    start: int
    end: int

    def __or__(self, other: object) -> "Span":
        """The smallest span that covers both."""
        if not isinstance(other, Span):
            return NotImplemented
        return Span(min(self.start, other.start), max(self.end, other.end))


class Edit(NamedTuple):
    """Replace the characters of `span` by `text`."""

    span: Span
    text: str
