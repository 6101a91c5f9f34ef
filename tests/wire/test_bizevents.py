"""Business events as the platform stores them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dqlkit
from dqlkit.cli import main
from dqlkit.wire.bizevents import ingested, ingested_columns

PERSON = {"firstName": "John", "lastName": "Doe", "größe": 1.5, "ids": [1, None]}
JSON = '{"firstName":"John","lastName":"Doe","größe":1.5,"ids":[1,null]}'


def stored(*events: dict[str, Any]) -> list[dict[str, Any]]:
    return dqlkit.query("fetch bizevents", {"bizevents": dqlkit.read(list(events), as_ingested=True)}).records


def test_nested_values_become_json_texts() -> None:
    (record,) = stored({"id": "8", "person": PERSON, "list": ["a"], "none": None, "n": 5, "event.id": "e"})
    assert record == {
        "id": "8",
        "person": JSON,
        "list": '["a"]',
        "n": "5",
        "event.id": "e",
        "event.provider": "unknown",
        "event.type": "unknown",
        "event.kind": "BIZ_EVENT",
    }


def test_what_ingest_adds() -> None:
    event = {"event.provider": "p", "event.type": "t", "event.kind": "mine", "total": 1}
    first, second = stored(event, event)
    assert (first["event.provider"], first["event.type"], first["event.kind"]) == ("p", "t", "BIZ_EVENT")
    assert first["event.id"] != second["event.id"]
    assert stored(event, event) == [first, second]


VALUES = st.one_of(st.none(), st.just({"a": 1}), st.just(["b"]), st.integers(0, 9))
NAMES = st.sampled_from(["a", "b", "specversion", "event.id", "event.kind", "event.type", "event.provider"])


def flat(values: list[Any]) -> list[Any]:
    return [str(value) if type(value) in (dict, list) else value for value in values]


@settings(max_examples=20)
@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=4), min_size=1, max_size=4))
def test_many_events_at_once_are_stored_as_each_is(events: list[dict[str, Any]]) -> None:
    columns = {name: [event.get(name) for event in events] for name in {name for event in events for name in event}}
    found = ingested_columns(columns, len(events), lambda count: ["new"] * count, flat)
    for at, event in enumerate(events):
        here = {name: values[at] for name, values in found.items() if values[at] is not None}
        assert here == ingested(event, lambda: "new", str)


def test_cloudevents_lose_their_version_and_keep_their_names() -> None:
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "t", "data": {"person": PERSON, "orderId": 7}}
    (record,) = stored(event)
    assert record == {
        "event.id": "1",
        "event.provider": "s",
        "event.type": "t",
        "person": JSON,
        "orderId": "7",
        "event.kind": "BIZ_EVENT",
    }


def test_json_in_texts_is_parsed_as_on_the_platform() -> None:
    query = 'fetch bizevents | parse person, "JSON:p" | fields name = p[firstName]'
    table = dqlkit.read([{"person": PERSON}], as_ingested=True)
    assert dqlkit.query(query, {"bizevents": table}).records == [{"name": "John"}]


def test_an_answer_without_values_hints_at_nested_values() -> None:
    def told(query: str) -> list[str]:
        result = dqlkit.query(query, {"bizevents": [{"person": PERSON, "name": "x"}]})
        return [notice["notificationType"] for notice in result.metadata["grail"]["notifications"]]

    assert told('fetch bizevents | parse person, "JSON:p" | fields p') == ["NESTED_VALUES_ARE_NO_TEXT"]
    assert told('fetch bizevents | filter contains(person, "John")') == ["NESTED_VALUES_ARE_NO_TEXT"]
    assert told('fetch bizevents | fields jsonField(person, "firstName")') == ["NESTED_VALUES_ARE_NO_TEXT"]
    assert told("fetch bizevents | fields person[firstName]") == []
    assert told('fetch bizevents | filter contains(name, "y")') == []
    assert told('fetch bizevents | fields contains(name, "x")') == []


def test_the_command_line_reads_as_ingested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "events.ndjson"
    path.write_text(json.dumps({"person": PERSON, "event.id": "1"}, ensure_ascii=False), encoding="utf-8")
    query = 'fetch bizevents | parse person, "JSON:p" | fields event.kind, name = p[firstName]'
    assert main(["query", query, str(path), "--as-ingested", "-o", "ndjson"]) == 0
    assert json.loads(capsys.readouterr().out) == {"event.kind": "BIZ_EVENT", "name": "John"}
