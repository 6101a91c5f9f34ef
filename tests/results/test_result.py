"""The answer in the vendor's shape."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.engines.polars import Frame
from dqlkit.results import Result
from dqlkit.types import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid
from dqlkit.types.text import format_instant
from dqlkit.wire.values import wire
from tests.profiles import examples

INSTANT = Timestamp(1_700_000_000_123_456_789)


def result(*records: dict[str, Any], timezone: str = "UTC") -> Result:
    return Result.of(Frame.from_records(records), timezone=timezone)


def ranges(*values: Any) -> list[tuple[list[int], Any]]:
    """The ranges of the one field `v`, each with what it says of the field."""
    types = result(*({"v": value} for value in values)).types
    return [(found["indexRange"], found["mappings"]["v"]) for found in types]


def array(*runs: tuple[int, int, str]) -> dict[str, Any]:
    types = [{"indexRange": [a, b], "mappings": {"element": {"type": name}}} for a, b, name in runs]
    return {"type": "array", "types": types}


@pytest.mark.parametrize(
    ("value", "written", "name"),
    [
        (True, True, "boolean"),
        (2**62, "4611686018427387904", "long"),
        (0.1, 0.1, "double"),
        (float("nan"), "NaN", "double"),
        (float("-inf"), "-Infinity", "double"),
        ("ä", "ä", "string"),
        (b"\x00\xff", "AP8=", "binary"),
        (INSTANT, "2023-11-14T22:13:20.123456789Z", "timestamp"),
        (Duration(7_930_000), "7930000", "duration"),
        (
            Timeframe(INSTANT, Timestamp(0)),
            {"start": "2023-11-14T22:13:20.123456789Z", "end": "1970-01-01T00:00:00.000Z"},
            "timeframe",
        ),
        (Ip.parse("10.0.0.1"), "10.0.0.1", "ip_address"),
        (Uid("uid64", 255), "00000000000000ff", "uid"),
        (SmartscapeId("HOST-1"), "HOST-1", "smartscape_id"),
        (GeoPoint(1.0, 2.5), {"latitude": 1.0, "longitude": 2.5}, "geo_point"),
        (None, None, "undefined"),
    ],
)
def test_scalars(value: Any, written: Any, name: str) -> None:
    answer = result({"v": value})
    assert answer.records == [{"v": written}]
    assert answer.types == [{"indexRange": [0, 0], "mappings": {"v": {"type": name}}}]
    assert wire(value) == written
    assert result({"v": [value, {"m": value}]}).records == [{"v": [written, {"m": written}]}]


def test_an_empty_answer() -> None:
    assert result().to_dict() == {"records": [], "types": [], "metadata": {}}
    assert result({}, {}).records == [{}, {}]


def test_a_null_never_splits() -> None:
    assert ranges(None, 1, None, 2, None) == [([0, 4], {"type": "long"})]
    assert ranges(None, 1, None, "x", None) == [([0, 2], {"type": "long"}), ([3, 4], {"type": "string"})]
    assert ranges([None, 1], [2, None]) == [([0, 1], array((0, 1, "long")))]
    text = {"type": "record", "types": [{"mappings": {"k": {"type": "string"}}}]}
    assert ranges({"k": None}, {"k": "x"}) == [([0, 1], text)]


def test_types_by_ranges_of_records() -> None:
    assert ranges(1, 2.0, 3.0, "x") == [
        ([0, 0], {"type": "long"}),
        ([1, 2], {"type": "double"}),
        ([3, 3], {"type": "string"}),
    ]


def test_lengths_of_arrays_are_part_of_their_type() -> None:
    assert ranges([1.0], [2.0], [1.0, 2.0], [], []) == [
        ([0, 1], array((0, 0, "double"))),
        ([2, 2], array((0, 1, "double"))),
        ([3, 4], array()),
    ]
    assert ranges([1, "a", "b", None, 2]) == [([0, 0], array((0, 0, "long"), (1, 3, "string"), (4, 4, "long")))]


def test_records_inside_arrays() -> None:
    member = {"type": "record", "types": [{"mappings": {"id": {"type": "uid"}}}]}
    expected = {"type": "array", "types": [{"indexRange": [0, 1], "mappings": {"element": member}}]}
    assert ranges([{"id": Uid("uid64", 1)}, {"id": Uid("uid64", 2)}]) == [([0, 0], expected)]


def test_records_with_different_members_split() -> None:
    one, two = {"k": 1}, {"k": 1, "m": 2}
    assert [span for span, _ in ranges(one, one, two, None, one)] == [[0, 1], [2, 3], [4, 4]]
    assert result({"v": one}, {"v": two}).records == [{"v": {"k": "1"}}, {"v": {"k": "1", "m": "2"}}]


def test_a_field_absent_from_a_record_is_null() -> None:
    assert result({"a": 1}, {"b": 2}).records == [{"a": "1", "b": None}, {"a": None, "b": "2"}]


@examples(100)
@given(
    nanos=st.integers(-(2**63) + 10**14, 2**63 - 1 - 10**14),
    zone=st.sampled_from(["UTC", "Z", "Europe/London", "Asia/Kathmandu", "+02:00", "-09:30", "UTC+1", "nowhere"]),
)
def test_instants_are_written_alike_one_by_one_and_in_columns(nanos: int, zone: str) -> None:
    assert result({"v": Timestamp(nanos)}, timezone=zone).records == [{"v": format_instant(Timestamp(nanos), zone)}]


def test_other_tools_see_plain_columns() -> None:
    answer = result(
        {"n": 1, "t": INSTANT, "ip": Ip(4, 1), "mixed": 1, "ids": [Uid("uid64", 1), None], "at": GeoPoint(1.0, 2.0)},
        {"n": None, "t": None, "ip": None, "mixed": "x", "ids": None, "at": None},
    )
    data = answer.to_polars()
    assert data.schema == {
        "n": pl.Int64,
        "t": pl.Datetime("ns", "UTC"),
        "ip": pl.String,
        "mixed": pl.String,
        "ids": pl.List(pl.String),
        "at": pl.Struct({"latitude": pl.Float64, "longitude": pl.Float64}),
    }
    assert data["mixed"].to_list() == ["1", "x"]
    assert data["ids"].to_list() == [["0000000000000001", None], None]
    assert answer.to_arrow().column("ip").to_pylist() == ["0.0.0.1", None]
