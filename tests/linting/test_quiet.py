"""How quiet the linter is: every error and a sample of the warnings on published queries, judged one by one."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dqlkit.diagnostics import Diagnostic
from dqlkit.linting.check import check_text
from dqlkit.linting.settings import Settings
from tests.shared import lines, needs

HERE = Path(__file__).parent
CORPUS = "corpus/dql.jsonl"
#: A file that a user would put such a text into.
NAMES = {"query": "x.dql", "template": "x.dql", "fragment": "x.dqlpart", "matcher": "x.dqlexpr"}
#: Where a text is judged: as in the document that it was published in.
CONTEXTS = {"dashboard": "dashboard-tile", "notebook": "notebook", "workflow": "workflow-task"}
#: Of one rule no more than this many warnings are judged, of all rules `SAMPLE`.
OF_ONE_RULE = 60
SAMPLE = 187

published = needs(CORPUS)


@cache
def rows() -> list[dict[str, Any]]:
    return lines(CORPUS)


@cache
def findings() -> list[tuple[str, Diagnostic]]:
    """What is said of all published texts, with the name of each."""
    return [
        (row["id"], finding.diagnostic)
        for row in rows()
        for finding in check_text(row["query"], NAMES[row["kind"]], Settings(), CONTEXTS.get(row["context"], "file"))
    ]


def judged(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@published
def test_errors_are_mistakes() -> None:
    """A text is wrong where the vendor's service would refuse it as it stands; at most 1 in 1,000 is not."""
    errors = {(name, d.code) for name, d in findings() if d.severity == "error"}
    verdicts = judged("judged_errors.tsv")
    assert errors == {(one["id"], one["code"]) for one in verdicts}
    wrong = {one["id"] for one in verdicts if one["verdict"] == "wrong"}
    assert len(wrong) * 1000 <= len(rows())


@published
def test_warnings_are_worth_reading() -> None:
    """Of the sample at most 1 in 50 is not, by the judgement of who would review the query."""
    said = {(name, d.code, d.span.start) for name, d in findings() if d.severity == "warning"}
    warnings = sorted(said, key=lambda one: hashlib.sha256("{}:{}:{}".format(*one).encode()).hexdigest())
    told: Counter[str] = Counter()
    sample: list[tuple[str, str, int]] = []
    for one in warnings:
        told[one[1]] += 1
        sample += [one] if told[one[1]] <= OF_ONE_RULE else []
    verdicts = judged("judged_warnings.tsv")
    known = {(one["id"], one["code"], int(one["start"])): one["verdict"] for one in verdicts}
    assert len(known) == len(verdicts) == SAMPLE
    assert {one for one, verdict in known.items() if verdict == "right"} <= said
    assert sum(verdict == "wrong" for verdict in known.values()) * 50 <= SAMPLE
    assert len(set(sample[:SAMPLE]) & known.keys()) > 0.9 * SAMPLE  # else the sample has to be judged again


