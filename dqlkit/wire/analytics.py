"""Answers of the AppDynamics Analytics Events API: per query the fields, and rows that give values by position.

    [{"label": "0", "fields": [{"label": "n", "field": "ms", "type": "integer", "aggregation": "count"}],
      "total": 12, "results": [[3], [4]], "moreData": true, "schema": "biz_txn_v1"}]

| type | DQL | JSON |
| --- | --- | --- |
| boolean, string | boolean, string | as they are |
| integer | long | number |
| float | double | number; `"NaN"`, `"Infinity"`, `"-Infinity"` as text, for JSON has no number for them [decided] |
| date | timestamp | text in ISO-8601 with milliseconds and `Z`; milliseconds since 1970 for the start of a bucket |
| array, object | array, record | array of the values, of a record in the order of its `fields` |
| | null | null; an empty array where the column holds arrays |

A column is named by its label; where that is taken, by its expression, and where that is taken too with a number. The
types that an answer gives are believed: a value that contradicts its type is an error, and one beyond the range of its type
stays as it is written, as in answers of Grail. Answers in chunks of the
Controller (`data[0].chunk`) are read as well, and several answers one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Unpack

from dqlkit.errors import SourceError
from dqlkit.frozen import frozen
from dqlkit.languages.adql.columns import Shown, columns
from dqlkit.languages.adql.counted import COUNT, counted
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.walk import operators
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING, TIMESTAMP, Array, Type, join_all
from dqlkit.types.kinds import Record as RecordType
from dqlkit.types.text import format_instant, parse_instant, text_of
from dqlkit.types.values import Timestamp, Value, type_of
from dqlkit.wire.bizevents import json_of
from dqlkit.wire.instants import from_millis, to_millis
from dqlkit.wire.shape import Json, Notes, Place, Record, Shape, described
from dqlkit.wire.values import BY_NAME

if TYPE_CHECKING:
    from dqlkit.api import Query
    from dqlkit.results import Result
    from dqlkit.run.options import QueryOptions, Tables

__all__ = ["SHAPE", "AnswerColumn", "answer", "answer_of"]

Reader = Callable[[Json], Value]


def _date(value: Json) -> Value:
    instant = parse_instant(value) if type(value) is str else from_millis(value)
    if type(instant) is Timestamp:
        return instant
    if type(value) is int:
        raise OverflowError
    return BY_NAME["timestamp"].read(value)


def _integer(value: Json) -> Value:
    if type(value) is not int:
        raise ValueError
    return BY_NAME["long"].read(value)


@frozen
class Scalar:
    """A scalar type of the API: its name, the type of DQL, and how its values are read and written."""

    name: str
    kind: Type
    read: Reader
    write: Callable[[Any], Json]


#: The scalar types, in both directions.
_SCALARS = (
    Scalar("boolean", BOOLEAN, BY_NAME["boolean"].read, json_of),
    Scalar("string", STRING, BY_NAME["string"].read, json_of),
    Scalar("integer", LONG, _integer, json_of),
    Scalar("float", DOUBLE, BY_NAME["double"].read, json_of),
    Scalar("date", TIMESTAMP, _date, lambda value: format_instant(value)[:23] + "Z"),
)
_BY_NAME = {scalar.name: scalar for scalar in _SCALARS}
_BY_KIND = {scalar.kind: scalar for scalar in _SCALARS}

# ── reading ──


def _is_answer(document: Json) -> bool:
    if type(document) is not dict:
        return False
    fields = document.get("fields")
    return type(fields) is list and type(document.get("results")) is list and all(type(f) is dict for f in fields)


def _find(document: Json) -> Place | None:
    if _is_answer(document):
        return _place(document, ("results",))
    return _chunked(document)


def _chunked(document: Json) -> Place | None:
    """The chunk that an answer of the Controller wraps."""
    data = document.get("data") if type(document) is dict else None
    if type(data) is not list or len(data) != 1 or type(data[0]) is not dict or type(data[0].get("chunk")) is not list:
        return None
    (chunk,) = data
    if chunk.get("error"):
        return Place(("data", 0, "error"), lambda index, error: _failed(error))
    if len(chunk["chunk"]) == 1 and _is_answer(chunk["chunk"][0]):
        return _place(chunk["chunk"][0], ("data", 0, "chunk", 0, "results"))
    return None


def _failed(error: Json) -> Iterable[Record]:
    raise SourceError.of("R103", f"expected rows, found the answer to a failed query: {error}.")


def _place(answer: Mapping[str, Json], path: tuple[str | int, ...]) -> Place:
    if answer.get("error"):
        return Place((*path[:-1], "error"), lambda index, error: _failed(error))
    notes = Notes()
    columns = _columns(answer["fields"], notes)

    def records(index: int, row: Json) -> Iterable[Record]:
        try:
            return (_row(columns, row),)
        except SourceError as fault:
            raise fault.within(f"row {index + 1}") from None

    more = "moreData" if answer.get("moreData") is True else ""
    declared = frozenset(name for (name, _), field in zip(columns, answer["fields"], strict=True) if "type" in field)
    return Place(path, records, more, "scrollid" in answer, declared, nulls=True, notes=notes)


def _columns(fields: Sequence[Mapping[str, Json]], notes: Notes) -> list[tuple[str, Reader]]:
    """Names, each once, with the readers of their values."""
    columns: dict[str, Reader] = {}
    for field in fields:
        name = _free(columns, field)
        columns[name] = _reader(field, name, notes)
    return list(columns.items())


def _free(taken: Mapping[str, object], field: Mapping[str, Json]) -> str:
    label, expression = (str(field.get(name) or "") for name in ("label", "field"))
    names = [name for name in (label, expression) if name] or [""]
    numbered = (f"{names[0]} {number}" for number in count(2))
    return next(name for name in chain(names, numbered) if name not in taken)


def _row(columns: Sequence[tuple[str, Reader]], row: Json) -> Record:
    if type(row) is not list or len(row) != len(columns):
        found = f"{len(row)}" if type(row) is list else described(row)
        raise SourceError.of("R103", f"expected an array of {len(columns)} values, found {found}.")
    record: Record = {}
    for (name, read), item in zip(columns, row, strict=True):
        try:
            record[name] = None if item is None else read(item)
        except SourceError as fault:
            raise fault.within(f"column `{name}`") from None
    return record


def _reader(field: Mapping[str, Json], column: str, notes: Notes) -> Reader:
    inner, name = field.get("fields"), field.get("type", "")
    if type(inner) is list and all(type(one) is dict for one in inner) and inner:
        columns = _columns(inner, notes)
        return (
            (lambda rows: [_row(columns, row) for row in _list(rows)])
            if name == "array"
            else lambda row: _row(columns, row)
        )
    scalar = _BY_NAME.get(name) if type(name) is str else None
    return _checked(scalar, column, notes) if scalar else lambda value: value


def _list(rows: Json) -> list[Json]:
    if type(rows) is not list:
        raise SourceError.of("R103", f"expected an array of rows, found {described(rows)}.")
    return rows


def _checked(scalar: Scalar, column: str, notes: Notes) -> Reader:
    def read(value: Json) -> Value:
        try:
            return scalar.read(value)
        except OverflowError:
            notes.keep(column, scalar.name)
            return str(value)
        except ValueError:
            shown = f"`{value}`" if type(value) in (str, int, float) else described(value)
            message = f"expected a value of the type {scalar.name} that `fields` gives it, found {shown}."
            raise SourceError.of("R104", message) from None

    return read


# ── writing ──


@frozen
class AnswerColumn:
    """A column of the answer: label, type and values, the expression it shows, the metric it is, whether it begins a bucket."""

    label: str
    kind: Type
    values: Sequence[Value]
    field: str = ""
    aggregation: str = ""
    bucket: bool = False


def answer_of(
    columns: Sequence[AnswerColumn], schema: str, total: int | None = None, more: bool = False
) -> dict[str, Json]:
    """`{"fields": …, "total": …, "results": …, "moreData": …, "schema": …}`.

    `total` is the number of events that meet the conditions, None (and left out) for an answer of groups.
    """
    answer: dict[str, Json] = {"fields": [_field(column) for column in columns]}
    if total is not None:
        answer["total"] = total
    cells = [[_cell(value, column.kind, column.bucket) for value in column.values] for column in columns]
    return {**answer, "results": [list(row) for row in zip(*cells, strict=True)], "moreData": more, "schema": schema}


def _field(column: AnswerColumn) -> dict[str, Json]:
    field: dict[str, Json] = {"label": column.label, "field": column.field or column.label, **_type(column.kind)}
    return {**field, "aggregation": column.aggregation} if column.aggregation else field


def _type(kind: Type) -> dict[str, Json]:
    """The type of a field, with those of its members. What the API has no name for, and what is always null, is a string."""
    element = kind.element if isinstance(kind, Array) else kind
    members = element.fields if isinstance(element, RecordType) else ()
    inner = [{"field": member, **_type(inside)} for member, inside in members]
    return {"type": _name(kind), "fields": inner} if inner else {"type": _name(kind)}


def _name(kind: Type) -> str:
    if isinstance(kind, Array):
        return "array"
    if isinstance(kind, RecordType):
        return "object"
    return _BY_KIND[kind].name if kind in _BY_KIND else "string"


def _cell(value: Value, kind: Type, bucket: bool = False) -> Json:
    if value is None:
        return [] if isinstance(kind, Array) else None
    if isinstance(kind, Array):
        return [_cell(item, kind.element) for item in value]
    if isinstance(kind, RecordType):
        return [_cell(value.get(name), member) for name, member in kind.fields]
    if bucket and type(value) is Timestamp:
        return to_millis(value)
    own = _BY_KIND.get(type_of(value)) if kind != NULL else None
    return own.write(value) if own else value if type(value) in (list, dict) else text_of(value)


def answer(query: Query, tables: Tables, **options: Unpack[QueryOptions]) -> dict[str, Json]:
    """The answer to an ADQL query: one element of what `/events/query` returns. Options are those of `Query.run`.

    The query runs once, and counts as it does. Only an answer of events has a `total`. Raises `DqlkitError` where the
    query is wrong.
    """
    query, options["variables"] = query.ready(options.get("variables")), None
    plan = query.plan
    assert isinstance(plan, Operator)
    wanted = counted(plan)
    result = query.with_plan(wanted.plan).run(tables, **options)
    height = len(result) - len(wanted.counts)
    counts = dict(zip(wanted.counts, result.data[COUNT].to_list()[height:], strict=True)) if wanted.counts else {}
    total = counts.get("total", height)
    shown = columns(query.parsed.tree) or [Shown(name, name) for name in sorted(result.schema.fields) if name != COUNT]
    written = [_column(result, column, height) for column in shown]
    return answer_of(written, _table(plan), None if wanted.grouped else total, total > counts.get("kept", height))


def _column(result: Result, shown: Shown, height: int) -> AnswerColumn:
    from dqlkit.engines.polars.physical import values_of

    label, kind = shown.label, result.schema.type(shown.label)
    values = values_of(result.data[label].head(height), kind)
    return AnswerColumn(label, kind, values, shown.field, shown.aggregation, shown.bucket)


def _table(plan: Operator) -> str:
    return next(operator.table for operator in operators(plan) if isinstance(operator, Fetch))


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    """An answer of events with these records, its columns in the order of their names."""
    names = sorted({name for record in records for name in record})
    values = {name: [record.get(name) for record in records] for name in names}
    kinds = {name: join_all(dict.fromkeys(map(type_of, column))) for name, column in values.items()}
    return [answer_of([AnswerColumn(name, kinds[name], values[name]) for name in names], "", len(records))]


SHAPE = Shape("AppDynamics query answer", _find, _write)
