"""Every rule by its own documentation: `Bad` makes it report, `Good` does not, its fixes mend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dqlkit
from dqlkit import Query
from dqlkit.checks.making import tables_for
from dqlkit.diagnostics import Diagnostic, apply_edits
from dqlkit.hosts.document import Document, DocumentVariable
from dqlkit.linting.catalogue import rules
from dqlkit.linting.chosen import Chosen
from dqlkit.linting.documentation import PAGE, page
from dqlkit.linting.linter import lint, picked, subject_of
from dqlkit.linting.rule import Rule
from dqlkit.linting.subject import Subject
from dqlkit.plan.operators import Operator

#: Those of queries; what is said of files has no text to try.
RULES = [rule for rule in rules().values() if rule.languages]
PARTS = {"openpipeline-processor": "stages", "openpipeline-matcher": "expression"}
VARIABLES = {
    "Host": DocumentVariable("Host"),
    "Hosts": DocumentVariable("Hosts", multiple=True),
    "Service": DocumentVariable("Service", query="fetch spans | filter host.name == $Host | fields service.name"),
    "Region": DocumentVariable("Region"),
}
#: Examples that are too long to be shown.
LONG = {"A004": [f"SELECT {'a' * 5000} FROM logs"]}


def subject(text: str, rule: Rule) -> Subject:
    """The text where the rule applies: for rules of documents, in a dashboard as their notes describe it."""
    context = min(rule.contexts, default="file")
    found = subject_of(text, min(rule.languages - {"adql"} or {"adql"}), PARTS.get(context, "query"), context)
    uses = (text,) if rule.code == "V002" else (text, "$Host")
    if context.startswith("dashboard"):
        chart = "lineChart" if rule.code == "V007" else "table"
        found.document = Document("dashboard", VARIABLES, chart, "Host", uses)
    return found


def reported(text: str, rule: Rule) -> list[Diagnostic]:
    """What all rules report that are on anyway, and this one."""
    chosen = Chosen(tuple(other for other in RULES if other.default or other is rule))
    return lint(subject(text, rule), chosen)


def loud(found: list[Diagnostic]) -> set[str]:
    """What warns, and what would where it is known how the query runs."""
    costly = {rule.code for rule in RULES if rule.weight}
    return {diagnostic.code for diagnostic in found if diagnostic.severity != "info" or diagnostic.code in costly}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_bad_reports_the_rule_and_good_nothing(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert {"What", "Why", "Bad", "Good"} <= rule.sections.keys()
    bad = rule.examples("Bad") or LONG[rule.code]
    for text in bad:
        found = reported(text, rule)
        assert rule.code in {diagnostic.code for diagnostic in found}
        assert loud(found) <= {rule.code}
        for diagnostic in found:
            assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
    for text in rule.examples("Good"):
        found = reported(text, rule)
        assert rule.code not in {diagnostic.code for diagnostic in found}
        assert not loud(found)


def _fixable() -> Iterator[tuple[Rule, str]]:
    for rule in RULES:
        for text in (*rule.examples("Bad"), *MORE.get(rule.code, ())):
            if any(d.code == rule.code and d.fix is not None for d in reported(text, rule)):
                yield rule, text


#: Further texts whose fixes are tried, by rule.
MORE = {
    "E004": ["fetch logs | filter a between 1 and 3", 'fetch logs | filter a is null && b like "x%"'],
    "E012": ['data record(s = "abcdef") | fieldsAdd t = substring(s, 1, 3)'],
    "S001": ["data record(a = 1) | FIELDSADD b = ToString(a) | FILTER ISNOTNULL(b)"],
    "S002": ["data record(a = 1, b = true) | filter NOT a == 2 AND (b XOR false) OR a == 3"],
    "S003": ["data record(a = 1, b = true), record(a = 2) | filter a == 1 or a == 2 | filter b or isNull(b)"],
    "S004": ["data record(a = 1), record(b = 2) | filter not isNull(a)", "data record(a = 1) | filter not (a > 3)"],
    "S005": ["data record(a = 1, b = 2) | filter not not (a == 1 or b == 1) and b == 2"],
    "S006": ["data record(a = 1), record(a = 2) | summarize n = count(), by: k = a"],
    "S008": ['data record(a = "x  ")  \n| filter\u00a0a == "x  "\t\n| fields a  // note  \n'],
    "S010": ["data record(a = 1) | summarize by:{}, n = count()"],
}


@pytest.mark.parametrize(("rule", "text"), list(_fixable()))
def test_fixes_mend(rule: Rule, text: str) -> None:
    before = subject(text, rule)
    fixes = [d.fix for d in lint(before, Chosen((rule,))) if d.fix is not None]
    fixed = text
    while fixes:
        fixed = apply_edits(fixed, fixes[0].edits)
        left = [d.fix for d in lint(subject(fixed, rule), Chosen((rule,))) if d.fix is not None]
        assert len(left) < len(fixes)
        fixes = left
    after = subject(fixed, rule)
    assert not [d for d in after.parsed.diagnostics if d.severity == "error"]
    assert not [d for d in lint(after, Chosen((rule,))) if d.fix is not None]


def _safely_fixed() -> Iterator[tuple[Rule, str, str]]:
    """The texts that a safe fix changes and that run before it."""
    for rule, text in _fixable():
        one = subject(text, rule)
        fixes = [d.fix for d in lint(one, Chosen((rule,))) if d.fix is not None and d.fix.safe]
        if not fixes or one.bound.variables or any(d.severity == "error" for d in one.found):
            continue
        fixed = apply_edits(text, [edit for fix in fixes for edit in fix.edits])
        yield rule, text, fixed


@pytest.mark.parametrize(("rule", "text", "fixed"), list(_safely_fixed()))
def test_safe_fixes_keep_the_answer(rule: Rule, text: str, fixed: str) -> None:
    """On generated records."""
    one = subject(text, rule)
    assert isinstance(one.bound.plan, Operator)
    tables = tables_for(one.bound.plan)
    answers = [
        Query(version, one.language).run(tables, now="2026-01-06T11:46:40Z").records for version in (text, fixed)
    ]
    assert answers[0] == answers[1]


def test_codes_and_names_are_unique() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert bool(rule.weight) == (rule.code[0] == "C")


def test_everything_that_is_reported_has_a_rule() -> None:
    """Else the linter would swallow it."""
    sources = Path(dqlkit.__file__).parent.glob("languages/[ad]q*/**/*.py")
    codes = {code for path in sources for code in re.findall(r'"([ABE]\d{3})"', path.read_text("utf-8"))}
    assert codes <= rules().keys()


def test_the_page_of_rules_is_up_to_date() -> None:
    """`python -m dqlkit.linting.documentation` writes it again."""
    assert PAGE.read_text("utf-8") == page()


@pytest.mark.parametrize(
    "text",
    [
        "fetch logs, from:-1h // where a = 'x' && sumarize(b)\n| summarize n = count()",
        "fetch logs, from:-1h /* | limit 3 | toLowercase(x) == null */ | summarize n = count()",
        "fetch logs, from:-1h | filter status == \"a = 'x' && toInt(b) AND metric.series\" | summarize n = count()",
    ],
)
def test_nothing_is_found_in_comments_and_strings(text: str) -> None:
    assert not loud(lint(subject_of(text), picked()))


def test_template_holes_are_left_alone() -> None:
    text = "fetch {{ .table }}, from:-1h\n| filter status == {{ .status }}\n{{ .stage }}\n| summarize n = count()"
    assert not loud(lint(subject_of(text), picked()))
