"""`--watch`: a command runs again when one of its files changes; differences have colours where somebody looks at them."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from dqlkit.cli import main
from dqlkit.cli.watch import watched
from tests.terminal import Terminal

DQLKIT = (sys.executable, "-m", "dqlkit")


def test_a_query_runs_again_when_it_or_its_data_changes(tmp_path: Path) -> None:
    (tmp_path / "q.dql").write_text("fetch t | lmit 1")
    (tmp_path / "t.csv").write_text("a\n1\n")
    with Terminal(*DQLKIT, "query", "-f", "q.dql", "t.csv", "--watch", folder=tmp_path) as terminal:
        terminal.until("Did the query mean `limit`?", "Watching 2 files; Ctrl-C ends it.")
        (tmp_path / "q.dql").write_text("fetch t | limit 10")
        assert "lmit" not in terminal.until("1 record · 1 field", "Watching 2 files")
        (tmp_path / "t.csv").write_text("a\n1\n2\n")
        terminal.until("2 records · 1 field", "Watching 2 files")
        terminal.send("\x03")
        assert terminal.wait() == 130


def test_folders_variables_and_lookups_are_watched(tmp_path: Path) -> None:
    (tmp_path / "q.dql").write_text(
        'fetch t | filter a == $wanted | lookup [load "/lookups/x"], sourceField:a, lookupField:a'
    )
    (tmp_path / "dql-variables.json").write_text('{"wanted": 1}')
    for name in ("data", "lookups"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "t.csv").write_text("a\n1\n")
    (tmp_path / "lookups" / "x.csv").write_text("a,b\n1,one\n")
    folders = ("data", "--folder", "lookups", "--watch")
    with Terminal(*DQLKIT, "query", "-f", "q.dql", *folders, folder=tmp_path) as terminal:
        terminal.until("1  one", "Watching 4 files")
        (tmp_path / "lookups" / "x.csv").write_text("a,b\n1,eins\n")
        terminal.until("1  eins", "Watching 4 files")
        (tmp_path / "data" / "u.csv").write_text("a\n1\n2\n")
        terminal.until("2 records", "Watching 5 files")
        (tmp_path / "dql-variables.json").write_text('{"wanted": 2}')
        terminal.until("1 record ", "Watching 5 files")


def test_what_the_run_writes_does_not_start_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []

    def run() -> int:
        runs.append(len(runs))
        return (tmp_path / "kept").write_text(f"{runs}")

    looks = iter([None, None])
    monkeypatch.setattr(time, "sleep", lambda seconds: next(looks))
    with pytest.raises(StopIteration):
        watched(run, tuple, lambda: [str(tmp_path / "kept")])
    assert runs == [0]
    words = ["data record(a = 1)", str(tmp_path), "--out", str(tmp_path / "kept"), "--watch"]
    assert main(["query", *words]) == 2


def test_what_cannot_be_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["query", "data record(a = 1)", "--watch"]) == 2
    assert main(["query", "fetch t", "-t", "t=-", "--watch"]) == 2


def test_the_linter_looks_for_files_anew_and_differences_have_colours(tmp_path: Path) -> None:
    (tmp_path / "q.dql").write_text("fetch logs|limit 1")
    with Terminal(*DQLKIT, "lint", "--watch", folder=tmp_path) as terminal:
        terminal.until("3 findings", "Watching 1 file; ")
        (tmp_path / "r.dql").write_text("fetch logs | sotr a")
        terminal.until("E006", "Watching 2 files; ")
    with Terminal(*DQLKIT, "format", "--diff", "q.dql", folder=tmp_path, TERM="xterm") as terminal:
        terminal.until("-fetch logs|limit 1", "+fetch logs")
        assert terminal.colour("-fetch logs|limit 1") == "red"
        assert terminal.wait() == 1
