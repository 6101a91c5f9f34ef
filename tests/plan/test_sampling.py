"""How many records one stands for, which records tell without storing it."""

from __future__ import annotations

from typing import Any

import pytest

import dqlkit

SPANS = [{"id": "a", "n": 3}, {"id": "b"}]


def answer(text: str, spans: list[dict[str, Any]] = SPANS) -> list[dict[str, Any]]:
    return list(dqlkit.query(text, {"spans": spans}).records)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fetch spans | summarize x = sum(coalesce(n, 1) * dt.system.sampling_ratio)", [4.0]),
        ("fetch spans, samplingRatio: 100 | summarize x = count() * takeAny(dt.system.sampling_ratio)", ["200"]),
        ("fetch spans, samplingRatio: 10 | limit 1 | fields x = dt.system.sampling_ratio", ["10"]),
        ("fetch spans, samplingRatio: 10 | filter dt.system.sampling_ratio == 10 | fields x = id", ["a", "b"]),
        ("fetch spans | summarize x = count(), by: {dt.system.sampling_ratio}", ["2"]),
        ("fetch spans | fields id | limit 1 | fields x = dt.system.sampling_ratio", [None]),
        ("fetch spans | limit 1 | fieldsAdd dt.system.sampling_ratio = 7 | fields x = dt.system.sampling_ratio", ["7"]),
        ("fetch spans | append [fetch spans] | dedup id | fields x = dt.system.sampling_ratio", ["1", "1"]),
        ("data record() | append [fetch spans | limit 1] | fields x = dt.system.sampling_ratio", [None, None]),
    ],
)
def test_the_ratio_is_a_field_until_it_is_dropped(text: str, expected: list[Any]) -> None:
    assert [record["x"] for record in answer(text)] == expected


def test_it_comes_out_only_where_it_is_named() -> None:
    assert answer("fetch spans | filter dt.system.sampling_ratio == 1 | limit 1") == [{"id": "a", "n": "3"}]
    (named, _) = answer("fetch spans | fieldsAdd dt.system.sampling_ratio")
    assert named == {"id": "a", "n": "3", "dt.system.sampling_ratio": "1"}


def test_one_that_is_stored_counts() -> None:
    stored = [{"dt.system.sampling_ratio": 100}, {"id": "a"}]
    assert answer("fetch spans | summarize x = sum(dt.system.sampling_ratio)", stored) == [{"x": 100.0}]
