"""Plain JSON: an array of objects, or one object. Business events and AppDynamics custom events are sent this way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dqlkit.sources.errors import SourceError, describe
from dqlkit.types.values import Value
from dqlkit.wire.export import Export

__all__ = ["EXPORT", "objects"]


def objects(document: Any) -> list[dict[str, Value]]:
    """The objects of an array, or the one object; an error for anything else."""
    found = document if isinstance(document, list) else [document]
    for number, item in enumerate(found, 1):
        if type(item) is not dict:
            raise SourceError.of("R103", f"record {number}: expected an object, found {describe(item)}.")
    return found


def _records(document: Any) -> Iterable[dict[str, Value]]:
    if type(document) is dict and document.keys() == {"error"} and type(document["error"]) is dict:
        raise SourceError.of("R103", f"expected records, found the answer to a failed request: {document['error']}.")
    return objects(document)


EXPORT = Export("JSON records", lambda document: True, _records)
