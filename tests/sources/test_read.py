"""Reading tables from files and from memory."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import pyarrow as pa
import pytest

from dqlkit.sources import SourceError, detect, read_table
from dqlkit.types import DOUBLE, LONG, STRING, TIMESTAMP, Array, Duration, Record, Timestamp, Uid, Variant

NOON = Timestamp(1_767_268_800_000_000_000)  # 2026-01-01T12:00:00Z


def records(source: Any, **options: Any) -> list[dict[str, Any]]:
    return read_table(source, **options).frame.records()


def written(folder: Path, text: str, name: str = "export.json") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"a": 1}, {"b": "x"}]', [{"a": 1, "b": None}, {"a": None, "b": "x"}]),
        ('{"a": 1}', [{"a": 1}]),
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ('\n {"a": 1}\r\n\r\n{"a": 2}', [{"a": 1}, {"a": 2}]),
        ('{\n  "a": 1\n}\n{\n  "a": 2\n}', [{"a": 1}, {"a": 2}]),
        ('[{"a": 1}]\n[{"a": 2}]', [{"a": 1}, {"a": 2}]),
        ("[]", []),
        ("", []),
        ("[{}, {}]", [{}, {}]),
        ('\ufeff[{"a": "\\u00e4\\ud83d\\ude00\\ud83d"}]', [{"a": "ä😀\ufffd"}]),
    ],
)
def test_json_texts(tmp_path: Path, text: str, expected: list[dict[str, Any]]) -> None:
    assert records(written(tmp_path, text)) == expected


def test_what_is_altered_in_memory_is_told_too() -> None:
    rows = [{"v": dt.datetime(1, 1, 1), "w": {"x": dt.timedelta(days=10**6)}, "t": "a\ud800"}, {"v": 5, "t": "é"}]
    table = read_table(rows)
    assert table.frame.records()[0] == {
        "v": "0001-01-01T00:00:00+00:00",
        "w": {"x": "1000000 days, 0:00:00"},
        "t": "a\ufffd",
    }
    assert sorted(notice.message for notice in table.notices) == [
        "`t`: 1 text with half a surrogate pair got U+FFFD in its place.",
        "`v`: 1 time beyond 64 bits of nanoseconds became text.",
        "`w`: 1 time beyond 64 bits of nanoseconds became text.",
    ]


def test_each_record_keeps_its_own_type(tmp_path: Path) -> None:
    values = [1, 2.0, "2", True, None, [1, "x"], {"k": 1}, {"k": 1, "m": None}]
    frame = read_table(written(tmp_path, json.dumps([{"v": value} for value in values]))).frame
    assert [record["v"] for record in frame.records()] == values
    assert [type(record["v"]) for record in frame.records()] == [type(value) for value in values]


def test_numbers(tmp_path: Path) -> None:
    text = '[{"v": 1}, {"v": 1.0}, {"v": 1e2}, {"v": 9223372036854775807}, {"v": 9223372036854775808}, {"v": -0}]'
    found = [record["v"] for record in records(written(tmp_path, text))]
    assert found == [1, 1.0, 100.0, 2**63 - 1, 2.0**63, 0]
    assert list(map(type, found)) == [int, float, float, int, float, int]


def test_types_of_columns(tmp_path: Path) -> None:
    text = '[{"long": 1, "mixed": 1, "list": [1], "object": {"k": "x"}}, {"mixed": 1.5, "list": [2.5]}]'
    schema = read_table(written(tmp_path, text)).schema.fields
    assert schema == {
        "long": LONG,
        "mixed": Variant([LONG, DOUBLE]),
        "list": Array(Variant([LONG, DOUBLE])),
        "object": Record([("k", STRING)]),
    }


def test_values_of_time_fields_become_timestamps_where_they_are_times(tmp_path: Path) -> None:
    noon = "2026-01-01T12:00:00Z"
    events = [
        {"timestamp": noon, "time": "2026-01-01", "end_time": "soon", "day": noon},
        {"timestamp": "2026-01-01T14:00:00.000000001+02:00", "time": noon, "end_time": None},
    ]
    path = written(tmp_path, json.dumps(events))
    table = read_table(path)
    mixed = Variant([STRING, TIMESTAMP])
    assert table.schema.fields == {"timestamp": TIMESTAMP, "time": mixed, "end_time": STRING, "day": STRING}
    assert [record["timestamp"] for record in table.frame.records()] == [NOON, Timestamp(NOON.nanos + 1)]
    assert [record["time"] for record in table.frame.records()] == ["2026-01-01", NOON]
    assert [notice.message.split(";")[0] for notice in table.notices] == [
        "`time`: 1 value is no time and stays as read"
    ]
    assert read_table(path, times=()).schema.type("timestamp") == STRING
    assert read_table(path, times={"day"}).schema.type("day") == TIMESTAMP


@pytest.mark.parametrize("unit", [1, 10**3, 10**6, 10**9])
@pytest.mark.parametrize("form", [int, str])
def test_times_of_events_may_be_numbers_since_1970(unit: int, form: type) -> None:
    number = form(NOON.nanos // unit)
    events = [
        {"eventTimestamp": number, "timestamp": number, "time": number},
        {"eventTimestamp": "2026-01-01T12:00:00Z"},
    ]
    assert records(events) == [
        {"eventTimestamp": NOON, "timestamp": NOON, "time": number},
        {"eventTimestamp": NOON, "timestamp": None, "time": None},
    ]


@pytest.mark.parametrize("number", [0, 42, -(10**12), 10**8 - 1, 99 * 10**12, 2**63 - 1, 1.5])
def test_numbers_that_tell_no_time_stay(number: float) -> None:
    (record,) = records([{"timestamp": number}])
    assert record["timestamp"] == number or record["timestamp"] == Timestamp(2**63 - 1)


def test_compressed_files(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(gzip.compress(b'[{"a": 1}]'))
    assert records(path) == [{"a": 1}]


@pytest.mark.parametrize(("separator", "pack"), [(",", False), (";", False), ("\t", True)])
def test_csv(tmp_path: Path, separator: str, pack: bool) -> None:
    lines = [
        "timestamp,long,double,flag,code,big,text,none",
        '2026-01-01T12:00:00Z,1,1,true,007,1,"say ""hi"", all",',
        "2026-01-01T12:00:00Z,,2.5e3,false,7,9223372036854775808,7,",
    ]
    data = "\n".join(lines).replace(",", separator).encode()
    path = tmp_path / "export"
    path.write_bytes(gzip.compress(data) if pack else data)
    assert detect(path) == "CSV"
    text = f'say "hi"{separator} all'
    first = {"timestamp": NOON, "long": 1, "double": 1.0, "flag": True, "code": "007", "big": "1", "text": text}
    second = {"timestamp": NOON, "long": None, "double": 2500.0, "flag": False, "code": "7", "big": str(2**63)}
    assert records(path) == [first | {"none": None}, second | {"text": "7", "none": None}]


def test_ragged_csv(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="line 2: expected 2 values as in the header, found 3"):
        read_table(written(tmp_path, "a,b\n1,2,3\n"))


def test_several_files(tmp_path: Path) -> None:
    first = written(tmp_path, '[{"a": 1}]', "1.json")
    second = written(tmp_path, '{"a": "x", "b": 2}', "2.json")
    both = [{"a": 1, "b": None}, {"a": "x", "b": 2}]
    assert records([first, str(second)]) == both
    assert records(str(tmp_path / "*.json")) == both
    assert read_table([first, second]).facts.bytes == first.stat().st_size + second.stat().st_size


def test_tables_in_memory() -> None:
    data = pl.DataFrame({"a": pl.Series([1, 2], dtype=pl.UInt8), "t": [dt.datetime(2026, 1, 1, 12), None]})
    expected = [{"a": 1, "t": NOON}, {"a": 2, "t": None}]
    assert records(data) == records(data.lazy()) == records(data.to_arrow()) == expected
    assert records(pa.record_batch({"a": [1]})) == [{"a": 1}]
    table = read_table([{"a": 1}])
    assert read_table(table) is table


def test_python_values() -> None:
    given = {
        "t": dt.datetime(2026, 1, 1, 14, tzinfo=dt.timezone(dt.timedelta(hours=2))),
        "day": dt.date(1970, 1, 2),
        "d": dt.timedelta(seconds=1),
        "n": Decimal("1.5"),
        "beyond": Decimal("-1E+400"),
        "u": UUID(int=7),
        "items": (1, 2),
    }
    assert records([given]) == [
        {
            "t": NOON,
            "day": Timestamp(86_400 * 10**9),
            "d": Duration(10**9),
            "n": 1.5,
            "beyond": "-1E+400",
            "u": Uid("uuid", 7),
            "items": [1, 2],
        }
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1},\n {"a": }]', "line 2, column 8: expected a JSON value, found `}]`."),
        ('{"a": 1', "line 1, column 8: expected `,` or the end of the array or object, found the end of the file."),
        ("{a: 1}", "line 1, column 2: expected a name in double quotes, found `a: 1}`."),
        ('[{"a": 1}, 5]', "record 2: expected an object, found a number."),
        ("no JSON", "line 1, column 1: expected a JSON value, found `no JSON`."),
        ('{"error": {"code": 401, "message": "token"}}', "found the answer to a failed request: 401 token"),
    ],
)
def test_faults_name_the_file_and_the_place(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        read_table(path)
    (found,) = caught.value.diagnostics
    assert found.message.startswith(f"{path}: ")
    assert message in found.message


@pytest.mark.parametrize("data", [b'[{"a": "\xff"}]', gzip.compress(b'[{"a": 1}]', mtime=0)[:-9]])
def test_broken_bytes(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "export"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"expected (UTF-8 text, found 0xff at byte 8|a complete gzip file)"):
        read_table(path)


def test_missing_files(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read: No such file"):
        read_table(tmp_path / "none.json")
    with pytest.raises(SourceError, match="found none that matches"):
        read_table(str(tmp_path / "*.json"))
    with pytest.raises(SourceError, match="cannot be read: File name too long"):
        read_table("x" * 5000)
    with pytest.raises(SourceError, match="found none that matches"):
        read_table("x" * 5000 + "*")
    with pytest.raises(SourceError, match=r"expected a path, .* found int"):
        read_table(5)


def test_deep_nesting_is_a_fault_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nested too deeply"):
        read_table(written(tmp_path, "[" * 100_000))