#: What rules have to find beside their own examples: in sub-queries, other commands, other letter case.
MISTAKES = [
    ("E002", "data record(a = \"x\") | fieldsAdd b = concat(a, 'y') | fields b"),
    (
        "E002",
        "fetch spans | append [ fetch logs | filter host.name == 'web' | fields host.name ] | fields host.name",
    ),
    ("E003", 'fetch spans | filterOut span.kind = "client" | fields span.kind'),
    ("E003", 'fetch logs | summarize n = countIf(loglevel = "ERROR")'),
    ("E003", 'fetch logs | fieldsAdd bad = if(loglevel = "ERROR", 1, else:0) | fields bad'),
    ("E004", 'fetch logs | filter loglevel <> "INFO" | fields loglevel'),
    ("E004", 'fetch logs | filter loglevel !== "INFO" | fields loglevel'),
    ("E004", "fetch logs | filter a == 1 || b == 2 | fields a"),
    ("E005", "fetch logs | WHERE a == 1 | fields a"),
    ("E005", "fetch logs | project a, b"),
    ("E005", "fetch logs | take 5"),
    ("E006", "fetch logs | fieldAdd b = 1 | fields b"),
    ("E006", "fetch logs | join [ fetch spans | filtr a == 1 ], on:{id} | fields id"),
    ("E007", "fetch logs | filter isEmpty(host) | fields host"),
    ("E007", "fetch logs | fieldsAdd n = length(content) | fields n"),
    ("E007", "fetch logs | fieldsAdd n = toInt(status) | fields n"),
    ("E008", "fetch logs | append [ summarize n = count() ]"),
    ("E008", "fetch logs | timeseries avg(dt.host.cpu.usage)"),
    ("E008", "filter a == 1 | fetch logs"),
    ("E008", "summarize n = count()"),
    ("E009", "timeseries avg(dt.host.cpu.usage), groupBy:{host}"),
    ("E009", "fetch logs | dedup host, orderBy:timestamp | fields host"),
    ("E009", 'fetch logs | filter contains(content, "x", ignoreCase:true) | fields content'),
    ("E010", "fetch logs | lookup [ fetch spans | fields id ] | fields id"),
    ("E010", "fetch logs | join [ fetch spans | fields id ] | fields id"),
    ("E010", "fetch logs | parse content | fields content"),
    ("E011", "timeseries avg(dt.host.cpu.usage), interval:1m, bins:10"),
    ("E011", "fetch logs, from:-1h, from:-2h | fields a"),
    ("E011", "fetch logs | makeTimeseries n = count(), time:ts, spread:timeframe(from:a, to:b)"),
    ("E012", "fetch logs | fieldsAdd r = round(a, 2) | fields r"),
    ("E012", 'fetch logs | fieldsAdd r = if(a > 1, "x", "y") | fields r'),
    ("E012", 'fetch logs | fieldsAdd r = indexOf(a, "b", 3) | fields r'),
    ("E013", "fetch logs, samplingRatio:7 | summarize n = count() * 7"),
    ("E013", "fetch logs | join [ fetch spans ], on:{id}, kind:full | fields id"),
    ("E013", "fetch logs | fieldsAdd s = timestamp@7h | fields s"),
    ("E014", "data record(a = 1) | fieldsAdd b = now() / 5 | fields b"),
    ("E014", 'data record(a = 1) | fieldsAdd b = "x" + "y" | fields b'),
    ("E014", "data record(a = 1) | fieldsAdd b = true > false | fields b"),
    ("E015", "fetch logs | fieldsRename a"),
    ("E015", "fetch logs | fieldsRemove a = b"),
    ("E015", "fetch logs | fieldsKeep a + 1"),
    ("E016", "fetch logs | fields a desc"),
    ("E016", "fetch logs | summarize n = count() desc"),
    ("E017", "fetch dt.host.cpu.usage"),
    ("E017", "fetch metrics"),
    ("E017", "fetch dt.service.request.count"),
    ("E018", "fetch logs | filter avg(duration) > 3 | fields a"),
    ("E018", "fetch logs | fieldsAdd n = count() | fields n"),
    ("E018", "fetch logs | summarize n = sum(max(bytes))"),
    ("B001", "fetch logs | filter ERROR == loglevel | fields loglevel"),
    ("B001", "fetch spans | filterOut span.status == error | fields a"),
    ("B001", "fetch logs | summarize n = countIf(status == FAILED)"),
    ("B002", "fetch logs | makeTimeseries n = count(), by: host, loglevel"),
    ("B002", "timeseries avg(dt.host.cpu.usage), by: host, disk"),
    ("B002", "fetch logs | summarize max(a), by:{f}, max(b), alias: m, min(c)"),
    ("S005", "fetch logs | fields x = ------55, y = 55*-1"),
    ("S004", "fetch logs | filterOut not isNull(a) | fields a"),
    (
        "B003",
        "fetch a | lookup [ fetch b ], lookupField:y | filter q == 1 | lookup [ fetch c ], lookupField:y | sort lookup.z",
    ),
    (
        "B004",
        'fetch logs | fields id, a | join [ fetch spans | fields id, name ], on:{id} | filter name == "x"',
    ),
    (
        "B004",
        'fetch a | fields id, a | lookup [ fetch b | fields id, name ], lookupField:id, prefix:"s." | fields name',
    ),
    ("B005", 'fetch logs | makeTimeseries n = count(), by:{host} | filter loglevel == "ERROR"'),
    ("B005", "fetch logs | fieldsKeep a | sort b"),
    (
        "B005",
        "fetch logs | append [ fetch spans | summarize n = count(), by:{a} | sort b ] | fields a",
    ),
    ("B006", "fetch logs | summarize count() | fieldsAdd x = count() * 2"),
    ("B006", "fetch logs | summarize sum(bytes), by:{host} | filter sum(bytes) > 5"),
    ("B006", "fetch logs | summarize n = sum(my.metric-x)"),
    ("B007", "fetch logs | fields a = 1, a = 2"),
    ("B007", "fetch logs | summarize a = count(), by:{a = host, a = status}"),
    ("B007", "fetch logs | fieldsAdd {x = a, x = b} | fields x"),
    ("B008", "fetch logs | filterOut a != 1 or a != 2 | fields a"),
    ("B008", "fetch logs | filter a == 1 and b == 2 and a == 2 | fields a"),
    ("B008", "fetch logs | summarize n = countIf(a > 5 and a < 3)"),
    ("B008", 'fetch logs | filter a == "x" | filter a == "y" and b == 1'),
    ("B008", "fetch logs | filter true or a == 1 | fields a"),
    ("B008", "fetch logs | filterOut (false) | fields a"),
    ("B008", "fetch logs | fields x = 5 < 10"),
    ("B008", "fetch logs | append [ fetch spans | filter a > 5 | filter a < 3 ]"),
    ("B009", "fetch logs | filter a == 1 | limit 50 | makeTimeseries n = count()"),
    ("B009", "fetch logs | append [ fetch spans | limit 5 | summarize n = count() ] | fields n"),
    ("B010", "timeseries avg(m.x), by:{host} | limit 5"),
    (
        "B010",
        "fetch a | lookup [ fetch b | summarize n = count(), by:{id} | limit 3 ], lookupField:id | fields a",
    ),
    ("B011", "fetch spans, samplingRatio:1000 | makeTimeseries n = sum(bytes)"),
    ("B012", "timeseries a = avg(m.a), b = avg(m.b) | fieldsAdd c = a * b"),
    ("B012", "timeseries a = avg(m.a) | fieldsAdd c = arraySum(a[])"),
    ("B012", "fetch logs | makeTimeseries n = count() | filter n > 5"),
    ("B013", 'fetch logs | filter in(host.name, "web*", "db*") | fields a'),
    ("B013", 'fetch logs | filterOut host.name == "web*" | fields a'),
    ("B014", "fetch logs | summarize n = countIf(a == NULL)"),
    ("B014", "fetch logs | filter null != a | fields a"),
    ("B015", "fetch logs | summarize p = percentile(d, 0.99)"),
    ("B015", "timeseries p = percentile(dt.x.y, 0.5)"),
    ("B015", "fetch logs | summarize p = percentiles(d, 0.5, 0.9)"),
    ("B016", "fetch logs, from:-30M | fields a"),
    ("B017", 'fetch logs | fieldsAdd x = parse(content, "INT:a INT:a") | fields x'),
    ("B017", 'fetch logs | filter matchesPattern(content, "FOO") | fields a'),
    ("C001", "fetch logs | append [ fetch spans | fields a ] | fields a"),
    ("C003", "fetch bizevents, from:now()-6M | fields a"),
    ("C003", "fetch logs, from:-14d, to:-1d | fields a"),
    ("C004", 'fetch logs | filter upper(host.name) == "WEB" | fields a'),
    ("C004", 'fetch logs | filter contains(lower(content), "error") | fields a'),
    ("C004", 'fetch logs | filterOut lower(host.name) == "web" | fields a'),
    ("C005", 'fetch logs | parse content, "INT:n" | filter loglevel == "ERROR" | fields n'),
    ("C005", "fetch logs | fieldsAdd x = lower(a) | filterOut b == 1 | fields x"),
    ("C006", 'fetch logs | filter matchesValue(content, "*refused*") | fields a'),
    ("C006", 'fetch logs | filterOut contains(content, "refused") | fields a'),
    ("C007", "fetch logs | sort timestamp | filter a == 1 | fields a"),
    ("C008", 'fetch logs | filter (a == "x" or a == "y") or a == "z" | fields a'),
    ("C008", "fetch logs | filter a == 1 or a == 2 or a == 3 | fields a"),
    ("C009", "fetch spans | makeTimeseries n = count(), by:{trace.id}"),
    ("C011", "fetch spans | sort start_time"),
    ("E013", "fetch logs, from:now()-3days | limit 5"),
    ("E013", "fetch logs | limit -5"),
    ("B008", "fetch logs | filterOut 1 == 2"),
    ("B010", "fetch logs | dedup host.name"),
    ("B014", 'fetch logs | filter in(host.name, "a", null)'),
    ("C012", "fetch logs | lookup [ fetch a ], sourceField:x, lookupField:y | summarize n = count(), by:{z}"),
    ("C012", "fetch a | lookup [ fetch b ], sourceField:x, lookupField:y, fields:{z} | fields x"),
    ("C012", 'fetch logs | parse content, "INT:n" | summarize x = count()'),
    ("C013", 'fetch logs | search "a" or "b" | fields a'),
    ("C013", 'fetch logs | search a ~ "x" and "y" | fields a'),
    ("D001", "smartscapeNodes HOST | fieldsAdd n = ENTITYNAME(x) | fields n"),
    ("D001", "timeseries avg(m.x), by:{dt.entity.host}"),
    ("D002", "FETCH Metric.Series | fields metric.key"),
    ("D003", "fetch logs | fieldsAdd x = toVariant(a) | fields x"),
    (
        "X001",
        'fetch logs // curl -H "Authorization: Api-Token dt0c01.ABCDEFGHIJKLMNOPQRST.ABCDEFGHIJKLMNOPQRSTUV"',
    ),
]


