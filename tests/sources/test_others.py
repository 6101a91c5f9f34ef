"""What is none of the formats is refused, and the error says what it looks like."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from dqlkit.sources import SourceError, detect, read_table

OTHERS = [
    (b'<?xml version="1.0"?>\n<a b="c,d"/>', "line 1, column 1: expected JSON, CSV, Parquet or Arrow, found XML"),
    (b"<!DOCTYPE html>\n<html><body>Log in, please</body></html>", "found an HTML page"),
    (b"%PDF-1.7\n%\xe2\xe3", "found a PDF document"),
    (b"\x89PNG\r\n\x1a\n\0\0", "found an image"),
    (b"SQLite format 3\0abc", "found an SQLite database"),
    (b"Obj\x01\x04", "found an Avro file"),
    (b"ORC\n", "found an ORC file"),
    (b"name" + bytes(253) + b"ustar", "found a tar archive"),
    (b"name: x\nlevel: y, z\n", "found YAML"),
    (b"---\n# a comment\n- one\n", "found YAML"),
    (b"\x01\x02\0\x03", "found binary data"),
    (
        b"2026-01-05 08:00:00,123 INFO started, at last\n",
        "line 1, column 1: expected a JSON value, found `2026-01-05 08:00:00,123 INFO",
    ),
    (
        b"Jan  5 08:00:00 host app[1]: started\n",
        "found `Jan  5 08:00:00 host app[1]: started`. It looks like lines of text",
    ),
    (b'10.0.0.1 - - [05/Jan/2026] "GET / HTTP/1.1" 200\n', "found `10.0.0.1"),
]


@pytest.mark.parametrize(("data", "message"), OTHERS, ids=[message for _, message in OTHERS])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_other_files(tmp_path: Path, data: bytes, message: str, pack: type[bytes]) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(pack(data))
    with pytest.raises(SourceError) as caught:
        read_table(path)
    assert f"{path}: " in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5", "record 1: expected an object, found a number"),
        ('"x"', "record 1: expected an object, found text"),
        ("null\n", "record 1: expected an object, found null"),
        ("{", "line 1, column 2"),
        ('started\n{"a": 1}\n', "line 1, column 1: expected a JSON value, found `started`"),
    ],
)
def test_what_begins_as_json_or_holds_its_lines_is_read_as_json(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "export.txt"
    path.write_text(text)
    with pytest.raises(SourceError) as caught:
        read_table(path)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["", " \n", "\ufeff[]"])
def test_nothing_is_no_records(tmp_path: Path, text: str) -> None:
    path = tmp_path / "export.txt"
    path.write_text(text)
    assert (read_table(path).facts.rows, detect(path)) == (0, "JSON records")


def test_a_format_that_is_named_is_believed(tmp_path: Path) -> None:
    path = tmp_path / "export.txt"
    path.write_text("at 08:00:00,what\n1,2\n")
    assert read_table(path, format="csv").frame.records() == [{"at 08:00:00": 1, "what": 2}]
    with pytest.raises(SourceError, match="expected a JSON value"):
        read_table(path, format="json")
