"""The shapes of JSON exports, one file each. The first one that a document matches reads it.

To add one: a file with an `Export`, and a place in the list.
"""

from __future__ import annotations

from typing import Any

from dqlkit.sources.exports import appdynamics, cloudevents, events_v1, events_v2, grail, plain
from dqlkit.sources.exports.export import Export

__all__ = ["EXPORTS", "Export", "recognise"]

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
