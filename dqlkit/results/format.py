"""What an output format is.

    FORMAT = Format(lines, endings=("jsonl",))

A file of `formats/` declares one, which bears the name of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING, TypeAlias

from dqlkit.frozen import frozen

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["Format"]

Lines: TypeAlias = "Callable[[Result, int | None], Iterable[str]]"
"""The lines of an answer, one by one or several in a text; the number is the width of the terminal, None where there is none."""


@frozen
class Format:
    """Either `lines` of text or `data`, which writes bytes; `endings` of file names mean it besides its own name.

    The lines of an answer are those of its parts where `heading` tells how many lines at the beginning only the first part
    has; a format without it needs the whole answer.
    """

    lines: Lines | None = None
    data: Callable[[Result, IO[bytes]], None] | None = None
    endings: tuple[str, ...] = ()
    heading: int | None = None
