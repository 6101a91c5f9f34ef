"""Where answers differ from what a page of the documentation shows, and why; found by comparing with all its examples.

Default names of columns are canonical text, as recorded answers of the service have it: a named argument without a blank
behind its colon, arguments in the order of definition, NOT in capitals. Some pages show names as they are typed.
"""

from __future__ import annotations

import pytest

import dqlkit
from dqlkit.types import Timestamp
from tests.engines.every import Records, answer, plan_of

MINUTE = 60 * 10**9


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("arraySlice(a, from: 2)", "arraySlice(a, from:2)"),
        ('matchesValue(b, "u*", caseSensitive: true)', 'matchesValue(caseSensitive:TRUE, b, "u*")'),
        ("not iAny(not in(a[], b))", "NOT iAny(NOT in(a[], b))"),
    ],
)
def test_names_are_canonical_text(written: str, name: str) -> None:
    query = f'data record(a = array(1, 2, 3), b = "us") | fields {written}'
    assert list(dqlkit.query(query, {}).records[0]) == [name]


def measurements(key: str, host: str, values: list[float], step: int) -> Records:
    return [
        {"metric.key": key, "host": host, "timestamp": Timestamp(n * step), "value": value}
        for n, value in enumerate(values)
    ]


def test_a_rate_per_second_of_five_minutes() -> None:
    """The page gives series; here metrics are single measurements."""
    rows = measurements("m", "a", [300.0, 300.0, 600.0, 900.0], 5 * MINUTE)
    (found,) = answer(plan_of("timeseries sum(m, rate: 1s), interval: 5m"), {"metrics": rows}).records
    assert found["sum(m, rate:1s)"] == [1.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize(("union", "hosts"), [("false", ["b"]), ("true", ["a", "b", "c"])])
def test_series_of_several_metrics_meet_in_what_all_have(union: str, hosts: list[str]) -> None:
    sides = [("bad", "a", 1.0), ("bad", "b", 2.0), ("good", "b", 20.0), ("good", "c", 30.0)]
    rows = [row for key, host, value in sides for row in measurements(key, host, [value], MINUTE)]
    plan = plan_of(f"timeseries f = sum(bad), s = sum(good), by: host, union: {union} | sort host")
    assert [row["host"] for row in answer(plan, {"metrics": rows}).records] == hosts


def test_days_have_24_hours_where_the_clock_changes() -> None:
    """The service refuses calendar lengths; in Vienna the clock went forward on 29 March 2026."""
    rows: Records = [{"timestamp": Timestamp((1_774_652_400 + n * 86_400) * 10**9)} for n in range(3)]
    (found,) = answer(plan_of("fetch t | makeTimeseries {n = count(), s = start()}, interval: 1d"), {"t": rows}).records
    assert found["n"] == [1.0, 1.0, 1.0]
    assert {b.nanos - a.nanos for a, b in zip(found["s"], found["s"][1:], strict=False)} == {86_400 * 10**9}


def test_a_year_that_is_not_written_is_that_of_the_query() -> None:
    """The page was written in another year."""
    query = 'data record(a = "Sep  1 02:37:06 x") | parse a, "TIMESTAMP(\'MMM d HH:mm:ss\'):t"'
    for year in ("2019", "2026"):
        (found,) = dqlkit.query(query, {}, now=f"{year}-10-01T00:00:00Z").records
        assert found["t"] == f"{year}-09-01T02:37:06.000000000Z"


def test_parse_matches_once_and_parse_all_as_often_as_it_can() -> None:
    query = 'data record(a = "LAOBAUA729") | fields one = parse(a, "DATA{3}:k"), all = parseAll(a, "DATA{3}:k")'
    assert dqlkit.query(query, {}).records == [{"one": "LAO", "all": ["LAO", "BAU", "A72"]}]
