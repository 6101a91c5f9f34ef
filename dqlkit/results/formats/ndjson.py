"""The records alone, one per line."""

from __future__ import annotations

from typing import IO

from dqlkit.frozen import frozen
from dqlkit.results.format import Format
from dqlkit.results.json_lines import write_lines
from dqlkit.results.result import Result

__all__ = ["FORMAT"]


@frozen
class _Lines:
    stream: IO[str]

    def take(self, part: Result) -> None:
        """A line for each record."""
        write_lines(self.stream, part, behind="\n")

    def end(self, answer: Result) -> None:
        """Nothing stands behind the records."""


FORMAT = Format(sink=_Lines, endings=("jsonl",))
