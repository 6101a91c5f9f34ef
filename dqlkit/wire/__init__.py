"""The shapes of JSON exports, one file each. The first one that a document matches reads it.

To add one: a file with an `Export`, and a place in the list.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dqlkit.types.values import Value
from dqlkit.wire import appdynamics, cloudevents, events_v1, events_v2, grail, plain
from dqlkit.wire.export import Export

__all__ = ["EXPORTS", "Export", "begins_plain", "recognise", "records_of"]

EXPORTS: tuple[Export, ...] = (
    grail.EXPORT,
    events_v2.EXPORT,
    events_v1.EXPORT,
    appdynamics.EXPORT,
    cloudevents.EXPORT,
    plain.EXPORT,
)


def recognise(document: Any) -> Export:
    """The export format of a JSON document; the last one takes everything that is left."""
    return next(export for export in EXPORTS if export.matches(document))


def records_of(documents: list[Any]) -> Iterable[dict[str, Value]]:
    """The records of the documents of one file: each an answer or an array of its own, or else together one array."""
    if len(documents) == 1 or all(type(d) is list or recognise(d) is not plain.EXPORT for d in documents):
        return [record for document in documents for record in recognise(document).records(document)]
    return recognise(documents).records(documents)


def begins_plain(record: Any) -> bool:
    """Whether an array or a file of lines that begins with this object can hold nothing but plain records."""
    return recognise(record) is plain.EXPORT and recognise([record]) is plain.EXPORT
