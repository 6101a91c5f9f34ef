"""Tables that are kept on disk are what they are in memory, whatever is asked of them."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

import dqlkit
from dqlkit.sources import json_scan, parts, read_table

LINES = '{"n": 1, "": "x"}\n{"n": 2.5, "tags": ["a"]}\n{"n": "three", "": null, "timestamp": "2026-01-05T08:00:00Z"}\n'
QUERIES = [
    "fetch t",
    "fetch t | summarize count()",
    "fetch t | filter n == 2.5 | fields tags",
    "fetch t | limit 2",
    "fetch t | sort n desc | limit 1",
    "fetch t | fieldsRemove n, tags | dedup `timestamp`",
    'fetch t, from: "2026-01-01T00:00:00Z"',
]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_scan, "FIRST", 8)
    monkeypatch.setattr(json_scan, "SIZE", 8)


@pytest.mark.usefixtures("small")
def test_answers_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.ndjson"
    path.write_text(LINES * 3)
    held = [dqlkit.query(query, {"t": str(path)}) for query in QUERIES]
    monkeypatch.setattr(parts, "_HELD", 1)
    for query, before in zip(QUERIES, held, strict=True):
        found = dqlkit.query(query, {"t": str(path)})
        assert (found.records, found.types) == (before.records, before.types)
    assert not read_table(path).is_held


@pytest.mark.usefixtures("small")
def test_they_travel_to_other_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.ndjson"
    path.write_text(LINES)
    monkeypatch.setattr(parts, "_HELD", 1)
    table: Any = read_table(path)
    again = pickle.loads(pickle.dumps(table))
    assert again.frame.records() == table.frame.records()
    assert again.facts == table.facts
