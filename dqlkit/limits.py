"""What one query may take, for programs that run the queries of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dqlkit.frozen import frozen

if TYPE_CHECKING:
    from threading import Event

__all__ = ["Limits"]


@frozen
class Limits:
    """None is no limit.

    `rows` bounds the records of the result and those that an `expand` or a join makes on the way, `cells` the records of
    the result times its fields, `seconds` the time. Setting `cancel` from another thread ends the query. Whatever ends a
    query is a `DqlkitError` with code R030.
    """

    rows: int | None = None
    cells: int | None = None
    seconds: float | None = None
    cancel: Event | None = None
