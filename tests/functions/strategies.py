"""Values and arguments for functions, made from their signatures."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dqlkit.functions import Function
from dqlkit.functions.signature import Parameter
from dqlkit.functions.vocabulary import VOCABULARY
from dqlkit.types.values import Duration, GeoPoint, Ip, SmartscapeId, Timeframe, Timestamp, Uid

# A failing example names a function, instead of all that is declared of it.
Function._repr_pretty_ = lambda function, printer, cycle: printer.text(repr(function))  # type: ignore[attr-defined]

LONGS = st.one_of(
    st.integers(-20, 20),
    st.sampled_from([-(2**63), 2**63 - 1, 2**53 + 1, 0x20AC, 65, 1_000_000_007]),
    st.integers(-(2**63), 2**63 - 1),
)
DOUBLES = st.one_of(
    st.floats(-1000, 1000).map(lambda x: round(x, 3)),
    st.sampled_from([0.0, 0.5, -0.5, float("nan"), float("inf"), float("-inf"), 1e308, 5e-324, 2.5]),
)
TEXTS = st.one_of(
    st.sampled_from(["", "a", "Hello World", "firstName", "a.b_c-d", "Straße ÄÖ", "🐕‍🦺 dog", "12", "-3.5", "true"]),
    st.sampled_from(
        ["FALSE", "192.168.0.1", "2001:db8::1", "10.0.0.0/8", "%41+b", "&lt;x&gt;", "0x1F", "aaa", "a\0b", "x\ny", "+7"]
    ),
    st.sampled_from(
        [
            "2024-05-17T10:44:30Z",
            "2024-03-31T02:30:00",
            "1677-09-21T00:12:43",
            "2024-10-27 02:30",
            "2019-08-01T09:30:00.5-0400",
            "2024-02-30",
        ]
    ),
    st.sampled_from(
        [
            "9999-12-31",
            "1e400",
            "Infinity",
            "9223372036854775808",
            "HOST-000000000000007B",
            "00000000000001c8",
            "0" * 31 + "F",
        ]
    ),
    st.just("550e8400-e29b-41d4-a716-446655440000"),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8),
)


def _seconds(count: int) -> int:
    return count * 1_000_000_000


TIMESTAMPS = st.one_of(
    st.sampled_from([0, 1_711_846_799_999_999_999, 1_729_990_800_000_000_000, -1, -(2**63), 2**63 - 1]),
    # Around the changes of the clock in Vienna, 2024.
    st.integers(1_711_839_600, 1_711_936_800).map(_seconds),
    st.integers(1_729_983_600, 1_730_080_800).map(_seconds),
    st.integers(-(10**18), 4 * 10**18),
).map(Timestamp)
DURATIONS = st.one_of(
    st.integers(-(10**12), 10**12), st.sampled_from([0, 60_000_000_000, 3_600_000_000_000, -(2**63), 2**63 - 1])
).map(Duration)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "long": LONGS,
    "double": DOUBLES,
    "string": TEXTS,
    "timestamp": TIMESTAMPS,
    "duration": DURATIONS,
    "timeframe": st.builds(Timeframe, TIMESTAMPS, TIMESTAMPS),
    "binary": st.binary(max_size=6),
    "ip": st.one_of(
        st.builds(Ip, st.just(4), st.integers(0, 2**32 - 1)), st.builds(Ip, st.just(6), st.integers(0, 2**128 - 1))
    ),
    "uid": st.builds(Uid, st.sampled_from(["uid64", "uid128", "uuid"]), st.integers(0, 2**64 - 1)),
    "smartscapeid": st.integers(0, 2**64 - 1).map(lambda n: SmartscapeId(f"HOST-{n:016X}")),
    "geopoint": st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180)),
    "null": st.none(),
}
# Members always in one order: records that differ in it are equal, yet not the same text.
VALUES["record"] = st.builds(lambda a, b: {"a": a, "b": b}, LONGS, st.one_of(st.none(), TEXTS))
ELEMENTS = ("long", "double", "string", "boolean", "timestamp", "duration")


def arrays(element: str | None = None) -> st.SearchStrategy[list[Any]]:
    names = [element] if element else ELEMENTS
    return st.one_of([st.lists(st.one_of(st.none(), VALUES[name]), max_size=5) for name in names])


VALUES["array"] = arrays()


def column_types(function: Function[..., Any], parameter: Parameter) -> list[str]:
    """The types an argument may have, for any of them a handful that covers the kinds of columns there are."""
    return sorted(function.accepted(parameter)) or [
        "long",
        "double",
        "string",
        "boolean",
        "timestamp",
        "array",
        "record",
    ]


#: What texts stand for, with some that do.
READABLE: dict[Any, list[str]] = {
    VOCABULARY["Zone"].reads: ["UTC", "Europe/Vienna", "America/Havana", "Australia/Lord_Howe", "+05:30", "Z"],
    VOCABULARY["JsonPath"].reads: ["$.a", "$.a[0]", "$.*"],
    VOCABULARY["Locale"].reads: ["", "en-US", "en", "de", "ja-JP"],
    VOCABULARY["TimeFormat"].reads: [
        "yyyy-MM-dd HH:mm:ss.SSS",
        "EEEE d. MMM, h a VV",
        "D 'day' w",
        "SSSSSSSSS",
        "XXX",
        "yy''uu MM",
        "",
    ],
}


def values(parameter: Parameter, kind: str) -> st.SearchStrategy[Any]:
    """Values of a type that an argument may have, most of them allowed."""
    if kind != "string" or not (parameter.kind.options or parameter.kind.reads):
        return VALUES[kind]
    reads: Any = parameter.kind.reads
    allowed = st.sampled_from(parameter.kind.options or READABLE.get(reads, [""]))
    return st.one_of(allowed, allowed, allowed, TEXTS)


def column(kind: str, size: int, values: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[list[Any]]:
    """A column of one type with nulls; an array column has one type of element."""
    if values is not None:
        return st.lists(st.one_of(st.none(), values, values), min_size=size, max_size=size)
    if kind == "array":
        return st.sampled_from(ELEMENTS).flatmap(
            lambda element: st.lists(st.one_of(st.none(), arrays(element)), min_size=size, max_size=size)
        )
    return st.lists(st.one_of(st.none(), VALUES[kind], VALUES[kind]), min_size=size, max_size=size)
