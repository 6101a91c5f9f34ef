"""What queries answer, on every engine."""

from __future__ import annotations

from typing import Any

import pytest

from dqlkit import Query
from dqlkit.languages.adql.schema import EventSchema
from dqlkit.types.values import Timestamp, Value
from tests.languages.adql.running import NOW, answer, rows
from tests.shared import lines, needs

MINUTE = 60_000_000_000


def at(minutes: int) -> Timestamp:
    """So many minutes before now."""
    return Timestamp(NOW.nanos - minutes * MINUTE)


EVENTS: list[dict[str, Value]] = [
    {"eventTimestamp": at(50), "app": "Shop", "tx": "pay", "ms": 120, "ok": True, "size": 2.5},
    {"eventTimestamp": at(40), "app": "Shop", "tx": "pay", "ms": 80, "ok": False, "size": 0.5},
    {"eventTimestamp": at(30), "app": "Shop", "tx": "find", "ms": 10, "ok": True, "size": None},
    {"eventTimestamp": at(20), "app": "shop", "tx": "find", "ms": 30, "ok": None, "size": 4.0},
    {"eventTimestamp": at(10), "app": None, "tx": "pay", "ms": None, "ok": True, "size": 1.0},
    {"eventTimestamp": at(0), "app": "Desk", "tx": None, "ms": 0, "ok": True, "size": 8.0},
]


