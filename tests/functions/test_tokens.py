"""`~`: searching values of every type for words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.types.values import Duration, Ip, SmartscapeId, Timestamp, Uid
from tests.functions.running import bound, on_every_engine
from tests.profiles import examples


def answers(phrase: str, *values: Any) -> list[Any]:
    """What `s ~ phrase` yields for each value of the field `s`, the same on every engine."""
    found, row_by_row = on_every_engine(bound(f's ~ "{phrase}"'), [{"s": value} for value in values])
    assert not row_by_row
    return found


@pytest.mark.parametrize(
    ("phrase", "wanted"),
    [
        ("queue", [True, False, False, None]),
        ("QUEUE full", [True, False, False, None]),
        ("queue*", [True, True, False, None]),
        ("*queue", [True, False, True, None]),
        ("*ue*", [True, True, True, None]),
        ("/queue", [False, False, False, None]),
        ("que", [False, False, False, None]),
    ],
)
def test_texts(phrase: str, wanted: list[Any]) -> None:
    assert answers(phrase, "Batch: queue full!", "queued", "my_queue", None) == wanted


@pytest.mark.parametrize(
    ("value", "hits", "misses"),
    [
        (404, ["404"], ["4*", "40", "404.0", "0404", "+404"]),
        (2.5, ["2.5"], ["2", "2.50", "2.*"]),
        (-0.0, ["0.0"], ["0"]),
        (Ip.parse("192.168.0.7"), ["192.168.0.7"], ["192", "192.168.0.*"]),
        (Ip.parse("2001:db8::1"), ["2001:0db8::0001", "2001:DB8::1"], ["2001"]),
        (Uid("uuid", 2), ["00000000-0000-0000-0000-000000000002"], ["2", "00000000000000000000000000000002"]),
        (Uid("uid64", 0xAB), ["00000000000000ab", "00000000000000AB"], ["ab"]),
        (SmartscapeId("HOST-00000000000000AB"), ["HOST-00000000000000AB"], ["host-00000000000000ab", "HOST"]),
        (True, [], ["true", "1"]),
        (Timestamp(0), [], ["1970", "0"]),
        (Duration(60), [], ["60"]),
        (b"abc", [], ["abc"]),
    ],
)
def test_other_types_are_found_as_a_whole(value: Any, hits: list[str], misses: list[str]) -> None:
    assert [answers(phrase, value, None) for phrase in hits] == [[True, None]] * len(hits)
    assert [answers(phrase, value, None) for phrase in misses] == [[False, None]] * len(misses)


def test_records_are_searched_in_names_and_values() -> None:
    records = [{"userName": "Ann Lee", "age": 30}, {"userName": None, "age": 7}, None]
    assert answers("lee", *records) == [True, False, None]
    assert answers("username", *records) == [True, False, None]
    assert answers("name", *records) == [False, False, None]
    assert answers("30", *records) == [True, False, None]


def test_arrays_are_searched_in_their_elements() -> None:
    assert answers("b", ["a", None, "b c"], ["bc"], [], None) == [True, False, False, None]
    assert answers("3", [1, 3], [13]) == [True, False]
    assert answers("deep", [[{"x": "deep sea"}]], [[{"x": None}]], [[]]) == [True, False, False]


WORDS = st.text("aB_9 .-é🐕*", max_size=6)


@examples(150)
@given(phrase=WORDS, texts=st.lists(WORDS, min_size=1, max_size=6))
def test_engines_agree(phrase: str, texts: list[str]) -> None:
    answers(phrase, *texts)
    answers(phrase, *([text, text[:2]] for text in texts))
    answers(phrase, *({"aB": text} for text in texts))
