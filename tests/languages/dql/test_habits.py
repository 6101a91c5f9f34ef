"""What people write from habit, and what is said: one finding at its place, with what to write instead."""

from __future__ import annotations

import pytest

import dqlkit
from tests.languages.dql.test_accepted import part_of

SAID = [
    # ---- names behind the value ----
    ("fields a as b", "E001", "as b", "Write `b = a`.", "fields b = a"),
    ("fieldsRename a as b", "E001", "as b", "Write `b = a`.", "fieldsRename b = a"),
    ("summarize count() as n", "E001", "as n", "Write `n = count()`.", "summarize n = count()"),
    (
        "summarize sum(a) AS `b c`, max(d)",
        "E001",
        "AS `b c`",
        "Write ``b c` = sum(a)`.",
        "summarize `b c` = sum(a), max(d)",
    ),
    ("summarize count(), by:{x as Y}", "E001", "as Y", "Write `Y = x`.", "summarize count(), by:{Y = x}"),
    ("fieldsAdd a + b as c", "E001", "as c", "Write `c = a + b`.", "fieldsAdd c = a + b"),
    (
        "summarize c: countIf(a == 1)",
        "E009",
        "c",
        "A name is given with `=`: `c = …`.",
        "summarize c = countIf(a == 1)",
    ),
    # ---- words between ----
    ("timeseries avg(m) FACET x", "E001", "FACET", "Group with `by:{…}`.", ""),
    (
        "filter a == 1 where b == 2",
        "E005",
        "where",
        "Write `| filter`.",
        "filter a == 1 | filter b == 2",
    ),
    ("fieldsAdd y = case when a then 2 end", "E001", "when", "Write `if(condition, value, else: other)`.", ""),
    ("fields a\n\nfetch spans", "E001", "fetch", "Keep each query by itself, or join them with `append [ … ]`.", ""),
    ("limit 3 | count()", "E006", "count", "Write `summarize count()`.", "limit 3 | summarize count()"),
    ("limit 3 | sum(a)", "E006", "sum", "Write `summarize sum(…)`.", ""),
    ("fields *", "E001", "*", "All fields are there without `fields`.", ""),
    ("fieldsAdd x := 5", "E001", ":=", "Write `=`.", "fieldsAdd x = 5"),
    ("filter timestamp > now() - 7 days", "E001", "7 days", "Write `7d`.", "filter timestamp > now() - 7d"),
    (
        "summarize n = count(distinct a), by:{b}",
        "E001",
        "distinct",
        "Write `countDistinct(…)`.",
        "summarize n = countDistinct(a), by:{b}",
    ),
    ("fields a ?? b", "E001", "?", "Write `coalesce(value, other)`.", ""),
    ("limit 5 offset 10", "E001", "offset", "Records are not skipped: `sort` and `limit` choose them.", ""),
    ("filter a not null", "E001", "null", "Write `isNotNull(…)`.", ""),
    (
        'filter a =~ "x"',
        "E004",
        "=~",
        "`~` finds words, `matchesValue()` texts with `*`, `matchesRegex()` regular expressions.",
        "",
    ),
    (
        'filter a ~= "x"',
        "E004",
        "~=",
        "`~` finds words, `matchesValue()` texts with `*`, `matchesRegex()` regular expressions.",
        "",
    ),
    ("fields a;fetch spans", "E001", ";", "Keep each query by itself, or join them with `append [ … ]`.", ""),
    ("sort desc a, b", "E016", "desc", "Write `a desc`.", "sort a desc, b"),
    ("summarize count() group by a", "E001", "by", "Write `, by:{a}`.", "summarize count(), by:{a}"),
    # ---- values ----
    ("filter a == {1, 2}", "E001", "{", "Write `in(…, {…})`.", ""),
    ('fieldsAdd x = {"a":1}', "E001", ":", "Write `record(name = value)`.", ""),
    ("fieldsAdd x = []", "E001", "]", "Write `array()`.", ""),
    ("append []", "E001", "]", "Write `[fetch …]`.", ""),
    ("fields arraySize([1, 2])", "E004", "[1, 2]", "Write `array(1, 2)`.", "fields arraySize(array(1, 2))"),
    ("filter array(true, 2)", "E013", "array(true, 2)", "Write `iAny(…)` around it.", ""),
    ("filter array(1)", "E013", "array(1)", "Compare it with something, as in `… == …`.", ""),
    # ---- parts that are missing ----
    ("append fetch spans", "E001", "fetch spans", "Write `[fetch spans]`.", "append [fetch spans]"),
    ("join [fetch a], on b", "E001", "b", "Write `on:`.", "join [fetch a], on: b"),
    ("makeTimeseries count(), interval 5m", "E001", "5m", "Write `interval:`.", "makeTimeseries count(), interval: 5m"),
    ("lookup [fetch a] on b", "E001", "on", "Write `, sourceField:…, lookupField:…`.", ""),
    ("parse", "E010", "parse", "", ""),
    ("fields timestamp()", "E010", "timestamp", "", ""),
    ("lookup [load a], sourceField:a, lookupField:b", "E013", "a", "", ""),
    # ---- parameters ----
    ("timeseries avg(m) from now()-1h", "E001", "from", "Write `, from:`.", "timeseries avg(m), from: now()-1h"),
    ('fieldsAdd formatTimestamp(t, "yyyy")', "E012", '"yyyy"', "Write `format:` in front of it.", ""),
    ("summarize count(filter: a == 1)", "E009", "filter", "Write `countIf(…)`.", ""),
    ("sort x, direction: desc", "E013", "desc", 'Write `desc` behind the value, or `direction:"descending"`.', ""),
    (
        "append [fetch logs, bucket:{a-b}]",
        "E015",
        "a-b",
        'A name with `-` is quoted: "a-b".',
        'append [fetch logs, bucket:{"a-b"}]',
    ),
    ("fieldsKeep a-b", "E015", "a-b", "A name with `-` is quoted: `a-b`.", "fieldsKeep `a-b`"),
    ("append [fetch logs, from:now-1h]", "E013", "now-1h", "Write `now()`.", "append [fetch logs, from:now()-1h]"),
    (
        "append [fetch a, b]",
        "E012",
        "b",
        "Write `| append [fetch b]` behind it.",
        "append [fetch a | append [fetch b]]",
    ),
    ("append [fetch a, b, from:-1h]", "E012", "b", "Write `| append [fetch b]` behind it.", ""),
    ("timeseries avg(m), rollup: 5m", "E013", "5m", "Write `interval:`.", "timeseries avg(m), interval: 5m"),
    ('fetch logs, timeframe:"-2h"', "E013", '"-2h"', "Write `from:-2h`.", "fetch logs, from:-2h"),
    ("fetch logs, timeframe: 2h", "E013", "2h", "Write `from:-2h`.", "fetch logs, from:-2h"),
    (
        'timeseries avg(m), host == "x"',
        "E013",
        'host == "x"',
        'Write `filter:{host == "x"}`.',
        'timeseries avg(m), filter:{host == "x"}',
    ),
    (
        "makeTimeseries count(), a == 1",
        "E018",
        "a == 1",
        "Keep records with `filter` before it, or count them with `countIf(…)`.",
        "",
    ),
    (
        "timeseries avg(builtin:host.cpu.usage)",
        "E013",
        "builtin:host.cpu.usage",
        "Keys have no such prefix here, and most begin with `dt.`: the command `metrics` lists them.",
        "",
    ),
    # ---- parts of values, lists ----
    ("fieldsAdd x = a.b[0].c", "E001", ".c", "Write `[c]`.", "fieldsAdd x = a.b[0][c]"),
    ("fieldsAdd x = a[0:3]", "E001", ":", "Write `arraySlice(array, from: …, to: …)`.", ""),
    ('fieldsAdd x = [1, "a"]', "E004", '[1, "a"]', 'Write `array(1, "a")`.', 'fieldsAdd x = array(1, "a")'),
    # ---- names of functions ----
    ('filter arrayContains(tags, "a")', "E007", "arrayContains", "Did the query mean `in`?", 'filter in(tags, "a")'),
    ('fieldsAdd replaceAll(a, "b", "c")', "E007", "replaceAll", "Did the query mean `replaceString`?", ""),
    ("fieldsAdd x = parseJson(a)", "E007", "parseJson", 'Write `parse(a, "JSON:json")`.', ""),
    ("fieldsAdd x = now() > ago(2h)", "E007", "ago", "Write `now() - 2h`.", ""),
    ("summarize sumIf(a > 1, a)", "E007", "sumIf", "Write `sum(if(condition, value))`.", ""),
    ("fieldsAdd toIpAddress(a)", "E007", "toIpAddress", "Did the query mean `toIp`?", "fieldsAdd toIp(a)"),
    # ---- stages and queries of other languages ----
    ("limit 3 | top 10 a", "E005", "top 10 a", "Write `sort a desc | limit 10`.", "limit 3 | sort a desc | limit 10"),
    (
        "limit 3 | top 5 by a desc",
        "E005",
        "top 5 by a desc",
        "Write `sort a desc | limit 5`.",
        "limit 3 | sort a desc | limit 5",
    ),
    ("select * from logs", "E005", "select * from logs", "Write `fetch logs`.", "fetch logs"),
    (
        "select a, b as c from logs where d = 1",
        "E005",
        "select a, b as c from logs where d = 1",
        "Write `fetch logs | filter d == 1 | fields a, c = b`.",
        "fetch logs | filter d == 1 | fields a, c = b",
    ),
    (
        "SELECT a, count(*) FROM logs WHERE b = 'x' GROUP BY a ORDER BY a DESC LIMIT 10",
        "E005",
        "SELECT a, count(*) FROM logs WHERE b = 'x' GROUP BY a ORDER BY a DESC LIMIT 10",
        'Write `fetch logs | filter b == "x" | summarize count(), by:{a} | sort a DESC | limit 10`.',
        'fetch logs | filter b == "x" | summarize count(), by:{a} | sort a DESC | limit 10',
    ),
    (
        "select count(*) from logs",
        "E005",
        "select count(*) from logs",
        "Write `fetch logs | summarize count()`.",
        "fetch logs | summarize count()",
    ),
    (
        "select distinct a from logs",
        "E005",
        "select distinct a from logs",
        "Write `fetch logs | dedup a`.",
        "fetch logs | dedup a",
    ),
    ("fields cast(a as long)", "E001", "cast(a as long)", "Write `toLong(a)`.", "fields toLong(a)"),
    ("fields x = cast(a as varchar)", "E001", "cast(a as varchar)", "Write `toString(a)`.", "fields x = toString(a)"),
    ("fields a::long", "E001", "a::long", "Write `toLong(a)`.", "fields toLong(a)"),
    ("fetch logs, last 2h", "E005", "fetch logs, last 2h", "Write `fetch logs, from:-2h`.", "fetch logs, from:-2h"),
    ("fetch logs as l", "E005", "fetch logs as l", "Write `fetch logs`.", "fetch logs"),
    ("fetch logs, from -2h", "E012", "from -2h", "Write `from:`.", "fetch logs, from:-2h"),
    ("fetch logs, from = -2h", "E012", "from = -2h", "Write `from:`.", "fetch logs, from:-2h"),
    ("timeseries avg(m), group by:{h}", "E001", "by", "Write `by:`.", "timeseries avg(m), by:{h}"),
    ("timeseries avg(m), group by h", "E001", "by", "Write `, by:{h}`.", "timeseries avg(m), by:{h}"),
    ("summarize count(), group by:{h}", "E001", "by", "Write `by:`.", "summarize count(), by:{h}"),
    (
        "limit 3 | stats count by a",
        "E005",
        "stats count by a",
        "Write `summarize count(), by:{a}`.",
        "limit 3 | summarize count(), by:{a}",
    ),
    (
        "limit 3 | stats sum(a) as b, max(c) by d, e",
        "E005",
        "stats sum(a) as b, max(c) by d, e",
        "Write `summarize b = sum(a), max(c), by:{d, e}`.",
        "limit 3 | summarize b = sum(a), max(c), by:{d, e}",
    ),
    (
        "limit 3 | chart avg(a) by b",
        "E005",
        "chart avg(a) by b",
        "Write `summarize avg(a), by:{b}`.",
        "limit 3 | summarize avg(a), by:{b}",
    ),
    (
        "limit 3 | rename a as b, c as d",
        "E005",
        "rename a as b, c as d",
        "Write `fieldsRename b = a, d = c`.",
        "limit 3 | fieldsRename b = a, d = c",
    ),
    (
        'limit 3 | rex field=a "(?<x>.*)"',
        "E005",
        'rex field=a "(?<x>.*)"',
        'Use `parse field, "…"`, whose patterns are DPL.',
        "",
    ),
    ("limit 3 | union spans", "E005", "union spans", "Write `append [fetch spans]`.", "limit 3 | append [fetch spans]"),
    ("join spans on a", "E005", "join spans on a", "Write `join [fetch spans], on:{a}`.", "join [fetch spans], on:{a}"),
    (
        "join kind=inner (spans) on a",
        "E005",
        "join kind=inner (spans) on a",
        "Write `join [fetch spans], on:{a}, kind:inner`.",
        "join [fetch spans], on:{a}, kind:inner",
    ),
    (
        "limit 3 | timechart span=5m count by host",
        "E005",
        "timechart span=5m count by host",
        "Write `makeTimeseries count(), by:{host}, interval:5m`.",
        "limit 3 | makeTimeseries count(), by:{host}, interval:5m",
    ),
    (
        "limit 3 | bin timestamp span=5m",
        "E005",
        "bin timestamp span=5m",
        "Write `fieldsAdd timestamp = bin(timestamp, 5m)`.",
        "limit 3 | fieldsAdd timestamp = bin(timestamp, 5m)",
    ),
    (
        "limit 3 | fillnull value=0 a",
        "E005",
        "fillnull value=0 a",
        "Write `fieldsAdd a = coalesce(a, 0)`.",
        "limit 3 | fieldsAdd a = coalesce(a, 0)",
    ),
    (
        "limit 3 | with x as (fetch spans)",
        "E005",
        "with x as (fetch spans)",
        "Use `append [ … ]` or `join [ … ], on:{…}`: a query stands where it is read.",
        "",
    ),
    ("limit 3 | eventstats count by a", "E005", "eventstats", "Use `join [ … | summarize … ], on:{…}`.", ""),
    (
        "limit 3 | render timechart",
        "E005",
        "render",
        "Use `makeTimeseries`; how it is drawn is chosen where it is shown.",
        "",
    ),
    ("index=main error", "E005", "index=main error", "Use `fetch logs | filter …`.", ""),
    (
        '{app="x"} |= "error"',
        "E001",
        '{app="x"} |= "error"',
        "A query begins with its source: `fetch logs | filter …`, `timeseries sum(…), by:{…}`.",
        "",
    ),
    (
        "sum by (job) (rate(m[5m]))",
        "E001",
        "sum by (job) (rate(m[5m]))",
        "A query begins with its source: `fetch logs | filter …`, `timeseries sum(…), by:{…}`.",
        "",
    ),
    ("sum(rate(m[5m])) by (job)", "E006", "sum", "Write `summarize sum(…)`.", ""),
    ("rate(requests[5m])", "E006", "rate", "A query begins with its source, as in `fetch logs`.", ""),
    (
        'filter content |= "error"',
        "E001",
        "=",
        'Write `| filter contains(content, "…")`, or `filter content ~ "…"`.',
        "",
    ),
    (
        "filter a between (1 .. 2)",
        "E004",
        "a between (1 .. 2)",
        "Write `a >= 1 and a <= 2`.",
        "filter (a >= 1 and a <= 2)",
    ),
    ('filter a !contains "x"', "E004", "!contains", 'Write `not contains(a, "x")`.', 'filter not contains(a, "x")'),
    ('filter a !in ("x", "y")', "E004", '("x", "y")', 'Write `not in(a, "x", "y")`.', 'filter not in(a, "x", "y")'),
    ('filter a !~ "x"', "E001", "!~", "Write `not` before the field.", ""),
    ('filter a == "x" & b == "y"', "E001", "&", "Write `and`.", 'filter a == "x" and b == "y"'),
    ("filter a == 1 | and b == 2", "E001", "and", "Write `filter`.", "filter a == 1 | filter b == 2"),
    ('filter a == ("x", "y")', "E001", ",", "Write `in(value, …)`.", ""),
    ("fields (a, b)", "E001", ",", "Values are listed without brackets, or in `{ }`.", ""),
    ("fields distinct a", "E005", "fields distinct a", "Write `dedup a | fields a`.", "dedup a | fields a"),
    ("fieldsAdd x = if a then 1 else 2", "E001", "a", "Write `if(condition, value, else: other)`.", ""),
    ("fieldsAdd x = case a when 1 then 2 end", "E001", "a", "Write `if(condition, value, else: other)`.", ""),
    ("fieldsAdd x = a . b", "E001", ".", "Write `concat(a, b)` to join texts.", ""),
    ("fieldsAdd x = now() - interval 1 day", "E001", "interval 1 day", "Write `1d`.", "fieldsAdd x = now() - 1d"),
    ("limit = 10", "E001", "=", "Remove the `=`.", "limit 10"),
    ("limit: 10", "E001", ":", "Remove the `:`.", "limit 10"),
    (
        "summarize avg(a) having avg(a) > 1",
        "E005",
        "summarize avg(a) having avg(a) > 1",
        "Write `summarize avg(a) | filter `avg(a)` > 1`.",
        "summarize avg(a) | filter `avg(a)` > 1",
    ),
    ('parse a with "x" * "y"', "E001", "with", 'A pattern stands in quotes: `parse field, "…"`.', ""),
    ("summarize p95(a)", "E007", "p95", "Write `percentile(a, 95)`.", "summarize percentile(a, 95)"),
    ("summarize dc(a)", "E007", "dc", "Did the query mean `countDistinct`?", "summarize countDistinct(a)"),
    ("summarize values(a)", "E007", "values", "Did the query mean `collectDistinct`?", "summarize collectDistinct(a)"),
    (
        "filter isnotempty(a)",
        "E007",
        "isnotempty",
        'Write `isNotNull(a) and a != ""`.',
        'filter isNotNull(a) and a != ""',
    ),
    ('fields date_trunc("hour", t)', "E007", "date_trunc", "Write `bin(time, 1h)`.", ""),
    ("filter t > today()", "E007", "today", "Write `now()@d`.", ""),
    # ---- whole queries, other pipes, parts without their marks ----
    (
        "logs | where a = 1 | order by b",
        "E005",
        "logs | where a = 1 | order by b",
        "Write `fetch logs | filter a == 1 | sort b`.",
        "fetch logs | filter a == 1 | sort b",
    ),
    (
        "FROM logs | WHERE a > 5 | STATS count() BY b",
        "E005",
        "FROM logs | WHERE a > 5 | STATS count() BY b",
        "Write `fetch logs | filter a > 5 | summarize count(), by:{b}`.",
        "fetch logs | filter a > 5 | summarize count(), by:{b}",
    ),
    ("{{ x }} | where a == 1", "E005", "where", "Use `filter`.", "{{ x }} | filter a == 1"),
    (
        "limit 3 | having count() > 1",
        "E005",
        "having count() > 1",
        "Write `filter `count()` > 1`.",
        "limit 3 | filter `count()` > 1",
    ),
    ("append [fetch a || limit 5]", "E001", "||", "Write `|`.", "append [fetch a | limit 5]"),
    ("filter a == 1 > limit 5", "E001", ">", "Write `|`.", "filter a == 1 | limit 5"),
    (
        "lookup x.csv a OUTPUT b",
        "E005",
        "lookup x.csv a OUTPUT b",
        'Write `lookup [load "/lookups/x.csv"], sourceField:a, lookupField:a, fields:{b}`.',
        'lookup [load "/lookups/x.csv"], sourceField:a, lookupField:a, fields:{b}',
    ),
    ("dedup 3 a", "E005", "dedup 3 a", "Write `dedup a, limit:3`.", "dedup a, limit:3"),
    ("dedup a sortby -b", "E005", "dedup a sortby -b", "Write `dedup a, sort:{b desc}`.", "dedup a, sort:{b desc}"),
    ("summarize by a count()", "E001", "a", "Write `by:{a},`.", "summarize by:{a}, count()"),
    ("summarize count(), by: a b", "E001", "b", "Write `{a, b}`.", "summarize count(), by: {a, b}"),
    ("join [fetch b], on:", "E001", "", "", ""),
    ("limit 10 20", "E001", "20", "Records are not skipped: `sort` and `limit` choose them.", ""),
    ('parse "LD:x"', "E010", "parse", "Write the field in front of it: `parse content, …`.", ""),
    ("fields date(t)", "E007", "date", "Write `t@d`.", "fields t@d"),
    # ---- nothing ----
    ("// only", "E001", "", "", ""),
]


