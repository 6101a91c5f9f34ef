"""Parquet and Arrow: types that DQL does not have, values beyond its range, and damage."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dqlkit
from dqlkit.sources import SourceError, convert, read_table
from dqlkit.types import Duration, Timestamp, Uid


def as_file(table: pa.Table, path: Path) -> None:
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)


def as_stream(table: pa.Table, path: Path) -> None:
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)


WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {"file": as_file, "stream": as_stream, "parquet": pq.write_table}
EVERYWHERE = list(WRITERS)
ARROW = ["file", "stream"]

TYPES: list[tuple[str, Any, list[Any], list[str]]] = [
    ("time", pa.array([dt.time(8, 30, 0, 500), None], pa.time64("us")), ["08:30:00.0005", None], EVERYWHERE),
    ("seconds", pa.array([dt.time(8, 30)], pa.time32("s")), ["08:30:00"], EVERYWHERE),
    ("map", pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int64())), [{"k": 1}, None, {}], EVERYWHERE),
    ("keys", pa.array([[(1, 2)]], pa.map_(pa.int64(), pa.int64())), [[{"key": 1, "value": 2}]], EVERYWHERE),
    ("inside", pa.array([{"t": dt.time(1, 2)}, None]), [{"t": "01:02:00"}, None], EVERYWHERE),
    ("decimal", pa.array([Decimal("1.10")], pa.decimal256(50, 2)), [1.1], EVERYWHERE),
    ("half", pa.array([1.5, None], pa.float16()), [1.5, None], EVERYWHERE),
    ("unsigned", pa.array([2**64 - 1, 1], pa.uint64()), [2.0**64, 1], EVERYWHERE),
    (
        "date",
        pa.array([dt.date(1500, 1, 1), dt.date(1970, 1, 2)]),
        ["1500-01-01", Timestamp(86_400 * 10**9)],
        EVERYWHERE,
    ),
    ("year", pa.array([dt.datetime(9999, 1, 1)], pa.timestamp("ms", "UTC")), ["9999-01-01T00:00:00.000Z"], EVERYWHERE),
    ("length", pa.array([2**62, 1], pa.duration("s")), ["4611686018427387904s", Duration(10**9)], EVERYWHERE),
    ("uuid", pa.array([b"\0" * 15 + b"\1"], pa.uuid()), [Uid("uuid", 1)], EVERYWHERE),
    ("json", pa.ExtensionArray.from_storage(pa.json_(), pa.array(["{}", None])), ["{}", None], EVERYWHERE),
    ("category", pa.array(["a", None, "a"]).dictionary_encode(), ["a", None, "a"], EVERYWHERE),
    ("view", pa.array([[1, 2], None, []], pa.list_view(pa.int64())), [[1, 2], None, []], ARROW),
    (
        "union",
        pa.UnionArray.from_dense(
            pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([1, 2]), pa.array(["x"])]
        ),
        [1, "x", 2],
        ARROW,
    ),
    ("runs", pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array(["x"])), ["x", "x"], ARROW),
    ("empty", pa.array([{}, None], pa.struct([])), [{}, None], ARROW),
]


@pytest.mark.parametrize(("name", "array", "expected", "containers"), TYPES, ids=[case[0] for case in TYPES])
def test_columns_of_other_types_are_what_is_closest(
    tmp_path: Path, name: str, array: Any, expected: list[Any], containers: list[str]
) -> None:
    table = pa.table({"n": list(range(len(array))), name: array})
    for container in containers:
        path = tmp_path / container
        WRITERS[container](table, path)
        found = read_table(path)
        assert [record[name] for record in found.frame.records()] == expected
        assert [record["n"] for record in found.frame.records()] == list(range(len(array)))
    assert [record[name] for record in read_table(table).frame.records()] == expected


def test_what_became_of_columns_is_told(tmp_path: Path) -> None:
    times = pa.array([dt.time(1)], pa.time64("us"))
    far = pa.array([dt.datetime(9999, 1, 1)], pa.timestamp("us"))
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"times": times, "far": far}), path)
    assert [notice.message for notice in read_table(path).notices] == [
        "`times`: DQL has no type time64[us]; times of day are read as text.",
        "`far`: 1 value is beyond 64 bits and read as text.",
    ]


def sample() -> pa.Table:
    return pa.table(
        {
            "s": [f"text{number % 7}" for number in range(40)],
            "n": list(range(40)),
            "l": [[number] for number in range(40)],
            "t": [dt.datetime(2026, 1, 1, number % 24) for number in range(40)],
            "d": pa.array([f"k{number % 3}" for number in range(40)]).dictionary_encode(),
        }
    )


@pytest.mark.parametrize("container", WRITERS)
def test_a_cut_file_is_an_error(tmp_path: Path, container: str) -> None:
    path = tmp_path / "data"
    WRITERS[container](sample(), path)
    data = path.read_bytes()
    for end in {*range(8, len(data), 97), len(data) - 1}:
        path.write_bytes(data[:end])
        with pytest.raises(SourceError, match="R102"):
            read_table(path)


@pytest.mark.parametrize("container", WRITERS)
def test_flipped_bits_are_an_error_that_names_the_file_or_harmless(tmp_path: Path, container: str) -> None:
    path = tmp_path / "data"
    WRITERS[container](sample(), path)
    data = path.read_bytes()
    choice = random.Random(container)
    for _ in range(40):
        damaged = bytearray(data)
        damaged[choice.randrange(len(data))] ^= 1 << choice.randrange(8)
        path.write_bytes(damaged)
        try:
            dqlkit.query("fetch t | summarize count(), max(n), max(s), by: {d}", {"t": path})
        except dqlkit.DqlkitError as fault:
            found = str(fault)
            if "R102" not in found or str(path) not in found:
                raise


def test_a_file_can_be_converted_onto_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": [1, 2]}), path)
    convert(path, path)
    assert read_table(path).frame.records() == [{"a": 1}, {"a": 2}]
    assert [found.name for found in tmp_path.iterdir()] == ["x.parquet"]


def test_packed_parquet(tmp_path: Path) -> None:
    import gzip

    path = tmp_path / "x"
    pq.write_table(pa.table({"a": [1, 2]}), path)
    path.write_bytes(gzip.compress(path.read_bytes()))
    assert read_table(path).frame.records() == [{"a": 1}, {"a": 2}]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    for container, write in WRITERS.items():
        write(table, tmp_path / container)
        assert read_table(tmp_path / container).frame.records() == [{"a": 1, "a.2": 2}]
