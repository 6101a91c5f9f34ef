"""What the vendor's service refuses though its syntax is right: one finding each, at its place."""

from __future__ import annotations

import pytest

import dqlkit
from tests.languages.dql.test_accepted import part_of

REFUSED = [
    # ---- aggregations are demanded ----
    ("summarize count", "E018", "count"),
    ("summarize loglevel", "E018", "loglevel"),
    ("summarize x + 1", "E018", "x + 1"),
    ("summarize n = count(), loglevel", "E018", "loglevel"),
    ("summarize {n = count(), {a}}", "E018", "a"),
    ("summarize upper(loglevel), by:{a}", "E018", "upper(loglevel)"),
    ("summarize count() + b", "E018", "b"),
    ("summarize n = sum(x) / toLong(b), by:{a}", "E018", "b"),
    ("summarize {m = max(x), r = m / avg(x)}", "E018", "m"),
    ("summarize if(b > 1, count()), by:{k = bin(b, 2)}", "E018", "b"),
    ("summarize {}", "E010", "summarize"),
    ("fieldsAdd {}", "E010", "fieldsAdd"),
    ("makeTimeseries takeLast(m)", "E018", "takeLast(m)"),
    ("makeTimeseries x", "E018", "x"),
    ("makeTimeseries countIf(c) * 100 / count()", "E018", "countIf(c) * 100 / count()"),
    ("timeseries takeLast(m)", "E018", "takeLast(m)"),
    ("timeseries a = avg(m), b = stddev(m)", "E018", "stddev(m)"),
    ("timeseries collectArray(m)", "E018", "collectArray(m)"),
    ("timeseries countIf(m)", "E018", "countIf(m)"),
    ("timeseries avg(m, rollup: 5m)", "E013", "5m"),
    ('timeseries avg(m, rollup: "p90")', "E013", '"p90"'),
    ("timeseries avg(m, filter: 5)", "E013", "5"),
    ("summarize count(), by:{a} | sort count() desc", "E018", "count()"),
    # ---- conditions and constants are demanded ----
    ('filter a[][n] == "x"', "E013", 'a[][n] == "x"'),
    ('filterOut a[] == "x"', "E013", 'a[] == "x"'),
    ('filter "x"', "E013", '"x"'),
    ("filter 5", "E013", "5"),
    ("filter stringLength(a)", "E013", "stringLength(a)"),
    ("filter toDuration(x)", "E013", "toDuration(x)"),
    ("filterOut now()", "E013", "now()"),
    ("timeseries avg(m), filter: lower(a)", "E013", "lower(a)"),
    ("limit ten", "E013", "ten"),
    ("makeTimeseries count(), interval: 5", "E013", "5"),
    ('filter matchesValue(a, concat("x", "*"))', "E013", 'concat("x", "*")'),
    ('filter matchesPhrase(a, lower("X"))', "E013", 'lower("X")'),
    # ---- values are demanded ----
    ("filter in(a)", "E010", "in"),
    ("filter ipIn(a)", "E010", "ipIn"),
    ("filter matchesValue(a)", "E010", "matchesValue"),
    ("fieldsAdd x = concat()", "E010", "concat"),
    ("fieldsAdd x = coalesce()", "E010", "coalesce"),
    ("fieldsAdd x = arrayConcat()", "E010", "arrayConcat"),
    ("summarize percentiles(a)", "E010", "percentiles"),
    # ---- names, members, paths ----
    ('fieldsRename a = "b"', "E015", '"b"'),
    ('fieldsAdd x = r["a"]', "E013", '"a"'),
    ("fieldsAdd x = a[b + 1]", "E013", "b + 1"),
    ('append [load "lookups/x"]', "E013", '"lookups/x"'),
    ('append [load "/lookups/x/"]', "E013", '"/lookups/x/"'),
    ("append [data 51]", "E013", "51"),
    ("append [data array(1)]", "E013", "array(1)"),
    # ---- what is searched are records as they are stored ----
    ('parse content, "JSON:j" | search "x"', "E008", '"x"'),
    ('expand a | search "x"', "E008", '"x"'),
    ('summarize count(), by:{a} | limit 3 | search "x"', "E008", '"x"'),
]


@pytest.mark.parametrize(("text", "code", "at"), REFUSED)
def test_is_refused_with_one_finding(text: str, code: str, at: str) -> None:
    found = [d for d in dqlkit.parse(text, part=part_of(text)).diagnostics if d.severity == "error"]
    assert [(d.code, text[d.span.start : d.span.end]) for d in found] == [(code, at)]


@pytest.mark.parametrize(
    "text",
    [
        "summarize by:{a}",
        "summarize toDouble(count()), 100 * sum(a) / count()",
        "summarize $how",
        "summarize {{ .how }}(b)",
        "makeTimeseries n = count(default: 0), start(), sum(a[])",
        "timeseries count(m), percentile(m, 90), start(), avg(m, rollup: max)",
        "filter isNotNull(a) and b",
        "filter in(a, $b) or $c",
        "filter iAny(a[][n] == 1)",
        "fieldsAdd x = array(), y = record()",
        "fieldsAdd x = a[0], y = a[-1], z = a[b.c][`d e`]",
        'filterOut a == 1 | limit 5 | search "x"',
        'filter matchesValue(a, array("x", "y")) or matchesValue(a, {"x", "y"})',
        'append [load "/lookups/a.b/c-d"]',
        "sort `count()` desc",
    ],
)
def test_is_not_refused(text: str) -> None:
    assert [d for d in dqlkit.parse(text, part=part_of(text)).diagnostics if d.severity == "error"] == []
