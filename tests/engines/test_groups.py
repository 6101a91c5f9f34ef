"""Groups that are sorted by something else: the order of their keys decides where that ties."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engines.every import answer, plan_of

RECORDS: list[dict[str, Any]] = [
    {
        "a": [3, 1.0, "x", None, 1, True][k % 6],
        "b": [0.0, -0.0, float("nan"), None, 2.5][k % 5],
        "s": [None, "b", "a", "B"][k % 4],
        "n": k % 3,
        "r": [{"x": k % 2}, None, [k % 2]][k % 3],
    }
    for k in range(60)
]


@pytest.mark.parametrize("keys", ["s", "b", "a", "r", "s, n", "a, b", "k = n * 2", "n = n + 1, s"])
@pytest.mark.parametrize(
    "stage",
    [
        "sort c desc",
        "sort c desc | limit 3",
        "sort m | limit 4",
        "sort m desc, c | limit 2",
        "sort c + 1 desc | filter c > 1 | limit 3",
        "sort s | limit 3",
        "sort b desc",
        "limit 3",
    ],
)
def test_sorted_groups(keys: str, stage: str) -> None:
    plan = plan_of(f"fetch t | summarize c = count(), m = max(n) % 2, by:{{{keys}}} | {stage}")
    assert answer(plan, {"t": RECORDS}).records


def test_a_value_in_the_place_of_a_key() -> None:
    plan = plan_of("fetch t | summarize s = count(), by:{s} | sort s desc")
    assert [row["s"] for row in answer(plan, {"t": RECORDS[:7]}).records] == [2, 2, 2, 1]