def ids(condition: str) -> list[Value]:
    """How long ago, in minutes, the events are that meet a condition; the oldest first."""
    found = rows(f"SELECT eventTimestamp FROM t WHERE {condition} ORDER BY eventTimestamp", EVENTS)
    return [(NOW.nanos - row[0].nanos) // MINUTE for row in found]


@pytest.mark.parametrize(
    ("condition", "minutes"),
    [
        ("app = 'Shop'", [50, 40, 30]),
        ("app = 'shop'", [20]),
        ("app = 'S*'", [50, 40, 30]),
        ("app = '*ho*'", [50, 40, 30, 20]),
        ("app != 'Shop'", [20, 10, 0]),
        ("NOT app = 'Shop'", [20, 10, 0]),
        ("app != 'S*'", [20, 10, 0]),
        ("NOT (app = 'Shop' AND tx = 'pay')", [30, 20, 10, 0]),
        ("NOT NOT app = 'Shop'", [50, 40, 30]),
        ("NOT app != 'Shop'", [50, 40, 30]),
        ("app != 'Shop' AND app IS NOT NULL", [20, 0]),
        ("app IN ('Shop', 'D*')", [50, 40, 30, 0]),
        ("app NOT IN ('Shop', 'shop')", [10, 0]),
        ("app IS NULL OR tx IS NULL", [10, 0]),
        ("app LIKE 'SHOP'", [50, 40, 30, 20]),
        ("app NOT LIKE 'sh*'", [10, 0]),
        ("app REGEXP 'S.*'", [50, 40, 30]),
        ("app REGEXP 'hop'", []),
        ("app REGEXP '[A-Z][a-z]{3}'", [50, 40, 30, 0]),
        ("app REGEXP 'Shop|Desk'", [50, 40, 30, 0]),
        ("ms > 30", [50, 40]),
        ("ms BETWEEN [10, 80)", [30, 20]),
        ("ms BETWEEN (10, 80]", [40, 20]),
        ("NOT ms BETWEEN [10, 120]", [10, 0]),
        ("ms NOT BETWEEN [10, 120]", [10, 0]),
        ("ms % 3 IN (0, 2)", [50, 40, 20, 0]),
        ("(ms - 20) * 2 = 20", [20]),
        ("ms / 50 = 1", [40]),
        ("100 / ms > 0", [40, 30, 20]),
        ("ok = true", [50, 30, 10, 0]),
        ("ok != true", [40, 20]),
        ("ok = false", [40]),
        ("size > 2", [50, 20, 0]),
        ("length(app) = 4 AND concat(app, '-', tx) = 'Shop-pay'", [50, 40]),
        ("substring(app, 1, 3) = 'ho' AND indexOf(app, 'op') = 2", [50, 40, 30, 20]),
        ("toInt(toString(ms)) = 80", [40]),
        ("eventTimestamp >= 1700002400000", [20, 10, 0]),
        ("eventTimestamp BETWEEN ['2023-11-14T22:53:20Z', '2023-11-14T23:03:20.000Z']", [20, 10]),
        ("now() - eventTimestamp < 1200000", [10, 0]),
        ("app = 'Shop' OR app = 'Desk' AND ms = 0", [50, 40, 30, 0]),
        ("(app = 'Shop' OR app = 'Desk') AND ms < 50", [30, 0]),
    ],
)
def test_condition(condition: str, minutes: list[int]) -> None:
    assert ids(condition) == minutes


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT count(*), count(ms), sum(ms), avg(ms), min(ms), max(ms) FROM t", [[6, 5, 240, 48.0, 0, 120]]),
        ("SELECT sum(ms) / 100, sum(ms) * 1.0 / 100, count(*) / 0 FROM t", [[2, 2.4, None]]),
        ("SELECT distinctcount(app), stdev(size) FROM t WHERE size <= 2.5", [[1, 0.8498365855987975]]),
        ("SELECT percentile(ms, 50), percentile(ms, 0, 100) FROM t", [[30.0, [0.0, 120.0]]]),
        (
            "SELECT stats(ms) FROM t",
            [[{"count": 5, "min": 0, "max": 120, "avg": 48.0, "sum": 240}]],
        ),
        ("SELECT filter(count(*), WHERE ok = true) AS good, filter(sum(ms), WHERE tx = 'pay') FROM t", [[4, 200]]),
        ("SELECT app, count(*) FROM t", [["Shop", 3], ["Desk", 1], ["shop", 1], [None, 1]]),
        ("SELECT app, avg(ms) FROM t LIMIT 1", [["Shop", 70.0]]),
        ("SELECT app, max(ms) AS m FROM t ORDER BY m DESC LIMIT 2", [[None, None], ["Shop", 120]]),
        ("SELECT app, max(ms) AS m FROM t ORDER BY app DESC LIMIT 2", [[None, None], ["shop", 30]]),
        ("SELECT app AS a, count(*) AS n FROM t HAVING n > 1", [["Shop", 3]]),
        ("SELECT app, count(*) AS n FROM t LIMIT 1 ", [["Shop", 3]]),
        ("SELECT app, count(*) AS n, max(ms) AS m FROM t HAVING n = 1 AND NOT m >= 0", [[None, 1, None]]),
        ("SELECT ms % 20, count(*) FROM t", [[0, 3], [10, 2], [None, 1]]),
        ("SELECT DISTINCT app FROM t LIMIT 2", [["Shop"], ["Desk"]]),
        ("SELECT distinct(tx), count(*) FROM t", [["pay", 3], ["find", 2], [None, 1]]),
        (
            "SELECT app, tx, count(*) FROM t LIMIT 1, 5",
            [["Shop", "pay", 2], ["Shop", "find", 1]],
        ),
        (
            "SELECT tx, app, count(*) FROM t LIMIT 2, 1",
            [["pay", "Shop", 2], ["find", "Shop", 1]],
        ),
        (
            "SELECT tx, app, max(ms) AS m FROM t ORDER BY tx DESC, m LIMIT 2, 2",
            [[None, "Desk", 0], ["pay", "Shop", 120], ["pay", None, None]],
        ),
        ("SELECT series(ms, 50), count(*) FROM t", [[0, 3], [50, 1], [100, 1]]),
        (
            "SELECT range(ms, 10, 100), count(*) FROM t",
            [["(-inf, 10)", 1], ["[10, 100)", 3], ["[100, inf)", 1]],
        ),
        (
            "SELECT funnel(app, tx = 'pay', tx = 'find', ms > 100) AS \"Pay,Find,Slow\" FROM t",
            [[1, 1, 1]],
        ),
        ("SELECT ms, app FROM t LIMIT 2", [[0, "Desk"], [None, None]]),
        ("SELECT ms AS m FROM t WHERE m > 50 ORDER BY m", [[80], [120]]),
        ("SELECT size * 2 AS twice, -ms FROM t WHERE tx = 'find'", [[8.0, -30], [None, -10]]),
        ("SELECT eventTimestamp FROM t SINCE 10 m", [[at(10)]]),
        ("SELECT ms FROM t SINCE 30 m UNTIL 20 m", [[30], [10]]),
        ("SELECT ms FROM t SINCE 1700001200000 UNTIL 1700001800000", [[10], [80]]),
    ],
)
def test_answer(query: str, expected: list[list[Any]]) -> None:
    assert rows(query, EVENTS) == expected


