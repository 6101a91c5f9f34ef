"""Queries that need each kind of fragment and exchange, and records for them."""

from __future__ import annotations

from dqlkit.types.values import Timestamp, Value

__all__ = ["QUERIES", "TABLES"]

_START = 1_767_571_200_000_000_000
_RECORDS: list[dict[str, Value]] = [
    {
        "a": (1, 1.0, "x", None)[n % 4],
        "b": n * 7 % 5 - 1.5,
        "k": ("p", "q", None)[n % 3],
        "n": n,
        "timestamp": Timestamp(_START + n * 60_000_000_001),
        "xs": [[n, n + 1], [], None][n % 3],
        "r": {"x": n % 2, "y": "z"},
    }
    for n in range(23)
]
TABLES = {"t": _RECORDS, "u": [{"k": "p", "v": 1}, {"k": "p", "v": 2}, {"k": None, "v": 3}, {"k": "z", "v": 4}]}
QUERIES = {
    "records": "fetch t | filter b > 0 | fieldsAdd c = b * 2",
    "limit": "fetch t | filter b > 0 | limit 3",
    "top": "fetch t | sort b desc, a | fields n, a, b | limit 5",
    "order": "fetch t | sort a desc | fields a, n",
    "groups": "fetch t | summarize count(), s = sum(b), m = avg(n), by: {k} | fieldsAdd x = s * 2",
    "mixed keys": "fetch t | summarize n = count(), first = takeFirst(n), by: {a}",
    "whole groups": "fetch t | summarize m = median(n), all = collectArray(n), by: {k}",
    "different values": "fetch t | summarize x = countDistinctExact(a), y = countDistinctExact(k), by: {r}",
    "different values of all": "fetch t | dedup n | summarize x = countDistinctExact(a), y = countDistinctApprox(b)",
    "different values of a field": "fetch t | summarize x = countDistinctExact(a), y = countDistinctExact(a)",
    "different values of no records": "fetch t | filter n > 99 | summarize x = countDistinctExact(a)",
    "different values of nothing": "fetch t | fieldsKeep q | summarize countDistinctExact(0)",
    "spreads": "fetch t | summarize v = variance(n), s = stddev(b), d = avg(timestamp - now()), by: {k}",
    "one group": "fetch t | summarize count(), takeLast(n), max(b)",
    "no records": "fetch t | dedup k | filter n > 99 | summarize count(), sum(n)",
    "groups of groups": "fetch t | summarize c = count(), by: {k, a} | summarize takeFirst(c), count(), by: {a}",
    "distinct": "fetch t | dedup {k, a}, sort: {n desc} | fields k, a, n",
    "expand": "fetch t | dedup n | expand xs | fields n, xs",
    "lookup": "fetch t | lookup [fetch u], sourceField: k, lookupField: k | fields n, lookup.v",
    "join": "fetch t | join [fetch u], on: {k}, kind: leftOuter | fields n, right.v",
    "partners": "fetch t | dedup n | join [fetch u], on: {k} | summarize c = count(), v = sum(right.v), by: {k}",
    "outer join": "fetch t | join [fetch u], on: {k}, kind: outer | fields n, right.v",
    "nested": "fetch t | joinNested p = [fetch u], on: {k} | fields n, p",
    "append": "fetch t | fields n, k | append [fetch u | fields k, n = v] | filter n > 1",
    "series": "fetch t | makeTimeseries c = count(), by: {k}, interval: 5m",
    "series in range": 'fetch t, from: "2026-01-05T00:00:00Z", to: "2026-01-05T01:00:00Z" '
    "| makeTimeseries s = sum(b), by: {k}, interval: 5m",
    "series without keys": 'fetch t, from: "2026-01-05T00:00:00Z", to: "2026-01-05T00:20:00Z" | makeTimeseries '
    "a = avg(n), c = count(default: 0), r = sum(b, rate: 1m), m = max(n, scalar: true), s = start(), interval: 5m",
    "series of mixed keys": 'fetch t, from: "2026-01-05T00:00:00Z", to: "2026-01-05T01:00:00Z" '
    "| makeTimeseries a = avg(b), p = percentile(n, 50), by: {a}, interval: 5m",
    "series of mixed keys without a range": "fetch t | makeTimeseries c = count(), by: {a}, interval: 5m",
    "two ways to the driver": "fetch t | append [fetch t | limit 2] | filter in(a, {1, true}) "
    "| join [fetch t | limit 9], on: {n} "
    "| makeTimeseries count(), by: {k}, interval: 5m",
    "nested values": "fetch t | sort b | fields r, xs, timestamp",
    "condition": "fetch t | filter k in [fetch u | fields k] | fields n",
    "no fields": "fetch t | fieldsRemove a, b, k, n, timestamp, xs, r | summarize count()",
}