@pytest.mark.parametrize(("code", "text"), MISTAKES)
def test_mistakes_are_found(code: str, text: str) -> None:
    assert code in {finding.diagnostic.code for finding in check_text(text, "x.dql", Settings())}


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("B001", "fetch logs | filter STATUS == LEVEL"),
        (
            "C012",
            "fetch logs | lookup [ fetch a ], sourceField:x, lookupField:y | summarize n = count(), by:{lookup.z}",
        ),
        ("C012", "fetch logs | lookup [ fetch a ], sourceField:x, lookupField:y | fieldsKeep x, lookup.z | fields x"),
        ("C012", "fetch logs | join [ fetch a ], on:{x} | summarize n = count()"),
        ("B008", 'fetch logs | filter if("$A" != "*", b == $A, else:true)'),
        ("B002", "fetch logs | summarize by:{f}, max(b), alias: m, count()"),
        ("B002", "timeseries {a = avg(m.x), nonempty: true}, {b = max(m.x)}, by:{f}"),
        ("B018", 'smartscapeEdges "*" | fields type'),
        ("B008", "fetch logs | filter true and {{ .condition }}"),
        ("B010", "fetch logs | dedup host.name, sort:{timestamp desc}"),
        ("B010", "fetch logs | fields host.name, a | dedup a, host.name"),
        ("B001", "fetch logs | fieldsAdd ERROR = 1 | filter a == ERROR"),
        ("B004", 'fetch logs | lookup [ fetch a | fields b ], sourceField:a, lookupField:b, prefix:"" | sort b'),
        ("B005", "data record() | filter a == 1"),
        ("B005", "data record(a = 1) | filter a == 1 and b<n>c"),
        ("B013", 'fetch logs | filter dt.process.name == "server frontend-*"'),
        ("B010", "fetch logs | summarize n = count(), by:{a} | limit 0"),
        ("B010", "timeseries avg(m.x) | limit 1"),
        ("C005", 'fetch logs | fieldsAdd kind = "a" | filter b == 1'),
        ("C005", 'fetch logs | parse content, "JSON:j" | filter j.a == 1'),
        ("C005", "fetch logs | join [ fetch spans ], on:{a}, kind:outer | filter isNull(b)"),
        ("C009", "fetch spans | summarize n = count(), by:{user.id} | sort n desc | limit 10"),
        ("C011", "fetch logs | fieldsRemove content"),
        ("C012", 'fetch logs | parse content, "INT:a INT:b" | summarize n = count(), by:{b}'),
        ("E004", 'fetch logs | filter a != "<>" // a <> b'),
        ("E007", "fetch logs | summarize n = {{ .function }}(a)"),
        ("E013", "timeseries n = ${series}"),
        ("E008", 'fetch logs | filter a in [ load "/lookups/x" | fields b ]'),
    ],
)
def test_what_only_looks_like_a_mistake_is_not_told(code: str, text: str) -> None:
    assert code not in {finding.diagnostic.code for finding in check_text(text, "x.dql", Settings())}


@pytest.mark.parametrize(
    ("code", "text", "context"),
    [
        ("B010", "fetch logs | limit 10", "dashboard-tile"),
        ("B010", "timeseries avg(m.x), by:{a} | limit 10", "notebook"),
        ("D001", "fetch dt.entity.host", "dashboard-tile"),
        ("D001", "fetch spans | fieldsAdd n = entityName(dt.entity.service)", "file"),
        ("C006", 'fetch logs | filter contains(content, "refused") | summarize n = count()', "dashboard-tile"),
    ],
)
def test_what_only_advises_fails_no_run(code: str, text: str, context: str) -> None:
    found = [f.diagnostic for f in check_text(text, "x.dql", Settings(select=(code,)), context)]
    assert {diagnostic.severity for diagnostic in found} == {"info"}


def test_mistakes_in_markdown_are_warnings() -> None:
    text = "# Notes\n\n```dql\nfetch logs | filter a = 1\n```\n"
    (one,) = [f.diagnostic for f in check_text(text, "x.md", Settings(select=("E003",)))]
    assert one.severity == "warning"