def test_group_of_several_levels_is_cut_at_each() -> None:
    events = [{"a": a, "b": b} for a in range(20) for b in range(20) for _ in range(1 + (a * b) % 3)]
    found = rows("SELECT a, b, count(*) FROM t", events)
    assert len(found) == 100
    assert len({row[0] for row in found}) == 10
    assert found[0][2] == 3


def test_time_buckets_ascend() -> None:
    found = rows("SELECT series(eventTimestamp, '20m') AS start, count(*) FROM t", EVENTS)
    starts = [row[0].nanos for row in found]
    assert starts == sorted(starts)
    assert all(start % (20 * MINUTE) == 0 for start in starts)
    assert sum(row[1] for row in found) == 6


def test_events_come_newest_first_a_hundred_of_them() -> None:
    events = [{"eventTimestamp": Timestamp(number), "n": number} for number in range(150)]
    found = rows("SELECT n FROM t", events)
    assert [row[0] for row in found] == list(range(149, 49, -1))


# ---- the order of groups --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT series(ms, 50), count(*) FROM t ORDER BY ms DESC", [[100, 1], [50, 1], [0, 3]]),
        ("SELECT series(ms, 50) AS b, count(*) FROM t ORDER BY ms DESC", [[100, 1], [50, 1], [0, 3]]),
        ("SELECT series(ms, 50) AS b, count(*) FROM t ORDER BY b DESC", [[100, 1], [50, 1], [0, 3]]),
        ("SELECT series(ms + 50, 50), count(*) FROM t ORDER BY ms + 50", [[50, 3], [100, 1], [150, 1]]),
        ("SELECT ms % 40, count(*) FROM t WHERE ms > 0 ORDER BY ms % 40 DESC", [[30, 1], [10, 1], [0, 2]]),
        ("SELECT app AS a, count(*) FROM t ORDER BY app", [["Desk", 1], ["Shop", 3], ["shop", 1], [None, 1]]),
    ],
)
def test_order_of_groups(query: str, expected: list[list[Any]]) -> None:
    assert not Query(query, "adql").diagnostics
    assert rows(query, EVENTS) == expected


@pytest.mark.parametrize("way", ["", " DESC"])
def test_order_by_the_time_that_is_bucketed(way: str) -> None:
    found = [
        row[0]
        for row in rows(f"SELECT series(eventTimestamp, '20m'), count(*) FROM t ORDER BY eventTimestamp{way}", EVENTS)
    ]
    assert found == sorted(found, key=lambda start: start.nanos, reverse=bool(way))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT series(ms, 50), count(*) FROM t", [[0, 3], [50, 1], [100, 1]]),
        ("SELECT range(ms, 100), count(*) FROM t", [["(-inf, 100)", 4], ["[100, inf)", 1]]),
        (
            "SELECT app, series(ms, 100), count(*) FROM t",
            [["Shop", 0, 2], ["Shop", 100, 1], ["Desk", 0, 1], ["shop", 0, 1]],
        ),
        ("SELECT series(ms / 0, 5), count(*) FROM t", []),
        ("SELECT ms / 0, count(*) FROM t", [[None, 6]]),
    ],
)
def test_an_event_without_a_value_is_in_no_bucket(query: str, expected: list[list[Any]]) -> None:
    assert rows(query, EVENTS) == expected


def test_of_several_limits_of_events_the_first_counts() -> None:
    query = 'SELECT app AS "A", ms AS "B" FROM t LIMIT 3, 10'
    (found,) = Query(query, "adql").diagnostics
    assert (found.code, found.severity) == ("A013", "warning")
    assert len(rows(query, EVENTS)) == 3


# ---- fields with several values -------------------------------------------------------------------------------------

NESTED: list[dict[str, Value]] = [
    {"id": 1, "segments": [{"tier": "web", "ms": 5, "user": {"kind": "gold"}}, {"tier": "db", "ms": 20}]},
    {"id": 2, "segments": [{"tier": "web", "ms": 7, "user": {"kind": "tin"}}]},
    {"id": 3, "segments": []},
    {"id": 4, "segments": None},
]


