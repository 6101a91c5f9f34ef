"""Time series of every engine, where records count in one slot, in several, in none."""

from __future__ import annotations

from typing import Any

import pytest

from dqlkit.types.values import Timeframe, Timestamp
from tests.engines.every import answer, plan_of

_MINUTE = 60_000_000_000
_BASE = 1_767_571_200_000_000_000


def _at(minutes: int) -> Timestamp:
    return Timestamp(_BASE + minutes * _MINUTE)


RECORDS: list[dict[str, Any]] = [
    {
        "t": _at(3 * k) if k % 7 else None,
        "f": Timeframe(_at(2 * k), _at(2 * k + k % 9)) if k % 5 else None,
        "k": ["p", 1, 1.0, None][k % 4],
        "b": [0.0, -0.0, float("nan"), 2.0, None][k % 5],
        "a": k if k % 3 else None,
        "s": "xyz"[k % 3],
    }
    for k in range(40)
]


@pytest.mark.parametrize("records", [RECORDS, RECORDS[:1], []], ids=["many", "one", "none"])
@pytest.mark.parametrize(
    "stage",
    [
        "count(), by:{k}, time:t, interval:5m",
        "n = count(), a = avg(a, default:0), m = max(a, rate:1h), by:{s, k}, time:t, bins:7",
        "n = count(), total = sum(a, scalar:true), by:{b}, time:t, interval:10m",
        "total = sum(a, scalar:true, default:3), time:t",
        "total = sum(a, scalar:true), by:{s}, time:t",
        "count(), start(), end(), by:{s}, spread:f, interval:5m",
        "start(), by:{k}, spread:f",
        "n = count(default:0), total = sum(a, scalar:true), nonempty:true, time:t, interval:15m",
        'count(), by:{s}, time:t, from:"2026-01-05T00:20:00Z", to:"2026-01-05T01:00:00Z", interval:5m',
        'count(), spread:f, from:"2026-01-05T00:20:00Z", to:"2026-01-05T01:00:00Z", interval:5m',
        'sum(a), by:{s}, time:t, from:"2026-02-05T00:20:00Z", to:"2026-02-05T01:00:00Z"',
    ],
)
def test_series(stage: str, records: list[dict[str, Any]]) -> None:
    plan = plan_of(f"fetch t | makeTimeseries {stage}")
    answer(plan, {"t": records})


MEASURED = [
    *({"metric.key": "one", "timestamp": _at(k), "value": float(k), "h": "x"} for k in range(10)),
    *({"metric.key": "two", "timestamp": _at(60 + k), "value": float(k), "h": "xy"[k % 2]} for k in range(3)),
]


@pytest.mark.parametrize("union", ["", ", union: true"])
@pytest.mark.parametrize("by", ["", ", by:{h}"])
def test_metrics_have_one_grid(union: str, by: str) -> None:
    """Also where their first and last measurements differ, and no range is asked for."""
    text = f'timeseries {{a = sum(one), b = max(two), c = sum(one, filter:h == "x"), s = start()}}{by}{union}'
    found = answer(plan_of(text), {"metrics": MEASURED}).records
    assert [row.get("h") for row in found] == (["x", "y"] if by and union else ["x"] if by else [None])
    assert {len(found[0][name]) for name in "abcs"} == {63}  # type: ignore[arg-type]
    assert {row["timeframe"] for row in found} == {Timeframe(_at(0), _at(63))}
