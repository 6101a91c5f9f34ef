"""The metadata of an answer, as in the Grail query API. No data is read for it; it comes from facts and from counts of
the run."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from dqlkit.engines.table import Facts
from dqlkit.functions.context import Context, Notice
from dqlkit.types.text import format_instant
from dqlkit.types.units import HOUR
from dqlkit.types.values import Timeframe, Timestamp

__all__ = ["extent", "grail_metadata", "limited", "notification"]


def extent(facts: Iterable[Facts], context: Context) -> Timeframe:
    """The range of the data, or the vendor's last two hours where nobody knows it."""
    known = [(one.first, one.last) for one in facts if one.first is not None and one.last is not None]
    if known:
        return Timeframe(Timestamp(min(first for first, _ in known)), Timestamp(max(last for _, last in known)))
    return Timeframe(Timestamp(context.now.nanos - 2 * HOUR), context.now)


def grail_metadata(
    text: str, canonical: str, context: Context, facts: Iterable[Facts], analysed: Timeframe, started: float
) -> dict[str, Any]:
    """The member `grail` of the metadata; `started` is when the query began, by `time.perf_counter`."""
    facts = list(facts)
    return {
        "canonicalQuery": canonical,
        "timezone": "Z" if context.timezone == "UTC" else context.timezone,
        "query": text,
        "scannedRecords": sum(one.rows or 0 for one in facts),
        "dqlVersion": "V1_0",
        "scannedBytes": sum(one.bytes or 0 for one in facts),
        "analysisTimeframe": {"start": format_instant(analysed.start), "end": format_instant(analysed.end)},
        "locale": context.locale,
        "executionTimeMilliseconds": int((time.perf_counter() - started) * 1000),
        "notifications": [notification(notice) for notice in context.notices],
        "queryId": str(uuid.uuid4()),
        "sampled": False,
    }


def notification(notice: Notice) -> Mapping[str, Any]:
    """Something worth knowing about an answer."""
    return {
        "severity": "INFO",
        "notificationType": notice.type,
        "message": notice.message,
        "messageFormat": notice.message,
        "arguments": [],
        "messageFormatSpecifierTypes": [],
    }


def limited(count: int) -> Mapping[str, Any]:
    """The notice of an answer that was cut."""
    return {
        "severity": "WARNING",
        "notificationType": "API_RECORDS_LIMIT_ADDED",
        "message": f"Your result has been limited to {count}.",
        "messageFormat": "Your result has been limited to %1$s.",
        "arguments": [str(count)],
        "messageFormatSpecifierTypes": ["NUMBER"],
    }
