"""Schemas of event types: what they say of queries, and of values."""

from __future__ import annotations

import pytest

from dqlkit import Query, query
from dqlkit.languages.adql.schema import EventSchema, Misfit
from dqlkit.types.values import Timestamp

PRODUCTS = EventSchema.read(
    {"schema": {"id": "string", "rating": "integer", "price": "float", "new": "boolean", "day": "date"}}
)


def codes(condition: str) -> list[str]:
    return [d.code for d in Query(f"SELECT * FROM p WHERE {condition}", "adql", schemas={"p": PRODUCTS}).diagnostics]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("id = 'x' AND rating > 3 AND price > 3 AND new = true AND day > '2026-01-01'", []),
        ("rating = 3.5 AND price = 3", []),
        ("id = 3", ["E014"]),
        ("rating = 'x'", ["E014"]),
        ("new = 1", ["E014"]),
        ("day = 'x'", ["E013"]),
        ("id > 'x'", ["A007"]),
        ("price % 2 = 1", ["E014"]),
        ("id + 1 > 2", ["E014"]),
    ],
)
def test_types_of_conditions(condition: str, found: list[str]) -> None:
    assert codes(condition) == found


def test_values_are_read_and_what_does_not_fit_stays() -> None:
    records = [
        {"id": "a", "rating": 3, "price": 2, "new": True, "day": "2026-01-01T00:00:00.000Z", "more": [1]},
        {"id": 5, "rating": "3", "price": "2", "new": 1, "day": "soon", "eventTimestamp": 1_700_000_000_000},
        {"rating": None},
    ]
    rows, misfits = PRODUCTS.table(records)
    assert rows[0] == {
        "id": "a",
        "rating": 3,
        "price": 2.0,
        "new": True,
        "day": Timestamp(1_767_225_600_000_000_000),
        "more": [1],
    }
    assert rows[1] == {**records[1], "eventTimestamp": Timestamp(1_700_000_000_000_000_000)}
    assert rows[2] == {"rating": None}
    assert sorted(misfits, key=lambda misfit: misfit.field) == [
        Misfit(1, "day", "date", "soon"),
        Misfit(1, "id", "string", 5),
        Misfit(1, "new", "boolean", 1),
        Misfit(1, "price", "float", "2"),
        Misfit(1, "rating", "integer", "3"),
    ]


def test_unknown_types_are_refused() -> None:
    with pytest.raises(ValueError, match="there is no field type number"):
        EventSchema.read({"a": "number"})


def test_tables_are_read_as_declared_when_a_query_runs() -> None:
    events = [
        {"id": "a", "rating": 3, "price": 2, "day": "2026-01-01T00:00:00.000Z"},
        {"id": "b", "rating": "4", "price": 2.5, "day": 1_767_312_000_000},
        {"id": "c", "rating": None, "price": 3, "day": "soon"},
    ]
    text = "SELECT id, price, day, rating FROM p WHERE day >= '2026-01-01T00:00:00Z' ORDER BY id"
    result = query(text, {"p": events}, "adql", schemas={"p": PRODUCTS})
    assert [list(record.values()) for record in result.records] == [
        ["a", 2.0, "2026-01-01T00:00:00.000000000Z", "3"],
        ["b", 2.5, "2026-01-02T00:00:00.000000000Z", "4"],
    ]
    assert {note["message"] for note in result.metadata["grail"]["notifications"]} == {
        "`p.day`: 1 value of another type than date.",
        "`p.rating`: 1 value of another type than integer.",
    }
