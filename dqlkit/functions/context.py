"""What a query knows besides its text and its tables."""

from __future__ import annotations

from dataclasses import dataclass

from dqlkit.types.values import Timeframe, Timestamp

__all__ = ["Context"]


@dataclass(frozen=True, slots=True)
class Context:
    """`now` is fixed once per query. `timeframe` is the one the query runs with, None where all records count.

    `timezone` is an IANA name or an offset; `locale` a BCP 47 tag, empty for the root locale.
    """

    now: Timestamp
    timezone: str = "UTC"
    locale: str = ""
    timeframe: Timeframe | None = None
