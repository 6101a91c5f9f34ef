"""Kept records are what the file holds, and are used for no other content."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

import dqlkit
from dqlkit.cli import main
from dqlkit.frozen import replace
from dqlkit.sources import cache, json_file, state
from dqlkit.sources.table import Dataset

TEXT = '{"timestamp": "2026-01-05T08:00:00Z", "v": 1, "w": {"x": [1, "a"]}}\n{"timestamp": "n/a", "v": "one"}\n'
ANSWER = '{"records": [{"a": null, "b": "1"}, {"b": "2"}], "types": [{"mappings": {"b": {"type": "long"}}}]}'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cache, "cache_folder", lambda: str(tmp_path / "cache"))
    monkeypatch.setattr(state, "_SETTLED", -1)
    return tmp_path / "cache" / "tables"


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were read as JSON."""
    found: list[Path] = []
    read = json_file._wanted

    def counted(path: Path, *rest: Any) -> Any:
        found.append(path)
        return read(path, *rest)

    monkeypatch.setattr(json_file, "_wanted", counted)
    return found


def told(table: Dataset) -> tuple[Any, ...]:
    answer = dqlkit.query("fetch t", {"t": table})
    facts = replace(table.facts, varied=frozenset())  # which only a footer tells
    return answer.records, answer.types, table.schema, table.notes, facts, table.format


@pytest.mark.parametrize("text", [TEXT, ANSWER, "{}\n{}\n", ""])
def test_the_second_reading_is_the_first(tmp_path: Path, readings: list[Path], text: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text)
    plain = told(dqlkit.read(path))
    readings.clear()
    assert told(dqlkit.read(path, cache=True)) == told(dqlkit.read(path, cache=True)) == plain
    assert len(readings) == 1


def test_a_change_is_seen_whatever_it_leaves_alone(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "t.ndjson"
    path.write_text(TEXT)
    state = path.stat()
    before = told(dqlkit.read(path, cache=True))
    time.sleep(0.02)  # the clock of the file system is coarser than a nanosecond
    path.write_text(TEXT.replace('"v": 1', '"v": 2'))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert path.stat().st_size == state.st_size
    after = told(dqlkit.read(path, cache=True))
    assert (before[0][0]["v"], after[0][0]["v"]) == ("1", "2")
    assert len(list(folder.iterdir())) == 1


def test_options_have_entries_of_their_own(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "t.ndjson"
    path.write_text(TEXT + "{\n")
    assert len(dqlkit.query("fetch t", {"t": dqlkit.read(path, cache=True, ignore_errors=True)})) == 2
    with pytest.raises(dqlkit.DqlkitError, match="record 3"):
        dqlkit.read(path, cache=True)
    assert dqlkit.read(path, format="csv", cache=True, ignore_errors=True).format == "CSV"
    assert len(list(folder.iterdir())) == 2


def test_a_damaged_entry_is_made_again(tmp_path: Path, folder: Path, readings: list[Path]) -> None:
    path = tmp_path / "t.ndjson"
    path.write_text(TEXT)
    before = told(dqlkit.read(path, cache=True))
    (entry,) = folder.iterdir()
    entry.write_bytes(entry.read_bytes()[:-20])
    assert told(dqlkit.read(path, cache=True)) == before
    assert len(readings) == 2


def test_what_was_just_changed_is_not_kept(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_SETTLED", 60_000_000_000)
    path = tmp_path / "t.ndjson"
    path.write_text(TEXT)
    dqlkit.read(path, cache=True)
    assert not folder.exists()


def test_the_command_line(tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.ndjson"
    path.write_text(TEXT)
    for _ in range(2):
        assert main(["query", "fetch t | summarize n = count()", str(path), "--cache", "-o", "ndjson"]) == 0
        assert capsys.readouterr().out == '{"n":"2"}\n'
    assert len(list(folder.iterdir())) == 1
