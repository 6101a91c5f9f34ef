"""Pages of the audit log: `{"auditLogs": […], "totalCount": …}`. Their `timestamp` is in epoch milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dqlkit.types.values import Value
from dqlkit.wire.bizevents import json_of, numbered
from dqlkit.wire.instants import from_millis, to_millis
from dqlkit.wire.shape import Json, Place, Record, Shape, present

__all__ = ["SHAPE"]

_TIME = "timestamp"


def _find(document: Json) -> Place | None:
    if type(document) is not dict or type(document.get("auditLogs")) is not list:
        return None
    return Place(("auditLogs",), numbered(_record), present(document, "nextPageKey"))


def _record(entry: Record) -> Record:
    return {**entry, _TIME: from_millis(entry[_TIME])} if _TIME in entry else entry


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    entries = [
        {name: to_millis(value) if name == _TIME else json_of(value) for name, value in record.items()}
        for record in records
    ]
    return {"totalCount": len(entries), "pageSize": len(entries), "auditLogs": entries}


SHAPE = Shape("audit log", _find, _write)
