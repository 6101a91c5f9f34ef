"""Answers that the vendor's service gave are read, and written again as they were."""

from __future__ import annotations

from typing import Any

import dqlkit
from dqlkit.results import Result
from dqlkit.sources import read_table
from tests.shared import lines, needs

FILE = "conformance/grail-answers.jsonl"
RECORDED = lines(FILE)
TYPED = [answer for answer in RECORDED if answer["types"]]


def zone_of(answer: dict[str, Any]) -> str:
    zone: str = (answer["metadata"] or {}).get("grail", {}).get("timezone", "UTC")
    return zone


@needs(FILE)
def test_recorded_answers_are_written_as_they_were_read() -> None:
    assert len(TYPED) > 50
    for answer in TYPED:
        table = read_table({"records": answer["records"], "types": answer["types"], "metadata": {}})
        again = Result.of(table.frame, timezone=zone_of(answer))
        assert again.records == answer["records"], answer["id"]
        assert again.types == answer["types"], answer["id"]


@needs(FILE)
def test_a_query_for_all_of_a_recorded_answer_gives_it_again() -> None:
    for answer in TYPED[::5]:
        source = {"state": "SUCCEEDED", "result": {"records": answer["records"], "types": answer["types"]}}
        again = dqlkit.query("fetch t", {"t": source}, timezone=zone_of(answer))
        assert (again.records, again.types) == (answer["records"], answer["types"]), answer["id"]
