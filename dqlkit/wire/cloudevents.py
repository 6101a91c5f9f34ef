"""CloudEvents, single or as a batch, as the platform stores them.

`id`, `source`, `type` and `time` become `event.id`, `event.provider`, `event.type` and `timestamp`. The members of
`data` become fields; one whose name is taken is called `data.<name>`. `data` that is no object stays the field `data`.
All other attributes keep their names.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterable
from typing import Any

from dqlkit.types.text import parse_instant
from dqlkit.types.values import Value
from dqlkit.wire.export import Export
from dqlkit.wire.plain import objects

__all__ = ["EXPORT"]

_REQUIRED = {"specversion", "id", "source", "type"}
_FIELDS = {"id": "event.id", "source": "event.provider", "type": "event.type", "time": "timestamp"}


def _is_event(document: Any) -> bool:
    return type(document) is dict and "specversion" in document and document.keys() >= _REQUIRED


def _matches(document: Any) -> bool:
    return _is_event(document) or (type(document) is list and any(map(_is_event, document)))


def _records(document: Any) -> Iterable[dict[str, Value]]:
    return [_record(item) if _is_event(item) else item for item in objects(document)]


def _record(event: dict[str, Any]) -> dict[str, Value]:
    record = {_FIELDS.get(name, name): value for name, value in event.items() if name not in ("data", "data_base64")}
    if type(record.get("timestamp")) is str:
        record["timestamp"] = parse_instant(record["timestamp"]) or record["timestamp"]
    data = event.get("data", _decoded(event.get("data_base64")))
    if type(data) is not dict:
        return record if data is None else {**record, "data": data}
    for name, value in data.items():
        record[f"data.{name}" if name in record else name] = value
    return record


def _decoded(encoded: Any) -> Any:
    """The JSON inside base64 text; the text itself where there is none."""
    try:
        return json.loads(b64decode(encoded, validate=True))
    except (TypeError, ValueError):
        return encoded


EXPORT = Export("CloudEvents", _matches, _records)