@pytest.mark.parametrize(
    "records",
    [
        NESTED,
        [
            {"id": r["id"], "segments.tier": _t, "segments.ms": _m}
            for r, _t, _m in zip(NESTED, [["web", "db"], ["web"], None, None], [[5, 20], [7], None, None], strict=True)
        ],
    ],
    ids=["nested", "flat"],
)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT id FROM t WHERE segments.tier = 'db'", [[1]]),
        ("SELECT id FROM t WHERE segments.tier != 'db' ORDER BY id", [[2], [3], [4]]),
        ("SELECT id FROM t WHERE segments.tier IS NULL ORDER BY id", [[3], [4]]),
        ("SELECT id FROM t WHERE segments.tier IN ('d*', 'x') ORDER BY id", [[1]]),
        ("SELECT id FROM t WHERE segments.tier REGEXP '[dx]b' ORDER BY id", [[1]]),
        ("SELECT id FROM t WHERE segments.ms > 10", [[1]]),
        ("SELECT id FROM t WHERE segments.ms BETWEEN [6, 10] ORDER BY id", [[2]]),
        ("SELECT id FROM t WHERE segments.ms * 2 = 14", [[2]]),
        ("SELECT segments.tier FROM t ORDER BY id LIMIT 2", [[["web", "db"]], [["web"]]]),
        ("SELECT segments.tier, count(*) FROM t", [["web", 2], [None, 2], ["db", 1]]),
        ("SELECT sum(segments.ms), count(segments.ms), avg(segments.ms) FROM t", [[32, 3, 32 / 3]]),
        ("SELECT max(segments.ms), distinctcount(segments.tier) FROM t", [[20, 2]]),
        ("SELECT percentile(segments.ms, 50) FROM t", [[7.0]]),
    ],
)
def test_several_values(query: str, expected: list[list[Any]], records: list[dict[str, Value]]) -> None:
    assert rows(query, records) == expected


def test_path_goes_through_records_and_arrays() -> None:
    found = rows("SELECT segments.user.kind FROM t ORDER BY id", NESTED)
    assert found == [[["gold"]], [["tin"]], [None], [None]]


def test_quoted_name_with_dots_is_one_field() -> None:
    assert rows("SELECT `a.b` FROM t WHERE `a.b` = 1", [{"a.b": 1, "a": {"b": 2}}]) == [[1]]


# ---- full text ------------------------------------------------------------------------------------------------------

LOGS = [
    {"message": "<VicePresident:SalesAndMarketing> - EMEAAustraliaUSA94107"},
    {"message": "Failed to connect, retrying pEer"},
    {"message": "connect failed"},
    {"message": None},
]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("message LIKE 'failed connect'", 2),
        ("message LIKE 'fail*'", 2),
        ("message LIKE 'peer'", 0),
        ("message LIKE 'australia usa'", 1),
        ("message LIKE 'VicePresident'", 1),
        ("message LIKE 'vicepresident'", 1),
        ("message NOT LIKE 'failed'", 2),
        ("message REGEXP 'retry.*'", 1),
        ("message REGEXP 'failed.*connect'", 0),
    ],
)
def test_full_text(condition: str, count: int) -> None:
    schemas = {"t": EventSchema({}, {"message"})}
    assert rows(f"SELECT count(*) FROM t WHERE {condition}", LOGS, schemas=schemas) == [[count]]


def test_like_on_other_fields_takes_the_whole_text() -> None:
    assert rows("SELECT count(*) FROM t WHERE message LIKE 'Connect FAILED'", LOGS) == [[1]]
    assert rows("SELECT count(*) FROM t WHERE message LIKE 'connect'", LOGS) == [[0]]


# ---- shown cases ----------------------------------------------------------------------------------------------------

FILE = "conformance/adql.jsonl"
CASES = lines(FILE)


@needs(FILE)
@pytest.mark.parametrize("case", [c for c in CASES if c["level"] == "derived"], ids=lambda case: case["id"])
def test_conformance(case: dict[str, Any]) -> None:
    schemas = {"myProducts": EventSchema(case["schema"])}
    found = answer(case["query"].replace("FROM myProducts", "FROM t"), case["data"], schemas=schemas)
    assert [list(row.values()) for row in found] == case["expected_rows"]
