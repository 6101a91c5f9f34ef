"""The list of the Events API v2: `{"events": […], "totalCount": …}`.

Times are epoch milliseconds. The `properties` list becomes fields named by its keys, as the platform stores them; a key
that is an attribute's name becomes `properties.<key>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dqlkit.types.values import Value
from dqlkit.wire.events_v1 import with_times
from dqlkit.wire.export import Export
from dqlkit.wire.plain import objects

__all__ = ["EXPORT"]


def _matches(document: Any) -> bool:
    if type(document) is not dict or type(document.get("events")) is not list:
        return False
    return "totalCount" in document or "pageSize" in document


def _records(document: Any) -> Iterable[dict[str, Value]]:
    return [_record(event) for event in objects(document["events"])]


def _record(event: dict[str, Any]) -> dict[str, Value]:
    record = with_times(event)
    if not _is_property_list(event.get("properties")):
        return record
    for item in record.pop("properties"):
        record[f"properties.{item['key']}" if item["key"] in event else item["key"]] = item["value"]
    return record


def _is_property_list(value: Any) -> bool:
    if type(value) is not list or not all(type(item) is dict and item.keys() == {"key", "value"} for item in value):
        return False
    keys = [item["key"] for item in value]
    return all(type(key) is str for key in keys) and len(set(keys)) == len(keys)


EXPORT = Export("Events API v2 list", _matches, _records)
