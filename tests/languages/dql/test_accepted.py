"""Spellings that the vendor's service takes, each with a plainer one of the same meaning."""

from __future__ import annotations

import pytest

import dqlkit
from dqlkit.languages.language import Part

SAME = [
    # ---- groups in groups, with parameters of their own ----
    ("summarize count(), by:{{bin(timestamp, 1h), alias: t}, h}", "summarize count(), by:{t = bin(timestamp, 1h), h}"),
    ("summarize count(), by:{{{a}}, {b, c}}", "summarize count(), by:{a, b, c}"),
    (
        "summarize q = toDouble(count()), by:{{a, alias:x}, {b, alias:y}}",
        "summarize q = toDouble(count()), by:{x = a, y = b}",
    ),
    ("summarize {{n = count()}, {sum(a), alias: s}}, by:{b}", "summarize n = count(), s = sum(a), by:{b}"),
    ("makeTimeseries {{n = count(), default: 0}, sum(a)}", "makeTimeseries n = count(default: 0), sum(a)"),
    ("timeseries {{f = sum(m)}, {a = sum(m)}}", "timeseries f = sum(m), a = sum(m)"),
    ("timeseries {new = sum(a), {reset = sum(b), default:0}}", "timeseries new = sum(a), reset = sum(b, default: 0)"),
    (
        'timeseries {{p50 = median(h), p90 = percentile(h, 90)}, filter:{le != "+Inf"}}',
        'timeseries p50 = median(h), p90 = percentile(h, 90), filter: le != "+Inf"',
    ),
    (
        'timeseries {{a = sum(m), b = avg(m), filter: {x == "y"}}, c = max(m)}',
        'timeseries a = sum(m, filter: x == "y"), b = avg(m, filter: x == "y"), c = max(m)',
    ),
    ("fields {id, {contains[dt.entity.x], alias:{y}}}", "fields id, y = contains[dt.entity.x]"),
    ("fieldsKeep {a, {b, c}}", "fieldsKeep a, b, c"),
    ('sort {{a, direction: "descending"}, b}', "sort a desc, b"),
    ('filter in(a, {{"x"}, "y"})', 'filter in(a, "x", "y")'),
    # ---- alias: ----
    ("fields c, n, alias:{Seconds}", "fields c, Seconds = n"),
    ("fields alias: x, a", "fields x = a"),
    ("fields {alias: x, a, 5}", "fields x = a, 5"),
    ('summarize count(), alias: "n", by:{a}', "summarize n = count(), by:{a}"),
    # ---- parameters of several values without braces ----
    ("dedup a, sort: b desc, c desc", "dedup a, sort:{b desc, c desc}"),
    ("dedup a, sort: b desc, c", "dedup a, sort:{b desc, c}"),
    ("dedup a, sort: b, c asc, limit: 2", "dedup a, sort:{b, c}, limit: 2"),
    ("dedup sort: b desc, a", "dedup a, sort:{b desc}"),
    (
        "lookup [data record(a = 1)], lookupField: a, fields: x, y",
        "lookup [data record(a = 1)], lookupField: a, fields:{x, y}",
    ),
    # ---- joins over parts of fields ----
    (
        "join [data record(a = 1)], on:{left[k8s.pod.uid] == right[objectRef][uid]}",
        "join [data record(a = 1)], on:{right[objectRef][uid] == left[k8s.pod.uid]}",
    ),
    # ---- parentheses, commas ----
    ("fieldsRemove(a)", "fieldsRemove a"),
    ("fieldsKeep (a), (b)", "fieldsKeep a, b"),
    ("limit 3, | fields a", "limit 3 | fields a"),
    (
        "fields a, // b\n| append [data record(a = 1), | limit 1,| limit 2]",
        "fields a | append [data record(a = 1) | limit 1 | limit 2]",
    ),
    # ---- a text that ends in a quote ----
    ('fieldsAdd a = """x""""', 'fieldsAdd a = "x\\""'),
    ('fieldsAdd a = """"web-01""""', 'fieldsAdd a = "\\"web-01\\""'),
]


def part_of(text: str) -> Part:
    return "query" if text.startswith("timeseries") else "stages"


@pytest.mark.parametrize(("text", "plainer"), SAME)
def test_is_read_as_the_plainer_spelling(text: str, plainer: str) -> None:
    found = dqlkit.parse(text, part=part_of(text))
    wanted = dqlkit.parse(plainer, part=part_of(text))
    assert [d for d in found.diagnostics if d.severity == "error"] == []
    assert wanted.diagnostics == ()
    assert found.plan == wanted.plan


@pytest.mark.parametrize(
    "text",
    [
        "limit {{ n }}",
        "fieldsAdd x = {{ value }}",
        "filter {{ condition }}",
        "filter isNull({{ field }}) or {{ field }} == 1",
        'filter matchesValue(a, iCollectArray(concat(array($x)[], "*")))',
        "fieldsAdd x = coalesce(aggregation.count, 1) * dt.system.sampling_ratio",
        "summarize f = first(n), l = last(n)",
    ],
)
def test_nothing_is_said(text: str) -> None:
    assert [d for d in dqlkit.lint(text, part="stages") if d.severity == "error"] == []


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("fields {a, b}, alias: c", "E015", "alias: c"),
        ("fields alias: c", "E015", "alias: c"),
        ("fields {a, alias: b, alias: c}", "E015", "alias: c"),
        ("fields a, {b, foo: 1}", "E009", "foo"),
        ("summarize count(), by:{a, foo: 1}", "E009", "foo"),
        ("filter {a == 1, b == 2}", "E012", "b == 2"),
        ("fieldsAdd x = {1, 2}", "E001", "{1, 2}"),
        ('filter matchesValue(a, iCollectArray(concat(b[], "*")))', "E013", 'iCollectArray(concat(b[], "*"))'),
        ("filter matchesValue(a[], b[])", "E013", "b[]"),
    ],
)
def test_what_no_group_can_mean(text: str, code: str, at: str) -> None:
    found = [d for d in dqlkit.parse(text, part="stages").diagnostics if d.severity == "error"]
    assert [(d.code, text[d.span.start : d.span.end]) for d in found] == [(code, at)]
