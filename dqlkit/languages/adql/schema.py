"""Schemas of event types: declared fields, which of them are full text, and values that do not fit.

A schema is what the Events API calls one: `{"id": "string", "price": "float"}`. Event types without a schema are read
as they come; only the fields that every event type has are known to be dates.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Literal, TypeAlias, get_args

from dqlkit.frozen import field, frozen
from dqlkit.plan.schema import Schema
from dqlkit.types.kinds import ANY, BOOLEAN, DOUBLE, LONG, STRING, TIMESTAMP, Type
from dqlkit.types.text import parse_instant
from dqlkit.types.values import Timestamp, Value

__all__ = ["BUILT_IN_DATES", "EventSchema", "FieldType", "Misfit", "Schemas", "named", "schema_of"]

FieldType: TypeAlias = Literal["string", "integer", "float", "boolean", "date", "object"]

#: Times that every event type has without declaring them; the last one only the built-in types.
BUILT_IN_DATES = frozenset({"eventTimestamp", "pickupTimestamp", "eventCompletionTimestamp"})

#: Full-text fields of the built-in event types.
_BUILT_IN_ANALYSED: Mapping[str, frozenset[str]] = {
    "logs": frozenset({"message"}),
    "transactions": frozenset({"segments.errors", "segments.errorList.errorDetail"}),
    "mobile_crash_reports": frozenset({"stacktrace"}),
}


@frozen
class Misfit:
    """A value that its field's type does not take. `record` counts from 0."""

    record: int
    field: str
    expected: str
    found: Value


@frozen(strict=True)
class EventSchema:
    """The declared fields of an event type. `analysed` ones are full text: split into words, not compared whole."""

    fields: Mapping[str, FieldType] = field(default_factory=dict)
    analysed: Collection[str] = frozenset()

    def __post_init__(self) -> None:
        unknown = {kind for kind in self.fields.values() if kind not in get_args(FieldType)}
        if unknown:
            known = ", ".join(get_args(FieldType))
            raise ValueError(f"there is no field type {', '.join(sorted(unknown))}; known are {known}")

    @classmethod
    def read(cls, document: Mapping[str, Any], analysed: Collection[str] = ()) -> EventSchema:
        """The schema in a body of the Events API, with or without its envelope `schema`."""
        fields = document.get("schema", document)
        return cls(
            {name: kind["type"] if isinstance(kind, Mapping) else kind for name, kind in fields.items()}, analysed
        )

    def type(self, name: str) -> FieldType | None:
        """The type of a field; None where nothing is known of it."""
        return "date" if name in BUILT_IN_DATES else self.fields.get(name)

    @property
    def typed(self) -> Schema:
        """The fields with their types in the plan, and perhaps more."""
        return Schema({name: _KINDS[kind] for name in self.declared if (kind := self.type(name))}, open=True)

    @property
    def declared(self) -> frozenset[str]:
        """The names of all fields with a type, those that every event type has among them."""
        return BUILT_IN_DATES.union(self.fields)

    def value(self, name: str, value: Value) -> Value:
        """A value as its field declares it; None for one that does not fit.

        A date is ISO-8601 text or milliseconds since 1970; a whole number fits a float. Nothing else is converted.
        """
        kind = self.type(name)
        return value if kind is None or value is None else _READERS[kind](value)

    def table(self, records: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Value]], list[Misfit]]:
        """Records with values of the declared types, and every value that does not fit: it stays as it is."""
        found: list[dict[str, Value]] = []
        misfits: list[Misfit] = []
        for number, record in enumerate(records):
            row = dict(record)
            for name in row.keys() & self.declared:
                value = self.value(name, row[name])
                if value is None and row[name] is not None:
                    misfits.append(Misfit(number, name, str(self.type(name)), row[name]))
                else:
                    row[name] = value
            found.append(row)
        return found, misfits


def named(kind: FieldType | None) -> str:
    """A type in a sentence."""
    return f"an {kind}" if kind in ("integer", "object") else f"a {kind}"


Schemas: TypeAlias = Mapping[str, EventSchema]
"""Schemas by event type."""


def schema_of(event_type: str, schemas: Schemas) -> EventSchema:
    """What is known of an event type: what is declared, else what is built in."""
    return schemas.get(event_type) or EventSchema({}, _BUILT_IN_ANALYSED.get(event_type, frozenset()))


def _exactly(kind: type) -> Any:
    return lambda value: value if type(value) is kind else None


def _float(value: Value) -> Value:
    return float(value) if type(value) in (int, float) else None


def _date(value: Value) -> Value:
    if type(value) is int:
        return Timestamp(value * 1_000_000)
    return parse_instant(value) if type(value) is str else value if type(value) is Timestamp else None


_KINDS: Mapping[FieldType, Type] = {
    "string": STRING,
    "integer": LONG,
    "float": DOUBLE,
    "boolean": BOOLEAN,
    "date": TIMESTAMP,
    "object": ANY,
}
_READERS: Mapping[FieldType, Callable[[Value], Value]] = {
    "string": _exactly(str),
    "integer": _exactly(int),
    "float": _float,
    "boolean": _exactly(bool),
    "date": _date,
    "object": lambda value: value if isinstance(value, (dict, list)) else None,
}
