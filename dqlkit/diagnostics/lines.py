"""A text by lines."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from dqlkit.frozen import field, mutable

__all__ = ["Lines"]


@mutable
class Lines:
    """A text by lines: where an offset stands. Lines and columns count from 1, columns in code points.

    A byte order mark at the beginning is no column, as for editors.
    """

    text: str
    starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        lengths = (len(line) + 1 for line in self.text.split("\n"))
        self.starts = [0, *accumulate(lengths)][:-1]
        self.starts[0] = int(self.text.startswith("\ufeff"))

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset."""
        line = max(bisect_right(self.starts, offset), 1)
        return line, max(offset - self.starts[line - 1], 0) + 1

    def line(self, number: int) -> str:
        """A line without its end."""
        start = self.starts[number - 1]
        end = self.starts[number] - 1 if number < len(self.starts) else len(self.text)
        return self.text[start:end].rstrip("\r")
