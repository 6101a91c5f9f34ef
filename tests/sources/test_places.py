"""Folders, archives, pipes and standard input."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

import dqlkit
from dqlkit.sources import SourceError, read_table

CSV = "a,b\n1,x\n2,y\n"
QUERY = "fetch t | summarize n = count(), s = sum(a)"


def tree(root: Path) -> None:
    for name, text in {
        "day=2026-01-02/part=1/a.csv": CSV,
        "day=2026-01-01/part=__HIVE_DEFAULT_PARTITION__/b.json": '{"a": 7}',
        "_SUCCESS": "",
        ".hidden/x.json": "{",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


PARTED = [
    {"a": 7, "b": None, "day": "2026-01-01", "part": None},
    {"a": 1, "b": "x", "day": "2026-01-02", "part": 1},
    {"a": 2, "b": "y", "day": "2026-01-02", "part": 1},
]


def test_a_folder_is_all_of_its_files(tmp_path: Path) -> None:
    tree(tmp_path)
    found = [{name: record[name] for name in PARTED[0]} for record in read_table(tmp_path).frame.records()]
    assert found == PARTED
    assert read_table(f"{tmp_path}/*/*/*.csv").frame.records() == PARTED[1:]


def test_an_archive_is_a_folder_in_a_file(tmp_path: Path) -> None:
    tree(tmp_path / "tree")
    packed = tmp_path / "export"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in (tmp_path / "tree").rglob("*"):
            archive.write(path, path.relative_to(tmp_path / "tree"))
        archive.writestr("../outside.json", '{"a": 9}')
    records = read_table(packed).frame.records()
    assert [record["a"] for record in records] == [7, 1, 2, 9]
    assert not (tmp_path / "outside.json").exists()


def test_errors_name_the_file_inside(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("inside.csv", "a,b\n1\n")
    with pytest.raises(SourceError, match=r"export\.zip/inside\.csv: line 2"):
        read_table(tmp_path / "export.zip")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="empty: expected at least one file inside"):
        read_table(tmp_path / "empty")


def test_a_named_pipe_with_one_writer(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(CSV * 1 + "3,z\n" * 5000,))
    writer.start()
    (record,) = dqlkit.query(QUERY, {"t": pipe}).records
    writer.join()
    assert record == {"n": "5002", "s": 15003.0}


@pytest.mark.parametrize("name", ["-", "/dev/stdin", "/dev/fd/0"])
def test_standard_input(name: str) -> None:
    command = [sys.executable, "-m", "dqlkit", "query", QUERY, "-o", "ndjson", "-t", f"t={name}"]
    done = subprocess.run(command, input=CSV.encode(), capture_output=True, timeout=60, check=False)
    assert done.stdout == b'{"n":"2","s":3.0}\n', done.stderr


def test_standard_input_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from dqlkit.sources import streams

    streams._standard_input.cache_clear()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CSV.encode())))
    try:
        for _ in range(2):
            assert len(read_table("-").frame.records()) == 2
    finally:
        streams._standard_input.cache_clear()
