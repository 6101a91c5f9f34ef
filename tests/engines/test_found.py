"""Wrong answers that use has shown, with others of their kinds, on every engine."""

from __future__ import annotations

import math
from typing import Any

import pytest

import dqlkit
from dqlkit.functions.context import Context
from dqlkit.types import Duration, Timeframe, Timestamp
from tests.engines.every import Records, answer, plan_of

MINUTE = 60 * 10**9
LAST = 2**63 - 1
LONGS = [-(2**63), -(2**53 + 1), LAST, 2**53]
LOGS = [{"content": "all fine"}, {"content": "error x", "host": "h1"}, {"content": "ok", "host": "h2"}]


def column(*values: Any) -> Records:
    return [{"a": value, "ts": Timestamp(n * MINUTE)} for n, value in enumerate(values)]


def values(text: str, rows: Records, name: str = "x") -> list[Any]:
    return [row.get(name) for row in answer(plan_of(text), {"t": rows}).records]


@pytest.mark.parametrize(
    "range_",
    [
        "from:-99999999d",
        "from:now() - 99999999d",
        "from:now() - 9999999999y, to:now() + 99999M",
        'from:"-9999y"',
        'from:"0001-01-01T00:00:00Z", to:"9999-12-31"',
        'timeframe:"0001-01-01/9999-12-31T23:59:59.999Z"',
    ],
)
def test_a_range_reaches_as_far_as_times_go(range_: str) -> None:
    rows = [{"a": 1, "timestamp": Timestamp(-(2**63))}, {"a": 2, "timestamp": Timestamp(0)}]
    assert values(f"fetch t, {range_} | fields a", rows, "a") == [1, 2]


@pytest.mark.parametrize("bound", ['"0001-13-01"', '"99999-01-01"', 'toTimestamp("x")', "null"])
def test_what_tells_no_time_is_no_bound(bound: str) -> None:
    with pytest.raises(dqlkit.DqlkitError, match="expected a point in time"):
        dqlkit.query(f"fetch t, from:{bound}", {"t": LOGS})


@pytest.mark.parametrize("rows", [LOGS, [{"content": None, "host": None} | row for row in LOGS]])
@pytest.mark.parametrize(
    ("condition", "kept"),
    [('not "error"', ["all fine", "ok"]), ('not "h1"', ["all fine", "ok"]), ('not "error" and "fine"', ["all fine"])],
)
def test_a_field_without_a_value_holds_no_word(condition: str, kept: list[str], rows: Records) -> None:
    assert values(f"fetch t | search {condition}", rows, "content") == kept


@pytest.mark.parametrize(
    ("text", "rows", "expected"),
    [
        (
            "fetch t | fields x = round(a)",
            column(0.49999999999999994, 4503599627370497.0, -0.5),
            [0.0, 4503599627370497.0, 0.0],
        ),
        ("fetch t | fields x = arraySum(a)", column(LONGS), [-2.0]),
        (
            "fetch t | fields x = arrayMovingSum(a, 2)",
            column([-(2**63), LAST, None]),
            [[-float(2**63), -1.0, float(LAST)]],
        ),
        ("fetch t | fields x = arrayMovingAvg(a, 2)", column([-(2**63), LAST]), [[-float(2**63), -0.5]]),
        (
            "fetch t | fields x = arrayCumulativeSum(a)",
            column([-(2**63), LAST], [None, 1]),
            [[-float(2**63), -1.0], [None, 1.0]],
        ),
        ("fetch t | fields x = arrayCumulativeSum(a)", column([-(2**63), LAST, 0.5]), [[-float(2**63), -1.0, -0.5]]),
        ("fetch t | fields x = arrayAvg(a)", column(LONGS, [], [None]), [-0.5, 0.0, 0.0]),
        ("fetch t | fields x = iSum(a[])", column(LONGS), [-2.0]),
        ("fetch t | summarize x = sum(a)", column(*LONGS), [-2.0]),
        ("fetch t | summarize x = avg(a)", column(*LONGS), [-0.5]),
        ("fetch t | summarize x = sum(a)", column(-(2**63), LAST, 1.5), [0.5]),
        ("fetch t | summarize x = avg(a)", column(2**53 + 1, -float(2**53)), [0.5]),
        ("fetch t | fields x = array(a, array(a))", column([1], None), [[[1], [[1]]], [None, [None]]]),
        ("fetch t | fields x = in(5, {a, 5})", column(None, None), [True, True]),
        ("fetch t | summarize x = percentiles(a, {1.0, null, 3})", column(1), [None]),
        ("fetch t | limit 5000000000 | fields x = a", column(1), [1]),
        ("fetch t | fields x = unescape(escape(a))", column("ö`\n\U0001f600"), ["ö`\n\U0001f600"]),
        ("fetch t | fields x = escape(a)", column("ö"), ["\\u00f6"]),
        (
            "fetch t | fields x = toString(a)",
            column(["o:t", 'e"\\\n'], [1, 2.5]),
            ['["o:t", "e\\"\\\\\\n"]', "[1, 2.5]"],
        ),
        ("fetch t | fields x = toString(a)", column({"a": 1, "c": ["q"]}), ['{"a":1, "c":["q"]}']),
        ('fetch t | fields x = matchesPhrase(a, "D*L")', column("D*L", "DQL"), [False, True]),
    ],
)
def test_values(text: str, rows: Records, expected: list[Any]) -> None:
    assert values(text, rows) == expected


