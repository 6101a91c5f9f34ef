"""The interface of tables: whatever holds records (files, frames, lists of records, stores), as engines see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.schema import Schema

if TYPE_CHECKING:
    from dqlkit.engines.polars.frame import Frame

__all__ = ["EVERYTHING", "Facts", "Scan", "Table", "Want"]


@frozen
class Facts:
    """What is known of a table without reading its records. None is unknown; no fact is computed for its own sake.

    `rows` counts the records and `bytes` what they take where they are stored. `first` and `last` are the earliest and
    the latest value of the table's time field, in nanoseconds since 1970.
    """

    rows: int | None = None
    bytes: int | None = None
    first: int | None = None
    last: int | None = None

    @classmethod
    def of_all(cls, parts: Iterable[Facts]) -> Facts:
        """The facts of several tables together; a fact that one of them does not know is unknown."""
        parts = list(parts)
        return cls(
            _known(sum, (part.rows for part in parts)),
            _known(sum, (part.bytes for part in parts)),
            _known(min, (part.first for part in parts)),
            _known(max, (part.last for part in parts)),
        )


def _known(combined: Callable[[list[int]], int], values: Iterable[int | None]) -> int | None:
    found = list(values)
    known = [value for value in found if value is not None]
    return combined(known) if known and len(known) == len(found) else None


@frozen
class Want:
    """What a query needs of a table: `fields` by name (None is all), records that meet all `conditions`, `limit` of them.

    A table may do any part of this, or nothing; its `Scan` tells which conditions it did not apply.
    """

    fields: frozenset[str] | None = None
    conditions: tuple[Expression, ...] = ()
    limit: int | None = None


#: All fields of all records.
EVERYTHING = Want()


@frozen
class Scan:
    """The records of a table as a lazy frame, and the conditions that were wanted and are not applied yet."""

    frame: Frame
    undone: tuple[Expression, ...] = ()


@runtime_checkable
class Table(Protocol):
    """The whole interface of what holds records."""

    @property
    def schema(self) -> Schema: ...

    @property
    def facts(self) -> Facts: ...

    def scan(self, want: Want) -> Scan:
        """A lazy frame of what is wanted; nothing is read before it runs."""
        ...
