"""What is known of a table without reading its records."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dqlkit.frozen import frozen

__all__ = ["Facts"]


@frozen
class Facts:
    """What is known of a table without reading its records. None is unknown; no fact is computed for its own sake.

    `rows` counts the records and `bytes` what they take where they are stored. `first` and `last` are the earliest and
    the latest value of the table's time field, in nanoseconds since 1970. `varied` are fields of texts that are seldom the
    same.
    """

    rows: int | None = None
    bytes: int | None = None
    first: int | None = None
    last: int | None = None
    varied: frozenset[str] = frozenset()

    @classmethod
    def of_all(cls, parts: Iterable[Facts]) -> Facts:
        """The facts of several tables together; a fact that one of them does not know is unknown."""
        parts = list(parts)
        return cls(
            _known(sum, (part.rows for part in parts)),
            _known(sum, (part.bytes for part in parts)),
            _known(min, (part.first for part in parts)),
            _known(max, (part.last for part in parts)),
            frozenset.intersection(*(part.varied for part in parts)) if parts else frozenset(),
        )


def _known(combined: Callable[[list[int]], int], values: Iterable[int | None]) -> int | None:
    found = list(values)
    known = [value for value in found if value is not None]
    return combined(known) if known and len(known) == len(found) else None
