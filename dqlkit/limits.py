"""Limits on the resources of one query, for programs that run other people's queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dqlkit.frozen import field, frozen, mutable

if TYPE_CHECKING:
    from threading import Event

__all__ = ["Limits", "Watch"]


@frozen(strict=True, kw_only=True)
class Limits:
    """None is no limit. Whatever ends a query is a `DqlkitError` with code R030.

    rows     the records of the answer, and those that an `expand` or a join makes on the way
    cells    the values in these records; each element of an array and each member of a record counts
    seconds  the time from start to answer
    memory   the bytes that the query holds at once, beyond what an idle process does; what does not fit goes to disk first,
             where the engine can: groups, sorts, joins, dedup
    cancel   an event that ends the query when another thread sets it
    """

    rows: int | None = None
    cells: int | None = None
    seconds: float | None = None
    memory: int | None = None
    cancel: Event | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        for name in ("rows", "cells", "seconds", "memory"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0):
                raise ValueError(f"the limit {name} takes a number from 0 on, not {value!r}")


@mutable
class Watch:
    """Lets other threads stop a running query and follow its progress.

    `stopped` says why it has to end; empty while it may go on. `progress` is called with the share of the tables'
    records that have been read; None where nobody follows.
    """

    stopped: str = ""
    progress: Callable[[float], None] | None = None