@pytest.mark.parametrize(
    "moments", [[LAST], [0, LAST], [-(2**63)], [-(2**63), LAST], [-9 * 10**18, 1767225600 * 10**9]]
)
def test_every_moment_has_a_slot(moments: list[int]) -> None:
    rows = [{"ts": Timestamp(moment)} for moment in moments]
    (found,) = values("fetch t | makeTimeseries x = count(), time: ts", rows)
    assert sum(n or 0 for n in found) == len(rows)
    (edges,) = answer(plan_of("fetch t | makeTimeseries {start(), end()}, time: ts"), {"t": rows}).records
    assert edges["start()"][1:] == edges["end()"][:-1]


def test_a_time_frame_from_the_first_moment_counts_in_all_slots() -> None:
    (found,) = values(
        "fetch t | makeTimeseries x = count(), spread: f",
        [{"f": Timeframe(Timestamp(-(2**63)), Timestamp(0))}],
    )
    assert found == [1.0] * len(found)


def test_defaults_fill_series_of_any_type() -> None:
    assert values(
        "fetch t | makeTimeseries x = sum(a, default: 0), time: ts", [column(1)[0], column(1, 2, 2.5)[2]]
    ) == [[1.0, 0.0, 2.5]]
    lengths = [column(Duration(5))[0], column(0, 0, Duration(5))[2]]
    assert values("fetch t | makeTimeseries x = sum(a, default: 0s), time: ts", lengths) == [
        [Duration(5), Duration(0), Duration(5)]
    ]


@pytest.mark.parametrize(
    ("stage", "name"),
    [
        ("makeTimeseries count(default: 0), time: ts", "count(default:0)"),
        ("makeTimeseries sum(a, default: 0, rate: 1m), time: ts", "sum(a, default:0, rate:1m)"),
        ("makeTimeseries percentile(a, 90, default: 1), time: ts", "percentile(a, 90, default:1)"),
        ("summarize count(), by: {a}, alias: n", "n"),
        ("summarize by: {a}, count(), alias: n", "n"),
        ('summarize count(), by: {k = a}, alias: "n"', "n"),
    ],
)
def test_names(stage: str, name: str) -> None:
    assert name in answer(plan_of(f"fetch t | {stage}"), {"t": column(1)}).records[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18:30+04", "2026-01-01T14:30Z"),
        ("05:00:00Z", "2026-01-01T05:00Z"),
        ("05:00", "2026-01-01T05:00Z"),
        ("T05:00:01.5", "2026-01-01T05:00:01.5Z"),
        ("23:00-04", "2026-01-01T03:00Z"),
        ("25:00", None),
        ("05:00x", None),
    ],
)
def test_a_time_without_a_date_is_of_the_day_of_the_query(text: str, expected: str | None) -> None:
    moment = plan_of(f'data record(now = "{expected}") | fields now = toTimestamp(now)')
    context = Context(Timestamp(1_767_233_100_000_000_000))  # 02:05 in UTC, the evening before at -04
    wanted = answer(moment, {}, context).records[0]["now"]
    plan = plan_of('fetch t | fields x = toTimestamp(a), f = toTimeframe(concat(a, "/", a))')
    (found,) = answer(plan, {"t": column(text)}, context).records
    if text != "23:00-04":  # which is of the day that it is there
        assert found["x"] == wanted
    assert (found["f"] is None) == (expected is None)


METRICS = [{"timestamp": Timestamp(0), "metric.key": key, "value": 3} for key in ("one", "two")]


@pytest.mark.parametrize("series", ["o = sum(one), ds = start()", "ds = start(), o = sum(one), p = sum(two)"])
@pytest.mark.parametrize("union", ["true", "false"])
def test_series_know_the_bounds_of_their_slots(series: str, union: str) -> None:
    text = f'timeseries {{{series}}}, union: {union}, interval: 1m, from: "1970-01-01T00:00Z", to: "1970-01-01T00:02Z"'
    (found,) = answer(plan_of(text), {"metrics": METRICS}).records
    assert found["ds"] == [Timestamp(0), Timestamp(MINUTE)]
    assert found["o"] == [3.0, None]


