"""What is said of a source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import dqlkit
from dqlkit.cli import main

EVENTS = '{"timestamp": "2026-01-01T00:00:00Z", "a": 1}\n{"timestamp": "2026-01-02T00:00:00Z", "a": 2.5, "b": "x"}\n'


def test_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x"
    path.write_text(EVENTS)
    assert main(["inspect", "-o", "json", str(path)]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "file": str(path),
        "format": "JSON records",
        "records": 2,
        "bytes": len(EVENTS),
        "first": "2026-01-01T00:00:00.000000000Z",
        "last": "2026-01-02T00:00:00.000000000Z",
        "fields": [
            {"name": "timestamp", "type": "timestamp", "share": 1.0},
            {"name": "a", "type": "double|long", "share": 1.0},
            {"name": "b", "type": "string", "share": 0.5},
        ],
        "notes": [],
    }


def test_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x"
    path.write_text("a,a\n1,\n")
    assert main(["inspect", str(path), str(tmp_path / "none")]) == 2
    shown = capsys.readouterr()
    assert shown.out.splitlines() == [
        f"{path}: CSV: 1 record, 7 bytes",
        "  a    100.0%  long",
        "  a.2    0.0%  null",
        "note: Two fields are called `a`: the later one is called `a.2` here.",
    ]
    assert "none: the file cannot be read" in shown.err


@pytest.mark.parametrize("source", [[], [{}], [{"a": None}]])
def test_little(source: list[dict[str, object]]) -> None:
    found = dqlkit.read(source).inspect()
    assert found.records == len(source)
    assert [field.share for field in found.fields] in ([], [0.0])