@pytest.mark.parametrize(("text", "code", "at", "help", "fixed"), SAID)
def test_one_finding_says_what_to_write(text: str, code: str, at: str, help: str, fixed: str) -> None:
    found = [d for d in dqlkit.parse(text, part=part_of(text)).diagnostics if d.severity == "error"]
    assert [(d.code, text[d.span.start : d.span.end], d.help) for d in found] == [(code, at, help)]
    fix = found[0].fix
    if fixed and fix is not None:
        for edit in sorted(fix.edits, reverse=True, key=lambda edit: edit.span):
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        assert " ".join(text.split()) == fixed
        assert [d for d in dqlkit.parse(text, part=part_of(text)).diagnostics if d.severity == "error"] == []
    assert not fixed or fix is not None


@pytest.mark.parametrize(
    ("text", "at"), [("sort a, desc", "desc"), ("sort {a, ASC}", "ASC"), ("dedup a, sort:{b, desc}", "desc")]
)
def test_a_direction_behind_a_comma_is_a_field_and_hardly_meant(text: str, at: str) -> None:
    (found,) = [d for d in dqlkit.parse(text, part="stages").diagnostics if d.severity == "warning"]
    assert (found.code, text[found.span.start : found.span.end]) == ("E016", at)
    assert found.fix is not None


@pytest.mark.parametrize("text", ["fieldsAdd desc = 1 | sort a, desc", "sort desc", "sort a desc, b", "sort not desc"])
def test_a_field_may_have_the_name_of_a_direction(text: str) -> None:
    assert dqlkit.parse(text, part="stages").diagnostics == ()


def test_a_stage_in_brackets_is_no_part_of_the_phrase() -> None:
    text = "append [ top 3 a ] | stats count() by b"
    found = [d for d in dqlkit.parse(text, part="stages").diagnostics if d.severity == "error"]
    assert [(d.code, d.help) for d in found] == [
        ("E005", "Write `sort a desc | limit 3`."),
        ("E005", "Write `summarize count(), by:{b}`."),
    ]


def test_words_in_quotes_are_no_part_of_a_phrase() -> None:
    (found,) = dqlkit.parse("""select a from logs where b == "x from y where z" limit 3""").diagnostics
    assert found.help == """Write `fetch logs | filter b == "x from y where z" | limit 3 | fields a`."""
