"""Types that can never fit, told before a query runs."""

from __future__ import annotations

import pytest

import dqlkit
from dqlkit.languages.dql.checks import TypeChecks
from dqlkit.plan.expressions import Expression
from dqlkit.plan.flow import flows
from dqlkit.plan.schema import Schema
from tests.shared import lines, needs

CORPUS = "corpus/dql.jsonl"
PARTS = {"query": "query", "fragment": "stages", "matcher": "expression"}


def findings(expression: str) -> list[tuple[str, str, str]]:
    query = dqlkit.parse(f"fetch logs | fieldsAdd s = toString(f), n = toLong(f) | fieldsAdd r = {expression}")
    return [(d.code, d.severity, query.text[d.span.start : d.span.end]) for d in query.diagnostics]


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ('22 * "x"', ("E014", "error", '"x"')),
        ('f + "x"', ("E014", "error", '"x"')),
        ("now() / 5", ("E014", "error", "now()")),
        ("now() + now()", ("E014", "error", "now() + now()")),
        ("1 - 5m", ("E014", "error", "1 - 5m")),
        ('1 < "2"', ("E014", "error", '1 < "2"')),
        ('not "x"', ("E014", "error", '"x"')),
        ("true < false", ("E014", "error", "true")),
        ('n == 1 and "x"', ("E014", "error", '"x"')),
        ("s * 2", ("E014", "warning", "s")),
        ("n > s", ("E014", "warning", "n > s")),
        ('contains(n, "x")', ("E013", "warning", "n")),
        ("contains(s, 5)", ("E013", "error", "5")),
        ('contains(s, "x", caseSensitive: 1)', ("E013", "error", "1")),
        ("getHour(s)", ("E013", "warning", "s")),
        ('asLong("3")', ("E013", "error", '"3"')),
        ("abs(if(n > 1, true, else: s))", ("E013", "warning", "if(n > 1, true, else: s)")),
        ('duration(1, "fortnight")', ("E013", "error", '"fortnight"')),
        ('formatTimestamp(now(), format: "b")', ("E013", "error", '"b"')),
        ('getHour(now(), timezone: "Europe/Nowhere")', ("E013", "error", '"Europe/Nowhere"')),
        ('jsonPath(s, "a.b")', ("E013", "error", '"a.b"')),
        ("now()@7m", ("E013", "error", "7m")),
        ("now()@2d", ("E013", "error", "2d")),
    ],
)
def test_what_never_fits(expression: str, wanted: tuple[str, str, str]) -> None:
    assert findings(expression) == [wanted]


@pytest.mark.parametrize(
    "expression",
    [
        "f * 2",
        "null + 1",
        "$variable * 2",
        'if(f, n, else: s) > "x"',
        'coalesce(s, "x") == n',
        'n == "1"',
        "toLong(array(1, 2))",
        "now() - 5m",
        "5m + now()",
        "ip(s) + 1",
        "now() - now() > 5m",
        "array(1, 2)[] * 2",
        "now()@15m",
        "now()@w1",
    ],
)
def test_what_may_fit(expression: str) -> None:
    assert [finding for finding in findings(expression) if finding[0] in ("E013", "E014")] == []


def test_help_names_the_way_out() -> None:
    def help(expression: str) -> str:
        return dqlkit.parse(expression, part="expression").diagnostics[0].help

    assert help('1 + "x"') == "Join texts with `concat(…)`."
    assert help("now() - 5") == "Write a length of time, such as `5m`."
    assert help('"5" > 3') == "Convert with `toDouble(…)`."
    assert help('contains(5, "x")') == "Convert with `toString(…)`."


def test_a_doubtful_query_still_runs() -> None:
    query = 'data record(a = 3.5) | fields r = asLong(a), s = concat("a", "b") > 3.5'
    with pytest.raises(dqlkit.DqlkitError):
        dqlkit.query(query, {})
    assert dqlkit.query("data record(a = 3.5) | fields r = asLong(a)", {}).records == [{"r": None}]


def test_sub_queries_are_checked() -> None:
    query = dqlkit.parse('fetch a | filter id in [fetch b | fields x = 1 * "2"] | append [fetch c | filter not "x"]')
    assert [d.code for d in query.diagnostics] == ["E014", "E014"]


#: Published queries that are refused or doubted, and rightly so.
KNOWN = {
    "17fd782717cd": "getHour() of a timeframe",
    "2a10a8050bb7": "getHour() of a timeframe",
    "76f140632165": "round() of a duration",
    "d401a88e6ad4": "sum() of a condition",
    "41675ccabedd": "a number for caseSensitive, as its own comment says",
}


@needs(CORPUS)
def test_published_queries_are_not_doubted() -> None:
    found = set()
    for row in lines(CORPUS):
        if row.get("suspect") or not row.get("valid", True) or row.get("kind", "query") not in PARTS:
            continue
        plan, checks = dqlkit.parse(row["query"], part=PARTS[row.get("kind", "query")]).plan, TypeChecks()
        if isinstance(plan, Expression):
            checks.expression(plan, Schema({}, open=True))
        elif plan is not None:
            flows(plan, visit=checks.stage)
        if checks.diagnostics:
            found.add(row["id"])
    assert found - KNOWN.keys() == set()


@pytest.mark.parametrize(
    "text", ["fetch a | join [ fetch b ], ${on}", "fetch a | lookup {{ .how }}", "fetch a, ${more}"]
)
def test_placeholders_may_stand_for_what_is_needed(text: str) -> None:
    assert not [d for d in dqlkit.parse(text).diagnostics if d.code == "E010"]


@pytest.mark.parametrize(
    "text",
    [
        "fetch a | filter b == {{ .b }}",
        "fetch a | {{ .stage }}",
        "fetch a | summarize {{ .how }}(b)",
        "timeseries ${series}",
        "fetch a | fieldsAdd {{ .name }} = 1",
    ],
)
def test_placeholders_are_no_mistakes_and_do_not_run(text: str) -> None:
    query = dqlkit.parse(text)
    assert query.diagnostics == ()
    with pytest.raises(dqlkit.DqlkitError, match="placeholder"):
        query.run({"a": [{"b": 1}], "metrics": []})
    assert {d.code for d in query.translate("adql").diagnostics} == {"R009"}


@pytest.mark.parametrize(
    "text", ["fetch {}", "fetch a | filter {}", "fetch a | limit {}", "timeseries {}", "fetch a | sort {"]
)
def test_empty_braces_are_no_value(text: str) -> None:
    assert {d.code for d in dqlkit.parse(text).diagnostics} & {"E001", "E010"}


@pytest.mark.parametrize("text", ["record(a = 1, b = 2, a = 3)", "record({a = 1, b = 2}, a = 3)"])
def test_of_members_of_one_name_the_last_counts(text: str) -> None:
    (record,) = dqlkit.query(f"data record(r = {text})", {}).records
    assert record == {"r": {"a": "3", "b": "2"}}
    assert dqlkit.query("fetch t | fieldsAdd r = record(x, x) | fields r", {"t": [{"x": "y"}]}).records == [
        {"r": {"x": "y"}}
    ]
