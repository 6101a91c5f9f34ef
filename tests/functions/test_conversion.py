"""Values as other types and as text: tables of what comes out, and columns of mixed types."""

from __future__ import annotations

from typing import Any

import pytest

import dqlkit
from dqlkit.types.json import at_path, read_object, read_path
from dqlkit.types.text import text_of
from dqlkit.types.values import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid
from tests.functions.running import bound, on_every_engine

MIXED: list[Any] = [
    True,
    3,
    3.9,
    -0.5,
    "3",
    "3.9",
    "true",
    "yes",
    Timestamp(5),
    Duration(7),
    Timeframe(Timestamp(1), Timestamp(9)),
    Ip(4, 2130706433),
    Uid("uid64", 2**64 - 1),
    ["12", 5],
    [],
    {"a": 1},
    None,
]


_NULLS = [None] * 3


def converted(expression: str) -> list[Any]:
    return on_every_engine(bound(expression), [{"v": value} for value in MIXED])[0]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("toBoolean(v)", [True, True, True, False, None, None, True, *[None] * 10]),
        ("toLong(v)", [1, 3, 3, 0, 3, None, None, None, 5, 7, None, 2130706433, -1, 12, None, None, None]),
        ("toDouble(v)", [1.0, 3.0, 3.9, -0.5, 3.0, 3.9, None, None, 5.0, 7.0, None, 2130706433.0, -1.0, 12.0, *_NULLS]),
    ],
)
def test_numbers(expression: str, wanted: list[Any]) -> None:
    assert converted(expression) == wanted


def test_times() -> None:
    assert converted("toDuration(v)") == [
        *[None, Duration(3), Duration(3), Duration(0), Duration(3), Duration(3), None, None, None, Duration(7)],
        *[Duration(8), None, None, Duration(12), None, None, None],
    ]
    assert converted("toTimestamp(v)")[1:3] == [Timestamp(3), Timestamp(3)]


def test_addresses_and_identifiers() -> None:
    assert converted("toIp(v)")[11] == Ip(4, 2130706433)
    assert converted("toIp(v)")[1] == Ip(4, 3)
    assert converted("toUid(v)")[1] == Uid("uid64", 3)
    assert converted("toUid(v)")[4] is None


def test_arrays_of_one() -> None:
    found = converted("toArray(v)")
    assert found[1] == [3]
    assert found[13:] == [["12", 5], [], [{"a": 1}], None]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (None, None),
        (True, "true"),
        (-7, "-7"),
        (3.0, "3.0"),
        (1e16, "1.0E16"),
        (1.5e-7, "1.5E-7"),
        (float("-inf"), "-Infinity"),
        (Timestamp(1_564_666_200_000_000_001), "2019-08-01T13:30:00.000000001 +0000"),
        (Duration(300_000_000_000), "05:00.000000000"),
        (Duration(-3_661_000_000_001), "-01:01:01.000000001"),
        (
            Timeframe(Timestamp(0), Timestamp(1)),
            "1970-01-01T00:00:00.000000000 +0000/1970-01-01T00:00:00.000000001 +0000",
        ),
        (Ip(4, 167772161), "10.0.0.1"),
        (Ip(6, 1), "::0001"),
        (Ip(6, 0x2001_0DB8_0000_0000_0000_8A2E_0370_7334), "2001:0db8::8a2e:0370:7334"),
        (Uid("uuid", 0x550E8400E29B41D4A716446655440000), "550e8400-e29b-41d4-a716-446655440000"),
        (SmartscapeId("HOST-000000000000007B"), "HOST-000000000000007B"),
        (GeoPoint(48.2, 16.37), "48.2 16.37"),
        (b"dql", "ZHFs"),
        ([1, None, "", "a", [2]], '[1, null, "", "a", [2]]'),
        ({"a": [1, None], "b": Duration(0)}, '{"a":[1, null], "b":"00:00.000000000"}'),
    ],
)
def test_texts(value: Any, wanted: str | None) -> None:
    assert text_of(value) == wanted
    assert on_every_engine(bound("toString(v)"), [{"v": value}, {"v": None}])[0] == [wanted, None]


def test_membership_on_columns() -> None:
    tags: list[Any] = [["x", None], [], None, ["y", "x"]]
    rows = [{"a": a, "tags": held} for a, held in zip([1, 2, None, 3], tags, strict=True)]

    def found(expression: str) -> list[Any]:
        found, row_by_row = on_every_engine(bound(expression), rows)
        assert not row_by_row
        return found

    assert found("in(a, 1, 3.0)") == [True, False, False, True]
    assert found("in(a, array(1, 2))") == [True, True, False, False]
    assert found('in(tags, {"x", "z"})') == [True, False, False, True]
    assert found('in("y", tags)') == [False, False, False, True]
    assert found("in(tags, tags)") == [True, False, False, True]
    assert found('in(a, "1")') == [False] * 4
    assert found("in(null, a)") == [False] * 4


def test_membership_in_a_sub_query() -> None:
    tables = {"a": [{"id": "x"}, {"id": "y"}, {"id": None}], "b": [{"k": "y"}, {"k": None}]}
    query = "fetch a | filter id in [fetch b | fields k]"
    assert dqlkit.query(query, tables).records == [{"id": "y"}]
    assert "vectorised throughout" in dqlkit.parse(query).explain(tables)


@pytest.mark.parametrize(
    ("text", "seek", "wanted"),
    [
        ('{"a": 1, "b": 2.0, "a": 3}', False, {"a": 3, "b": 2.0}),
        (' {"a": 99999999999999999999} rest', False, {"a": 1e20}),
        ('log {"a": [true, null]}', False, None),
        ('log {x} {"a": [true, null]}', True, {"a": [True, None]}),
        ('{"a": NaN}', False, None),
        ('["a"]', False, None),
        ('{"a": "\\ud800"}', False, {"a": "\ufffd"}),
        ("{" * 100_000, True, None),
        ('{"a":' * 100_000, False, None),
    ],
)
def test_objects_in_texts(text: str, seek: bool, wanted: object) -> None:
    assert read_object(text, seek) == wanted


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("$", {"a": {"b": [1, {"c d": 2}]}}),
        ("$.a.b[0]", 1),
        ("$['a'][\"b\"][-1]['c d']", 2),
        ("$.a.b[7]", None),
        ("$.x.y", None),
        ("$.a.*", [[1, {"c d": 2}]]),
        ("$.a.b[*]", [1, {"c d": 2}]),
    ],
)
def test_paths(path: str, wanted: object) -> None:
    steps = read_path(path)
    assert steps is not None
    assert at_path({"a": {"b": [1, {"c d": 2}]}}, steps) == wanted


@pytest.mark.parametrize("path", ["a.b", "$.a[", "$..a", "$.a[b]", "$a", ""])
def test_texts_that_are_no_paths(path: str) -> None:
    assert read_path(path) is None
