"""Answers of the AppDynamics Events API: per query the fields, and rows that give values by position.

Several answers in one file are read one after the other. A column is named by its label; dates become timestamps, and
nested rows records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from dqlkit.sources.errors import SourceError, describe
from dqlkit.sources.instants import epoch_millis
from dqlkit.types.text import parse_instant
from dqlkit.types.values import Value
from dqlkit.wire.export import Export

__all__ = ["EXPORT"]

Reader = Callable[[Any], Value]


def _is_answer(document: Any) -> bool:
    if type(document) is not dict:
        return False
    fields = document.get("fields")
    return type(fields) is list and type(document.get("results")) is list and all(type(f) is dict for f in fields)


def _is_failure(document: Any) -> bool:
    return type(document) is dict and type(document.get("error")) is str and document.keys() <= {"error", "label"}


def _matches(document: Any) -> bool:
    answers = document if type(document) is list else [document]
    return any(map(_is_answer, answers)) and all(_is_answer(a) or _is_failure(a) for a in answers)


def _records(document: Any) -> Iterable[dict[str, Value]]:
    answers = document if isinstance(document, list) else [document]
    return [record for answer in answers for record in _answer(answer)]


def _answer(answer: Mapping[str, Any]) -> Iterable[dict[str, Value]]:
    if "results" not in answer:
        raise SourceError.of("R103", f"expected rows, found the answer to a failed query: {answer['error']}.")
    read = _row(answer["fields"])
    for number, row in enumerate(answer["results"], 1):
        try:
            yield read(row)
        except SourceError as fault:
            raise fault.within(f"row {number}") from None


def _row(fields: Sequence[Mapping[str, Any]]) -> Reader:
    """A reader of positional rows."""
    columns = [(str(field.get("label") or field.get("field")), _reader(field)) for field in fields]

    def read(row: Any) -> dict[str, Value]:
        if type(row) is not list or len(row) != len(columns):
            found = f"{len(row)}" if type(row) is list else describe(row)
            raise SourceError.of("R103", f"expected an array of {len(columns)} values, found {found}.")
        return {name: value(item) for (name, value), item in zip(columns, row, strict=True)}

    return read


def _reader(field: Mapping[str, Any]) -> Reader:
    inner = field.get("fields")
    if not inner:
        return _SCALARS.get(field.get("type", ""), _as_it_is)
    read = _row(inner)
    if field.get("type") == "array":
        return lambda rows: None if rows is None else [read(row) for row in rows]
    return lambda row: None if row is None else read(row)


def _as_it_is(value: Any) -> Value:
    return value


def _date(value: Any) -> Value:
    return (parse_instant(value) or value) if type(value) is str else epoch_millis(value)


def _float(value: Any) -> Value:
    return float(value) if type(value) is int else value


_SCALARS: dict[str, Reader] = {"date": _date, "float": _float}

EXPORT = Export("AppDynamics query answer", _matches, _records)
