"""Answers in the form of the Events API."""

from __future__ import annotations

import json
from typing import Any

from dqlkit import Query
from dqlkit.events import answer
from tests.languages.adql.test_answers import EVENTS
from tests.shared import lines, needs

FILE = "conformance/adql.jsonl"
CASES = {case["id"]: case for case in lines(FILE)}


def ask(text: str, tables: Any = None) -> dict[str, Any]:
    return answer(Query(text, "adql"), tables or {"t": EVENTS})


def test_events() -> None:
    assert ask("SELECT app AS name, ms, eventTimestamp FROM t WHERE tx = 'pay' ORDER BY ms LIMIT 2") == {
        "fields": [
            {"label": "name", "field": "app", "type": "string"},
            {"label": "ms", "field": "ms", "type": "integer"},
            {"label": "eventTimestamp", "field": "eventTimestamp", "type": "date"},
        ],
        "total": 3,
        "results": [["Shop", 80, "2023-11-14T22:33:20.000Z"], ["Shop", 120, "2023-11-14T22:23:20.000Z"]],
        "moreData": True,
        "schema": "t",
    }


def test_groups() -> None:
    found = ask("SELECT app, count(ms) AS n, avg(ms) FROM t LIMIT 2")
    assert found == {
        "fields": [
            {"label": "app", "field": "app", "type": "string"},
            {"label": "n", "field": "ms", "type": "integer", "aggregation": "count"},
            {"label": "avg(ms)", "field": "ms", "type": "float", "aggregation": "avg"},
        ],
        "results": [["Shop", 3, 70.0], ["Desk", 1, 0.0]],
        "moreData": True,
        "schema": "t",
    }


def test_all_groups() -> None:
    assert ask("SELECT app, count(*) FROM t")["moreData"] is False
    assert ask("SELECT app, tx, count(*) FROM t LIMIT 5, 1")["moreData"] is True
    assert ask("SELECT app, count(*) AS n FROM t HAVING n > 1")["moreData"] is False
    assert ask("SELECT count(*) FROM t") == {
        "fields": [{"label": "count(*)", "field": "*", "type": "integer", "aggregation": "count"}],
        "results": [[6]],
        "moreData": False,
        "schema": "t",
    }


def test_buckets_of_time_are_milliseconds() -> None:
    found = ask("SELECT series(eventTimestamp, '1h'), count(*) FROM t")
    assert found["results"] == [[1699999200000, 4], [1700002800000, 2]]
    assert found["fields"][0] == {
        "label": "series(eventTimestamp, '1h')",
        "field": "series(eventTimestamp, '1h')",
        "type": "date",
    }


def test_everything_is_shown_by_name() -> None:
    found = ask("SELECT * FROM t LIMIT 1")
    assert [field["label"] for field in found["fields"]] == ["app", "eventTimestamp", "ms", "ok", "size", "tx"]
    assert found["results"] == [["Desk", "2023-11-14T23:13:20.000Z", 0, True, 8.0, None]]


def test_what_json_has_no_number_for_is_text() -> None:
    found = ask("SELECT size / 0 AS x FROM t WHERE app = 'Desk'")
    assert json.loads(json.dumps(found, allow_nan=False))["results"] == [["Infinity"]]


def test_the_query_runs_once() -> None:
    runs = []

    class Counted(Query):
        def run(self, *args: Any, **options: Any) -> Any:
            runs.append(self)
            return super().run(*args, **options)

    for text in ("SELECT * FROM t LIMIT 2", "SELECT app, count(*) FROM t LIMIT 1", "SELECT count(*) FROM t"):
        answer(Counted(text, "adql"), {"t": EVENTS})
    assert len(runs) == 3


def test_nothing() -> None:
    found = ask("SELECT app FROM t WHERE app = 'none'")
    assert (found["total"], found["results"], found["moreData"]) == (0, [], False)


@needs(FILE)
def test_recorded_answer_is_given_again() -> None:
    recorded = CASES["conf-001"]["expected"]
    found = ask("SELECT * FROM transactions LIMIT 5", {"transactions": recorded})
    assert [(f["label"], f["field"]) for f in found["fields"]] == [(f["label"], f["field"]) for f in recorded["fields"]]
    assert found["results"] == recorded["results"]
