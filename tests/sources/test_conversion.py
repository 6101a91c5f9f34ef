"""Columnar files: those of others, and our own, which keep every type."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dqlkit
from dqlkit.engines.polars import Frame
from dqlkit.sources import SourceError, convert, detect, read_table
from dqlkit.types import LONG, TIMESTAMP, Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid
from tests.profiles import examples

INSTANT = Timestamp(1_700_000_000_123_456_789)
RECORDS = [
    {
        "mixed": 1,
        "ip": Ip(4, 1),
        "uid": Uid("uuid", 7),
        "id": SmartscapeId("HOST-1"),
        "at": GeoPoint(1.0, 2.0),
        "t": INSTANT,
        "d": Duration(1),
        "span": Timeframe(INSTANT, INSTANT),
        "null": None,
        "bytes": b"\x00",
        "list": [Ip(6, 1), None],
        "object": {"k": [1, 2.0]},
        "empty": {},
    },
    {"mixed": "x", "object": {"k": []}, "empty": {"k": 1}},
]


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.IPC", "t.feather"])
def test_converted_files_give_back_the_same_frame(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    convert(RECORDS, path)
    frame = read_table(path).frame
    assert frame.records() == Frame.from_records(RECORDS).records()
    assert frame.schema == Frame.from_records(RECORDS).schema.as_stored()
    assert read_table(path).facts.bytes == path.stat().st_size


@pytest.mark.parametrize(
    ("condition", "kept"),
    [("r[a] == 1", 1), ('r[a] == "x"', 1), ("b == 1", 1), ('in(b, 1, "x")', 2), ("isNull(r)", 2), ("r[0] == 1", 1)],
)
def test_conditions_hold_over_columns_of_mixed_types(tmp_path: Path, condition: str, kept: int) -> None:
    """Polars keeps statistics of the encoded values, which say nothing of what is inside."""
    convert([{"r": {"a": 1}, "b": 1}, {"r": {"a": "x"}}, {"b": "x"}, {"r": [1]}, {"b": 2}], tmp_path / "t.parquet")
    result = dqlkit.query(f"fetch t | filter {condition}", {"t": tmp_path / "t.parquet"})
    assert len(result) == kept


def test_records_without_fields_are_still_counted(tmp_path: Path) -> None:
    convert([{}, {}], tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").frame.records() == [{}, {}]
    with pytest.raises(SourceError, match="Arrow cannot count"):
        convert([{}, {}], tmp_path / "t.arrow")


def test_parquet_of_others_is_scanned_and_its_times_are_unified(tmp_path: Path) -> None:
    path = tmp_path / "t"
    pl.DataFrame({"t": [dt.datetime(2026, 1, 1)], "n": pl.Series([1], dtype=pl.Int16)}).write_parquet(path)
    frame = read_table(path).frame
    assert frame.schema.fields == {"t": TIMESTAMP, "n": LONG}
    assert frame.records() == [{"t": Timestamp(1_767_225_600 * 10**9), "n": 1}]
    assert "PROJECT 1/2" in frame.lazy.select("n").explain()


def test_types_are_forgotten_for_columns_that_another_tool_rewrote(tmp_path: Path) -> None:
    convert([{"ip": Ip(4, 1), "n": 1}], path := tmp_path / "t.parquet")
    metadata = {"dqlkit.types": pl.read_parquet_metadata(path)["dqlkit.types"]}
    pl.read_parquet(path).with_columns(pl.lit("text").alias("ip")).write_parquet(path, metadata=metadata)
    assert read_table(path).frame.records() == [{"ip": "text", "n": 1}]


def test_arrow_streams(tmp_path: Path) -> None:
    table = pa.table({"a": [1, None], "b": ["x", "y"]})
    with pa.ipc.new_stream(tmp_path / "stream", table.schema) as writer:
        writer.write_table(table)
    assert detect(tmp_path / "stream") == "Arrow IPC stream"
    assert read_table(tmp_path / "stream").frame.records() == [{"a": 1, "b": "x"}, {"a": None, "b": "y"}]


@pytest.mark.parametrize("head", [b"PAR1", b"ARROW1\x00\x00", b"\xff\xff\xff\xff"])
def test_damaged_files(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "t"
    path.write_bytes(head + bytes(100))
    with pytest.raises(SourceError, match="found a damaged"):
        read_table(path)


def test_outputs_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"expected a name that ends in one of \.parquet"):
        convert(RECORDS, tmp_path / "t.json")
    with pytest.raises(SourceError, match="cannot be written"):
        convert(RECORDS, tmp_path / "none" / "t.parquet")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=("Cs",)))
    | st.builds(Timestamp, st.integers(-(2**63), 2**63 - 1)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


@examples(60)
@given(records=st.lists(st.dictionaries(st.sampled_from("xyz"), VALUES, max_size=3), max_size=6))
def test_any_records_survive(tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, object]]) -> None:
    path = tmp_path_factory.mktemp("any") / "t.parquet"
    convert(records, path)
    assert read_table(path).frame.records() == Frame.from_records(records).records()
    assert read_table(path).schema == read_table(records).schema


def test_other_tools_read_columns_that_only_dql_has(tmp_path: Path) -> None:
    records = [{"a": 1, "b": "x", "c": [1, "y"]}, {"a": 2.5, "b": 7, "c": []}, {"a": None, "b": True, "c": None}]
    for name, read in (("t.parquet", pl.read_parquet), ("t.arrow", pl.read_ipc)):
        path = tmp_path / name
        convert(records, path)
        seen = read(path)
        assert seen["a (readable)"].to_list() == [1.0, 2.5, None]
        assert seen["b (readable)"].to_list() == ["x", "7", "true"]
        assert seen["c (readable)"].to_list() == [["1", "y"], [], None]
        assert read_table(path).frame.records() == records
        assert dqlkit.query("fetch t | filter b == 7 | fields a", {"t": path}).records == [{"a": 2.5}]


def test_duckdb_and_pandas_read_what_was_converted(tmp_path: Path) -> None:
    duckdb, pandas = pytest.importorskip("duckdb"), pytest.importorskip("pandas")
    path = tmp_path / "t.parquet"
    convert([{"a": 1, "ip": Ip.parse("10.0.0.1"), "t": INSTANT}, {"a": "x", "ip": None, "t": None}], path)
    rows = duckdb.sql(f"""SELECT "a (readable)", "ip (readable)", epoch_ns(t) FROM '{path}'""").fetchall()
    assert rows == [("1", "10.0.0.1", INSTANT.nanos), ("x", None, None)]
    assert duckdb.sql(f"""SELECT count(*) FROM '{path}' WHERE "a (readable)" = 'x'""").fetchall() == [(1,)]
    frame = pandas.read_parquet(path)
    assert frame["a (readable)"].to_list() == ["1", "x"]
    assert frame["t"][0].value == INSTANT.nanos


def test_an_answer_says_which_fields_become_text_elsewhere() -> None:
    answer = dqlkit.query("fetch t", {"t": [{"a": 1, "b": "x"}, {"a": 2.5, "b": 7}]})
    assert answer.mixes == {"b": "long|string"}
