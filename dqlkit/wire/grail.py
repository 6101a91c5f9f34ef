"""Answers of the Grail query API: `{"records", "types", "metadata"}`, bare, inside `result`, or with a `state`.

`types` say which text is a long, a timestamp, an address …, by ranges of records; `ranges` reads them, `entries` writes them,
`values` has the table of types. What an answer says of its types is believed, whatever a field is called. A field that
a record names with null has no value there; one that it does not name is missing from it, and both are written again
as they were read. A field that one record names with null and another one does not name is null in both: a column does
not tell the two apart, and no recorded answer has both [decided].
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dqlkit.errors import SourceError
from dqlkit.functions.exact_names import series_named
from dqlkit.types.kinds import Type, join_all
from dqlkit.types.values import Value, type_of
from dqlkit.wire.entries import Ranges, ShapedColumn, column_shape
from dqlkit.wire.ranges import Typed
from dqlkit.wire.shape import Columns, Json, Notes, Place, Record, Shape, one
from dqlkit.wire.values import wire_column

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SHAPE", "Types", "answer_place", "is_rows", "records_of", "types_of"]

_STATES = ("NOT_STARTED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "RESULT_GONE")
_STATUS = {"state", "requestToken", "progress", "ttlSeconds", "result", "error", "metadata"}
_ANSWER = {"records", "types", "metadata"}


def is_rows(value: Json) -> bool:
    """Whether a value is an array of records; the service writes null for one without fields."""
    return type(value) is list and all(row is None or type(row) is dict for row in value[:100])


def _is_answer(document: Json) -> bool:
    return type(document) is dict and type(document.get("records")) is list and document.keys() <= _ANSWER


def _is_bare(document: Mapping[str, Json]) -> bool:
    """Whether a document is an answer without anything around it; dtctl's compact form is none."""
    said = {"types", "metadata"} & document.keys()
    return type(document.get("records")) is list and bool(said) and "constant" not in document


def _find(document: Json) -> Place | None:
    if type(document) is not dict:
        return None
    if _is_bare(document):
        return answer_place(document, ("records",))
    if document.get("state") in _STATES and document.keys() <= _STATUS:
        if not _is_answer(document.get("result")):
            return Place(("state",), lambda index, state: _without_records(document))
    elif not (_is_answer(document.get("result")) and document.keys() <= _STATUS):
        return None
    return answer_place(document["result"], ("result", "records"))


def _without_records(document: Mapping[str, Json]) -> Iterable[Record]:
    error = document.get("error")
    said = f": {error.get('message', error)}" if type(error) is dict else ""
    help = "Save the answer of query:poll once its state is SUCCEEDED."
    message = f"expected a query answer with records, found state {document['state']} without them{said}."
    raise SourceError.of("R103", message, help)


def answer_place(answer: Mapping[str, Json], path: tuple[str | int, ...]) -> Place:
    """The place of the records of an answer, whose own `types` are believed. `path` leads there from the document."""
    notes = Notes()
    typed = Typed(answer.get("types"), notes)

    def records(index: int, item: Json) -> Iterable[Record]:
        try:
            row = {} if item is None else one(item)
        except SourceError as fault:
            raise fault.within(f"record {index + 1}") from None
        return (typed.record(index, row),)

    def columns(start: int, members: Mapping[str, Sequence[Json]]) -> Columns:
        from dqlkit.wire.by_column import columns_of

        return columns_of(typed, start, members)

    return Place(path, records, declared=typed.declared, nulls=True, notes=notes, columns=columns)


def records_of(
    data: pl.DataFrame,
    kinds: Mapping[str, Type],
    stored: Collection[str] = (),
    zone: str = "UTC",
    write: Callable[[pl.Series, Type, str], list[Json]] = wire_column,
) -> list[dict[str, Json]]:
    """The records of columns of these types, which `write` makes JSON of. What is null in a `stored` field is left out."""
    if not kinds:
        return [{} for _ in range(data.height)]
    columns = [write(series_named(data, name), kind, zone) for name, kind in kinds.items()]
    rows = [dict(zip(kinds, row, strict=True)) for row in zip(*columns, strict=True)]
    for name in kinds:
        if name in stored and data[name].null_count():
            _leave_out(rows, name)
    return rows


def _leave_out(rows: Iterable[dict[str, Json]], name: str) -> None:
    for row in rows:
        if row[name] is None:
            del row[name]


class Types:
    """The `types` of records of these columns, which may come in parts; entry by entry, as they end."""

    def __init__(self, kinds: Mapping[str, Type], stored: Collection[str] = ()) -> None:
        self._kinds, self._stored, self._ranges = kinds, stored, Ranges()

    def add(self, data: pl.DataFrame) -> Iterator[Json]:
        """The entries that end with these records."""
        columns = {
            name: ShapedColumn(column_shape(column, kind), column.is_null(), name in self._stored)
            for name, kind in self._kinds.items()
            for column in [series_named(data, name)]
        }
        return self._ranges.add(columns, data.height)

    def end(self) -> Iterator[Json]:
        """The entries that are left when all records have come."""
        return self._ranges.end()


def types_of(data: pl.DataFrame, kinds: Mapping[str, Type], stored: Collection[str] = ()) -> list[Json]:
    """The `types` of all records."""
    types = Types(kinds, stored)
    return [*types.add(data), *types.end()]


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    """An answer with these records; a field that a record does not have is left out of it."""
    import polars as pl

    from dqlkit.engines.polars.physical import series_of

    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: [record.get(name) for record in records] for name in names}
    kinds = {name: join_all(dict.fromkeys(map(type_of, values))) for name, values in columns.items()}
    made = {name for record in records for name, value in record.items() if value is None}
    data = pl.DataFrame({name: series_of(values, kinds[name], name) for name, values in columns.items()})
    data = data if names else pl.DataFrame(height=len(records))
    stored = names.keys() - made
    return {"records": records_of(data, kinds, stored), "types": types_of(data, kinds, stored), "metadata": {}}


SHAPE = Shape("Grail query answer", _find, _write)
