"""Footers of Parquet files: what is read of them without Arrow is what Arrow reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit import query
from dqlkit.engines.table import EVERYTHING, Facts
from dqlkit.errors import DqlkitError
from dqlkit.sources import SourceError, pages, read_table, state
from dqlkit.sources.footer import footer_of
from dqlkit.sources.options import ReadOptions
from dqlkit.sources.parquet import damage_refused, read
from dqlkit.sources.parquet_arrow import can_be_scanned, read_at_once
from tests.profiles import examples

TIMES = [datetime(2026, 1, 5, 8, tzinfo=UTC), None, datetime(1960, 1, 5, 9, tzinfo=UTC)]
COLUMNS = {
    "timestamp": pa.array(TIMES, pa.timestamp("ns", "UTC")),
    "a": pa.array([1, None, 3], pa.int16()),
    "b": pa.array(["é", None, "x"]),
    "c": pa.array([True, None, False]),
    "d": pa.array([1.5, None, float("nan")]),
    "e": pa.array(["x", None, "x"]).dictionary_encode(),
    "f": pa.array([1, None, 2], pa.uint32()),
}
OTHERS = {
    "us": pa.array(TIMES, pa.timestamp("us")),
    "duration": pa.array([1, None, 2], pa.duration("ns")),
    "unsigned": pa.array([1, None, 2], pa.uint64()),
    "date": pa.array([1, None, 2], pa.date32()),
    "binary": pa.array([b"x", None, b"y"]),
    "array": pa.array([[1], None, []]),
    "record": pa.array([{"timestamp": 1}, None, {"timestamp": 2}]),
    "decimal": pa.array([None, None, None], pa.decimal128(5, 2)),
    "null": pa.nulls(3),
    "time": pa.array([1, None, 2], pa.time64("ns")),
    "uuid": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16, None, b"1" * 16], pa.binary(16))),
    "json": pa.ExtensionArray.from_storage(pa.json_(), pa.array(["1", None, "{}"])),
}
WRITERS: dict[str, Callable[[pa.Table, Path], object]] = {
    "arrow": lambda table, path: pq.write_table(table, path, row_group_size=2),
    "without its schema": lambda table, path: pq.write_table(table, path, row_group_size=1, store_schema=False),
    "without statistics": lambda table, path: pq.write_table(table, path, write_statistics=False),
    "old": lambda table, path: pq.write_table(table, path, version="1.0", data_page_version="1.0"),
    "polars": lambda table, path: pl.from_arrow(table).write_parquet(path, row_group_size=2),  # type: ignore[union-attr]
}


def _as_arrow(path: Path) -> None:
    found, expected = footer_of(path), pq.read_metadata(path)
    assert found.texts == {
        key.decode(): text.decode() for key, text in (expected.metadata or {}).items() if key != b"ARROW:schema"
    }
    assert can_be_scanned(path, pq.read_schema(path)) or not found.is_plain
    for time in ("timestamp", "us", "record", ""):
        assert found.ranges(time) == tuple(_ranges(expected, time))
    chunks = [
        expected.row_group(k).column(n)
        for k, n in product(*map(range, (expected.num_row_groups, expected.num_columns)))
    ]
    assert [one.values for one in found.chunks] == [one.num_values for one in chunks]


def _ranges(footer: Any, time: str) -> Iterator[Facts]:
    for group in map(footer.row_group, range(footer.num_row_groups)):
        column = next((one for one in map(group.column, range(group.num_columns)) if one.path_in_schema == time), None)
        told = column and json.loads(footer.schema.column(footer.schema.names.index(time)).logical_type.to_json())
        unit = {"nanoseconds": 1, "microseconds": 1_000, "milliseconds": 1_000_000}.get(
            str(told and told.get("timeUnit"))
        )
        if column is None or unit is None or column.statistics is None or not column.statistics.has_min_max:
            yield Facts(group.num_rows)
        else:
            yield Facts(group.num_rows, None, column.statistics.min_raw * unit, column.statistics.max_raw * unit)


@pytest.mark.parametrize("writer", WRITERS)
def test_a_footer_is_what_arrow_reads(writer: str, tmp_path: Path) -> None:
    table = pa.table(COLUMNS).replace_schema_metadata({"dqlkit.types": "{}", "é": "x"})
    WRITERS[writer](table, path := tmp_path / "t.parquet")
    _as_arrow(path)
    found = read(path, ReadOptions())
    assert footer_of(path).is_plain == (writer != "old")  # which stores other units of time
    assert repr(found.frame.records()) == repr(read_at_once(path, footer_of(path)).frame.records())


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("writer", ["arrow", "without its schema"])
def test_a_column_of_another_type_is_left_to_arrow(name: str, writer: str, tmp_path: Path) -> None:
    WRITERS[writer](pa.table({**COLUMNS, name: OTHERS[name]}), path := tmp_path / "t.parquet")
    _as_arrow(path)


def test_no_records_and_no_columns(tmp_path: Path) -> None:
    for table in (pa.table(COLUMNS).slice(0, 0), pa.table({}), pa.table({"a": pa.array([], pa.int64())})):
        pq.write_table(table, path := tmp_path / "t.parquet")
        _as_arrow(path)


@given(st.integers(0, 2000), st.integers(0, 255), st.booleans())
@examples(200)
def test_a_damaged_file_is_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int, cut: bool
) -> None:
    path = tmp_path_factory.mktemp("any") / "t.parquet"
    pq.write_table(pa.table(COLUMNS), path)
    data = bytearray(path.read_bytes())
    at = max(len(data) - 1 - at, 0)
    data[at] = byte
    path.write_bytes(data[:at] if cut else data)
    with suppress(SourceError), damage_refused():
        assert all(isinstance(record, dict) for record in read(path, ReadOptions()).scan(EVERYTHING).frame.records())


@pytest.mark.parametrize(("version", "header"), [("1.0", b"\x2c\x15"), ("2.0", b"\x5c\x15")])
def test_a_page_of_less_than_no_values_is_refused_before_polars_reads_it(
    tmp_path: Path, version: str, header: bytes
) -> None:
    """Polars would ask for 2^61 bytes, and end the process. 3 is written as 6, and -4 as 7."""
    path = tmp_path / "t.parquet"
    texts = pa.table({"a": [1, 2, 3], "b": ["x" * 400] * 3})  # which the header tells as least and greatest
    pq.write_table(texts, path, compression="none", use_dictionary=False, data_page_version=version)
    data = path.read_bytes()
    assert data.count(header + b"\6") == len(read(path, ReadOptions()).schema.fields)
    for at, damaged, sound, count in ((data.index(header), "a", "b", "1"), (data.rindex(header), "b", "a", "3")):
        path.write_bytes(data[:at] + header + b"\7" + data[at + 3 :])
        with pytest.raises(SourceError, match=r"damaged one: no page of at most 3 values at byte [0-9]+"):
            read_table(path)
        with pytest.raises(DqlkitError, match="damaged one: no page"):
            query(f"fetch t | filter isNotNull({damaged})", {"t": path}).records  # noqa: B018
        assert query(f"fetch t | summarize n = countDistinctExact({sound})", {"t": path}).records == [{"n": count}]


def test_pages_are_looked_at_again_where_the_file_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": [1, 2, 3]}), path, compression="none", use_dictionary=False)
    monkeypatch.setattr(state, "_SETTLED", -1)
    assert read_table(path).facts.rows == read_table(path).facts.rows == 3
    assert [fields for (known, *_), fields in pages._SOUND.items() if known == path] == [{"a"}]
    path.write_bytes(path.read_bytes().replace(b"\x2c\x15\6", b"\x2c\x15\7"))
    os.utime(path, ns=(0, 0))
    with pytest.raises(SourceError, match="damaged one: no page"):
        read_table(path)


def test_integers_of_128_bits_are_read_as_those_of_json(tmp_path: Path) -> None:
    data = pl.DataFrame({"a": [2**70, 5, None], "b": [1, 2, 3]}, schema={"a": pl.Int128, "b": pl.Int64})
    data.write_parquet(path := tmp_path / "t.parquet")
    table = read(path, ReadOptions())
    assert [list(one.values()) for one in table.frame.records()] == [[2.0**70, 1], [5, 2], [None, 3]]
    assert [one.message for one in table.notices] == [
        "`a`: 1 whole number of more than 64 bits became the nearest double."
    ]


def test_a_plain_file_is_queried_without_arrow(tmp_path: Path) -> None:
    pq.write_table(pa.table(COLUMNS), path := tmp_path / "t.parquet")
    query = f"dqlkit.query('fetch t | limit 1', {{'t': {str(path)!r}}}).records"
    code = f"import dqlkit, sys; {query}; print('pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"
