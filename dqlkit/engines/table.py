"""The interface of tables: whatever holds records (files, frames, lists of records, stores), as engines see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from dqlkit.frozen import frozen
from dqlkit.plan.expressions import Expression
from dqlkit.plan.facts import Facts
from dqlkit.plan.schema import Schema

if TYPE_CHECKING:
    from dqlkit.engines.polars.frame import Frame

__all__ = ["EVERYTHING", "Facts", "Scan", "Table", "Want"]


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
