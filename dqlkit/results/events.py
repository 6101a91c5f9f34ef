"""Answers as the AppDynamics Events API gives them: fields, and rows of values by position.

| type | JSON |
| --- | --- |
| boolean, long, double, string | as they are |
| timestamp | text in ISO-8601 with milliseconds and `Z`; milliseconds since 1970 for the start of a bucket |
| array, record | array of the values, of a record in the order of its `fields` |
| null | null; an empty array where the column holds arrays |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dqlkit.frozen import frozen
from dqlkit.types.kinds import NULL, Array, Record, Type
from dqlkit.types.text import format_instant, text_of
from dqlkit.types.values import Timestamp, Value

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["EventColumn", "events_answer"]

_NAMES = {"boolean": "boolean", "long": "integer", "double": "float", "string": "string", "timestamp": "date"}
_MILLIS = 1_000_000


@frozen
class EventColumn:
    """A column of the answer: its label, the expression it shows, the metric it is, and whether it begins a bucket."""

    label: str
    field: str
    aggregation: str = ""
    bucket: bool = False


def events_answer(
    result: Result, columns: Sequence[EventColumn], schema: str, total: int | None = None, more: bool = False
) -> dict[str, Any]:
    """`{"fields": …, "total": …, "results": …, "moreData": …, "schema": …}`, ready for JSON.

    Without `columns` all fields are shown, in the order of their names. `total` is the number of events that meet the
    conditions, None (and left out) for an answer of groups.
    """
    names = sorted(result.schema.fields)
    shown = list(columns) or [EventColumn(name, name) for name in names]
    kinds = [result.schema.type(column.label) for column in shown]
    answer: dict[str, Any] = {"fields": [_field(column, kind) for column, kind in zip(shown, kinds, strict=True)]}
    if total is not None:
        answer["total"] = total
    cells = [_cells(result, column, kind) for column, kind in zip(shown, kinds, strict=True)]
    rows = [list(row) for row in zip(*cells, strict=True)]
    return {**answer, "results": rows, "moreData": more, "schema": schema}


def _cells(result: Result, column: EventColumn, kind: Type) -> list[Any]:
    from dqlkit.engines.polars.physical import values_of

    return [_cell(value, kind, column.bucket) for value in values_of(result.data[column.label], kind)]


def _field(column: EventColumn, kind: Type) -> dict[str, Any]:
    field: dict[str, Any] = {"label": column.label, "field": column.field, **_type(kind)}
    return {**field, "aggregation": column.aggregation} if column.aggregation else field


def _type(kind: Type) -> dict[str, Any]:
    """The type of a field, with those of its members. What is always null is called a string."""
    element = kind.element if isinstance(kind, Array) else kind
    members = element.fields if isinstance(element, Record) else ()
    name = (
        "array"
        if isinstance(kind, Array)
        else "object"
        if isinstance(kind, Record)
        else _NAMES.get(kind.name, "string")
    )
    inner = [{"field": member, **_type(inside)} for member, inside in members]
    return {"type": name, "fields": inner} if inner else {"type": name}


def _cell(value: Value, kind: Type, bucket: bool = False) -> Any:
    if value is None:
        return [] if isinstance(kind, Array) else None
    if isinstance(kind, Array):
        return [_cell(item, kind.element) for item in value]
    if isinstance(kind, Record):
        return [_cell(value.get(name), member) for name, member in kind.fields]
    if isinstance(value, Timestamp):
        return value.nanos // _MILLIS if bucket else _instant(value)
    return value if kind == NULL or type(value) in (bool, int, float, str, list, dict) else text_of(value)


def _instant(value: Timestamp) -> str:
    """ISO-8601 in UTC with milliseconds."""
    text = format_instant(Timestamp(value.nanos // _MILLIS * _MILLIS))
    return text[:23] + "Z"
