"""What an empty answer says of itself."""

from __future__ import annotations

import pytest

import dqlkit

RECORDS = [{"total": 5, "instrument": "ACME"}]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("totl > 1", "No record has the field `totl`. Did the query mean `total`?"),
        ("instrument == XYZQ", "No record has the field `XYZQ`. A text stands in double quotes."),
    ],
)
def test_a_field_that_no_record_has_is_named(condition: str, said: str) -> None:
    result = dqlkit.query(f"fetch t | filter {condition}", {"t": RECORDS})
    notes = [note["message"] for note in result.metadata["grail"]["notifications"]]
    assert result.records == []
    assert said in notes


def test_nothing_is_said_of_fields_that_are_there() -> None:
    for query in (
        "fetch t | filter total > 9",
        "fetch t | filter total > 1",
        "fetch t | fieldsAdd x = 1 | filter x > 1",
    ):
        assert dqlkit.query(query, {"t": RECORDS}).metadata["grail"]["notifications"] == []
