"""Tables and values of other libraries."""

from __future__ import annotations

import collections
import datetime as dt
import enum
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from dqlkit.sources import SourceError, read_table
from dqlkit.types import Duration, Timestamp, Value


def records(source: Any) -> list[dict[str, Value]]:
    return read_table(source).frame.records()


class Streamed:
    def __init__(self, table: Any) -> None:
        self.table = table

    def __arrow_c_stream__(self, schema: object = None) -> object:
        return self.table.__arrow_c_stream__(schema)


class Exported:
    def __init__(self, batch: Any) -> None:
        self.batch = batch

    def __arrow_c_array__(self, schema: object = None) -> object:
        return self.batch.__arrow_c_array__(schema)


BATCH = pa.record_batch({"a": [1, 2]})


@pytest.mark.parametrize(
    "source",
    [
        pa.table({"a": [1, 2]}),
        BATCH,
        pa.array([{"a": 1}, {"a": 2}]),
        Streamed(pa.table({"a": [1, 2]})),
        Exported(BATCH),
        pl.DataFrame({"a": [1, 2]}),
        pl.LazyFrame({"a": [1, 2]}),
    ],
)
def test_anything_with_the_arrow_interface(source: object) -> None:
    assert records(source) == [{"a": 1}, {"a": 2}]


def test_a_reader_of_batches() -> None:
    assert records(pa.RecordBatchReader.from_batches(BATCH.schema, [BATCH])) == [{"a": 1}, {"a": 2}]


def test_a_column_is_no_table() -> None:
    with pytest.raises(SourceError, match="expected a table, found Int64Array"):
        read_table(pa.array([1, 2]))


@pytest.mark.parametrize("make", [pl.DataFrame, pl.LazyFrame])
def test_polars_columns_that_dql_does_not_have(make: Any) -> None:
    assert records(make({"t": [dt.time(1, 2)], "n": [1]})) == [{"t": "01:02:00", "n": 1}]
    with pytest.raises(SourceError, match="`o` of the Polars type Object"):
        read_table(make({"o": [object()]}))


def test_polars_times_beyond_the_range() -> None:
    frame = pl.DataFrame({"d": [dt.datetime(9999, 1, 1), dt.datetime(1970, 1, 1)]})
    assert records(frame) == [{"d": "9999-01-01T00:00:00.000000Z"}, {"d": Timestamp(0)}]


@pytest.mark.parametrize("dtype", [pl.Int128, pl.UInt128])
@pytest.mark.parametrize("make", [pl.DataFrame, pl.LazyFrame])
def test_polars_numbers_of_128_bits(make: Any, dtype: Any) -> None:
    column = pl.Series([2**70, 5, None], dtype=dtype)
    inner = pl.DataFrame({"i": column}).to_struct("")
    table = read_table(make({"t": [dt.time(1), None, None], "n": column, "a": ["x", "y", "z"], "r": inner}))
    assert table.frame.records() == [
        {"t": "01:00:00", "n": 2.0**70, "a": "x", "r": {"i": 2.0**70}},
        {"t": None, "n": 5, "a": "y", "r": {"i": 5}},
        {"t": None, "n": None, "a": "z", "r": {"i": None}},
    ]
    assert len(table.notices) == 3


class Word(str):
    __slots__ = ()


class Colour(str, enum.Enum):  # noqa: UP042 - what people have
    RED = "red"


class Level(enum.IntEnum):
    LOW = 3


Pair = collections.namedtuple("Pair", "x y")


def test_values_of_derived_classes() -> None:
    (record,) = records(
        [
            {
                "text": Word("q"),
                "enum": Colour.RED,
                "level": Level.LOW,
                "pair": Pair(1, 2),
                "object": collections.OrderedDict(a=1),
                "time": dt.time(1, 2),
                "bytes": bytearray(b"x"),
            }
        ]
    )
    assert record == {
        "text": "q",
        "enum": "red",
        "level": 3,
        "pair": {"x": 1, "y": 2},
        "object": {"a": 1},
        "time": "01:02:00",
        "bytes": b"x",
    }
    assert all(type(value) in (str, int, dict, bytes) for value in record.values())


def test_scalars_of_numpy() -> None:
    np = pytest.importorskip("numpy")
    values = {
        "long": np.int64(3),
        "double": np.float32(1.5),
        "wide": np.longdouble(1.5),
        "flag": np.bool_(True),
        "text": np.str_("x"),
        "array": np.array([1, 2]),
        "time": np.datetime64("1970-01-01T00:00:01"),
        "length": np.timedelta64(5, "s"),
        "none": np.datetime64("NaT"),
        "far": np.datetime64("9999-01-01"),
    }
    assert records([values]) == [
        {
            "long": 3,
            "double": 1.5,
            "wide": 1.5,
            "flag": True,
            "text": "x",
            "array": [1, 2],
            "time": Timestamp(10**9),
            "length": Duration(5 * 10**9),
            "none": None,
            "far": "9999-01-01",
        }
    ]


def test_frames_and_scalars_of_pandas() -> None:
    pd = pytest.importorskip("pandas")
    moment = pd.Timestamp("1970-01-01T00:00:00.000000001Z")
    assert records([{"t": moment, "nat": pd.NaT, "na": pd.NA, "d": pd.Timedelta("1s")}]) == [
        {"t": Timestamp(1), "nat": None, "na": None, "d": Duration(10**9)}
    ]
    assert records(pd.DataFrame({"a": [1, 2], "b": ["x", None], "t": [moment, None], 1: [True, False]})) == [
        {"a": 1, "b": "x", "t": Timestamp(1), "1": True},
        {"a": 2, "b": None, "t": None, "1": False},
    ]
    assert records(pd.DataFrame({"a": [1, "x", None, 2.5]})) == [{"a": 1}, {"a": "x"}, {"a": None}, {"a": 2.5}]
    assert records(pd.DataFrame({"a": [1]}, index=pd.Index(["p"], name="k"))) == [{"k": "p", "a": 1}]
    assert records(pd.DataFrame([[1, 2]], columns=["a", "a"])) == [{"a": 1, "a.2": 2}]
    assert records(pd.Series([1], name="s")) == [{"s": 1}]
    days = pd.Series(pd.period_range("2026-01-01", periods=2, freq="D"))
    frame = pd.DataFrame({"p": days.where([True, False]), "i": pd.arrays.IntervalArray.from_breaks([0, 1, 2])})
    assert records(frame) == [{"p": "2026-01-01", "i": "(0, 1]"}, {"p": None, "i": "(1, 2]"}]
    assert records([{"p": days[0]}]) == [{"p": "2026-01-01"}]
