"""Which chart shows which answer, and with which numbers and labels."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

import dqlkit
from dqlkit.results.charts import Bars, Number, Settings, Threshold, Timeline, Unit, figure_of
from dqlkit.results.charts.kinds import KINDS
from dqlkit.results.charts.terminal import lines
from dqlkit.results.charts.vega import left_out, shown, specification

EVENTS = [
    {"timestamp": f"2026-01-0{day}T0{hour}:00:00Z", "shop": shop, "total": day * hour + len(shop), "took": f"{hour}"}
    for day in (1, 2, 3)
    for hour in (1, 2)
    for shop in ("north", "south-west")
]


def figure(stages: str, settings: Settings = Settings()) -> object:  # noqa: B008
    return figure_of(dqlkit.query(f"fetch events | {stages}", {"events": EVENTS}), settings)


@pytest.mark.parametrize(
    ("stages", "kind", "labels"),
    [
        ("makeTimeseries n = count(), interval: 1d", "line", ["n"]),
        ("makeTimeseries n = count(), by: {shop}, interval: 1d", "line", ["north", "south-west"]),
        ("makeTimeseries n = count(), m = max(total), interval: 1d", "line", ["n", "m"]),
        ("makeTimeseries n = count(), m = max(total), by: {shop} | limit 1", "line", ["n · north", "m · north"]),
        ("summarize n = count(), by: {day = bin(timestamp, 1d)}", "line", ["n"]),
        ("summarize n = count(), by: {day = bin(timestamp, 1d), shop}", "line", ["north", "south-west"]),
        ("summarize n = count(), by: {shop}", "bars", ["north", "south-west"]),
        ("summarize n = count(), by: {shop, took}", "bars", ["north · 1", "north · 2", "south-west · 1", "south-west · 2"]),
        ("summarize n = count(), by: {total} | limit 2", "bars", ["6", "7"]),
        ("summarize n = count()", "value", ["n"]),
        ("summarize n = count(), m = max(total)", "bars", ["n", "m"]),
        ("fields total | filter total < 10", "histogram", ["6 – 7", "7 – 8", "8 – 9", "9 – 10"]),
        ("summarize n = count(), by: {span = range(total, 10)}", "bars", ["0 – 10", "10 – 20"]),
    ],
)  # fmt: skip
def test_the_answer_decides_what_is_not_asked(stages: str, kind: str, labels: list[str]) -> None:
    found = figure(stages)
    assert isinstance(found, (Timeline, Bars, Number))
    assert found.kind == kind
    if isinstance(found, Timeline):
        assert [series.label for series in found.series] == labels
    elif isinstance(found, Bars):
        assert [*dict.fromkeys(bar.label for bar in found.bars)] == labels
    else:
        assert [found.label] == labels


def test_records_with_times_become_points_in_order() -> None:
    found = figure(
        "sort timestamp desc | summarize n = sum(total), by: {day = bin(timestamp, 1d), shop} | sort day desc"
    )
    assert isinstance(found, Timeline)
    day = 86_400 * 10**9
    start = found.series[0].points[0][0]
    assert found.series[0].points == ((start, 13), (start + day, 16), (start + 2 * day, 19))
    assert (found.start, found.end, found.step) == (start, start + 3 * day, day)


def test_what_is_asked_counts_more() -> None:
    settings = Settings("pieChart", values=("m",), labels=("took",), colours={"1": "#123456"})
    found = figure("summarize n = count(), m = max(total), by: {shop, took}", settings)
    assert isinstance(found, Bars)
    assert (found.kind, found.title, [bar.label for bar in found.bars]) == ("pie", "m", ["1", "2", "1", "2"])
    assert [bar.value for bar in found.bars] == [8, 11, 13, 16]


def test_what_is_asked_and_not_there_is_no_obstacle() -> None:
    settings = Settings("lineChart", time="timeframe", values=("gone",), labels=("gone",))
    found = figure("summarize n = count(), by: {shop}", settings)
    assert isinstance(found, Bars)
    assert [(bar.label, bar.value) for bar in found.bars] == [("north", 6), ("south-west", 6)]


def test_lengths_of_time_are_shown_in_the_unit_that_suits_them() -> None:
    found = figure('summarize t = max(duration(total, "s")), by: {shop}')
    assert isinstance(found, Bars)
    assert (found.title, [bar.value for bar in found.bars]) == ("t [s]", [11, 16])
    told = figure("summarize t = sum(total)", Settings("singleValue", units={"t": Unit(nanos=1_000_000)}))
    assert isinstance(told, Number)
    assert told.text == "126 ms"


@pytest.mark.parametrize(
    ("stages", "text", "colour"),
    [
        ("summarize n = sum(total)", "126", "red"),
        ("summarize n = sum(total) - 100", "26", "green"),
        ("summarize n = sum(total) * 100000", "12.6M", "red"),
        ("summarize n = avg(total) / 3", "3.5", "green"),
        ("summarize n = sum(total) > 1", "true", ""),
        ("makeTimeseries n = max(total), interval: 1d", "16", "green"),
        ("fields n = \"Sales\" | limit 1", "Sales", ""),
    ],
)  # fmt: skip
def test_a_single_value(stages: str, text: str, colour: str) -> None:
    thresholds = (Threshold("n", ">=", 100, "red"), Threshold("", ">=", 0, "green"))
    found = figure(stages, Settings("singleValue", thresholds=thresholds))
    assert isinstance(found, Number)
    assert (found.text, found.label, found.colour) == (text, "n", colour)
    assert (found.trend is None) == ("makeTimeseries" not in stages)


def test_more_than_can_be_told_apart_is_left_out_and_said() -> None:
    rows = [{"k": f"k{k:03}", "v": k} for k in range(100)]
    result = dqlkit.query("fetch r", {"r": rows})
    for kind, most, said in [("bars", 40, "The first 40 of 100 bars are drawn."), ("pie", 10, "")]:
        found = figure_of(result, Settings(kind))
        drawn = shown(found)
        assert isinstance(drawn, Bars)
        assert (len(drawn.bars), left_out(found)) == (most, said)
    assert (drawn.bars[-1].label, drawn.bars[-1].value) == ("91 others", sum(range(91)))


ODD = (
    "data record(a = 1) | filter false",
    'data record(a = null, b = "x")',
    "data record(a = array(1, 2))",
    'data record(a = 1.0 / 0.0, b = "x"), record(a = -1.0 / 0.0, b = "y"), record(a = 0.0 / 0.0, b = null)',
    'data record(n = 9223372036854775807, b = "x"), record(n = -5, b = "</svg>{{}}")',
    'data record(v = 5ms, k = "a"), record(v = -3h, k = "b"), record(v = null, k = "c")',
    "data record(v = 1e300), record(v = 1e-300), record(v = null)",
    'data record(timestamp = toTimestamp("2026-01-01"), v = 1), record(timestamp = null, v = -1.5)',
    'data record(timestamp = toTimestamp("2026-01-01"), v = -1) | makeTimeseries a = sum(v), b = count(), interval: 1h',
    "data record(a = record(x = 1), n = true, m = 4, d = 3s), record(a = record(x = 2), n = false, m = 5, d = null)",
)


@pytest.mark.parametrize("query", ODD)
def test_any_answer_is_drawn_or_refused_whatever_is_asked(query: str) -> None:
    result = dqlkit.query(query, {})
    for kind in ("", *(one.name for one in KINDS)):
        with suppress(dqlkit.DqlkitError):
            found = figure_of(result, Settings(kind))
            json.dumps(specification(found), allow_nan=False)
            assert all(len(line) <= 60 for line in lines(found, 60))


def test_what_is_infinite_is_said_and_not_drawn() -> None:
    found = figure_of(dqlkit.query(ODD[3], {}))
    assert [*lines(found, 40)] == ["x     Infinity", "y    -Infinity", "null       NaN"]
