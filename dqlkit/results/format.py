"""What an output format is.

    FORMAT = Format(lines, endings=("jsonl",))

A file of `formats/` declares one, which bears the name of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeAlias

from dqlkit.frozen import frozen

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["Format", "Sink"]

Lines: TypeAlias = "Callable[[Result, int | None], Iterable[str]]"
"""The lines of an answer, one by one or several in a text; the number is the width of the terminal, None where there is none."""


class Sink(Protocol):
    """Writes an answer that comes in parts."""

    def take(self, part: Result) -> None:
        """Write the next records."""

    def end(self, answer: Result) -> None:
        """Write what stands behind the records. Of the answer its fields and metadata are there, and maybe no records."""


@frozen
class Format:
    """How answers are written; one of these four says it. `endings` of file names mean the format besides its own name.

    lines    the lines of an answer
    data     writes the bytes of an answer
    sink     writes the text of an answer that comes in parts
    packed   writes the bytes of an answer that comes in parts
    """

    lines: Lines | None = None
    data: Callable[[Result, IO[bytes]], None] | None = None
    sink: Callable[[IO[str]], Sink] | None = None
    packed: Callable[[IO[bytes]], Sink] | None = None
    endings: tuple[str, ...] = ()

    @property
    def is_binary(self) -> bool:
        """Whether it is no text."""
        return self.data is not None or self.packed is not None

    @property
    def in_parts(self) -> bool:
        """Whether it can be written while the answer is found."""
        return self.sink is not None or self.packed is not None

    def opened(self, stream: IO[Any]) -> Sink:
        """What writes to a stream, in a format that is written in parts. Bytes go to the buffer below a text stream."""
        if self.packed is not None:
            return self.packed(getattr(stream, "buffer", stream))
        assert self.sink is not None
        return self.sink(stream)