@pytest.mark.parametrize("odd", ["x", 2.0])
@pytest.mark.parametrize(
    "stages",
    [
        "join [fetch u], on: {left[a] == right[b]} | fields a",
        "lookup [fetch u], sourceField: a, lookupField: b | filter isNotNull(lookup.b) | fields a",
        "filter a in [fetch u | fields b] | fields a",
        "append [fetch u | fields a = b] | summarize n = count(), by: {a} | filter n > 1 | fields a",
        'filter in(a, toDouble("NaN"), 0.0) or a == 0.0 | fields a',
    ],
)
def test_no_number_equals_itself_everywhere(stages: str, odd: Any) -> None:
    tables = {
        "t": [{"a": math.nan}, {"a": 1.0}, {"a": None}, {"a": -0.0}],
        "u": [{"b": math.nan}, {"b": 0.0}, {"b": odd}],
    }
    found = {str(row["a"]) for row in answer(plan_of(f"fetch t | {stages}"), tables).records}
    assert found == {"nan", "-0.0"}


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("summarize n = count(), by: {a, a}", [{"a": 1, "n": 1}, {"a": 2, "n": 1}]),
        ("makeTimeseries a = count(), by: {a}, time: ts | fields a", [{"a": [1.0, None]}, {"a": [None, 1.0]}]),
        ('fieldsAdd x = 7, s = "{}" | jsonExtract s, conflicts: x | fields x', [{"x": None}, {"x": None}]),
    ],
)
def test_names_that_meet(stage: str, expected: Records) -> None:
    assert answer(plan_of(f"fetch t | {stage}"), {"t": column(1, 2)}).records == expected


HUGE = '{"a": ' + "9" * 5000 + ', "b": 1e400, "c": 99999999999999999999, "d": "\\ud800", "e": 7}'


def test_members_of_texts_are_read_as_functions_read_them() -> None:
    (found,) = answer(plan_of("fetch t | jsonExtract s"), {"t": [{"s": HUGE}]}).records
    assert (found["a"], found["b"], found["c"], found["d"], found["e"]) == (math.inf, math.inf, 1e20, "\ufffd", 7)


@pytest.mark.parametrize("depth", [99, 101, 800, 10**5])
@pytest.mark.parametrize("value", ['jsonField(s, "a")', 'jsonPath(s, "$.a")', 'parse(s, "JSON:x")'])
def test_json_is_read_to_a_hundred_levels(depth: int, value: str) -> None:
    text = '{"a": ' + "[" * (depth - 1) + "]" * (depth - 1) + "}"
    (found,) = answer(plan_of(f"fetch t | fields x = {value}"), {"t": [{"s": text}]}).records
    assert (found["x"] is None) == (depth > 100)
    (found,) = answer(plan_of("fetch t | jsonExtract s"), {"t": [{"s": text}]}).records
    assert found.keys() == ({"s"} if depth > 100 else {"s", "a"})


@pytest.mark.parametrize("depth", [99, 100, 101, 10**4])
@pytest.mark.parametrize("before", ["", "x ", 'x " '])
def test_json_within_a_text_is_read_where_it_is_no_deeper(depth: int, before: str) -> None:
    """What is nested too deeply is passed over, up to the hundred levels inside, and takes no longer for it."""
    text = before + '{"a":' * depth + "[]" + "}" * depth
    query = 'fetch t | fields x = jsonField(s, "a", seek: true), y = parseAll(s, "JSON:j")'
    (found,) = answer(plan_of(query), {"t": [{"s": text}]}).records
    (all_,) = found["y"]
    levels, inner = 1, all_["j"]["a"]
    assert inner == found["x"]
    while inner:
        levels, inner = levels + 1, inner["a"]
    assert levels == min(depth, 99)


@pytest.mark.parametrize("union", ["true", "false"])
def test_series_stand_as_they_are_written(union: str) -> None:
    text = f"timeseries {{b = sum(two), s = start(), a = sum(one), c = max(two)}}, by: {{k}}, union: {union}"
    (found,) = answer(plan_of(text), {"metrics": METRICS}).records
    assert list(found) == ["timeframe", "interval", "k", "b", "s", "a", "c"]


@pytest.mark.parametrize("limit", ["expand a, limit: -1", "dedup a, limit: -1", "limit -1"])
def test_nobody_counts_to_less_than_nothing(limit: str) -> None:
    assert [one.code for one in dqlkit.parse(f"fetch t | {limit}").errors] == ["E013"]
