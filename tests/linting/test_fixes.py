"""Fixes: each leaves a text that is read at least as far, safe ones keep the answer, and those that meet wait."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit import Query
from dqlkit.checks.making import tables_for
from dqlkit.diagnostics import Diagnostic, apply_edits
from dqlkit.linting.check import fix_text
from dqlkit.linting.linter import lint, picked, subject_of
from dqlkit.linting.settings import Settings
from dqlkit.plan.operators import Operator
from tests.linting.slips import slipped
from tests.profiles import examples
from tests.shared import lines, needs

CORPUS = "corpus/dql.jsonl"


def safely(text: str) -> str:
    return fix_text(text, "a.dql", Settings())[0]


def unsafely(text: str) -> str:
    return fix_text(text, "a.dql", Settings(ignore=("C001",)), unsafe=True)[0]


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        # a word instead of a sign stands apart
        ("fetch logs | filter (a||b)", "fetch logs | filter (a or b)"),
        ("fetch logs | filter x>1&&y<2", "fetch logs | filter x>1 and y<2"),
        ('fetch logs | filter a != ""&&!b', 'fetch logs | filter a != "" and not b'),
        ("fetch logs | filter (!a)||!(b)", "fetch logs | filter (not a) or not (b)"),
        # a name in quotes
        ('fetch logs | summarize "Avg (ms)" = avg(d)', "fetch logs | summarize `Avg (ms)` = avg(d)"),
        ("fetch logs | summarize count(), by:{'a b' = x}", "fetch logs | summarize count(), by:{`a b` = x}"),
        ('fetch logs | fields "a" = x, "b" = y', "fetch logs | fields `a` = x, `b` = y"),
        ('fetch logs | filter "x" = a', 'fetch logs | filter "x" == a'),
        # paths, comments
        ("fetch logs | lookup [/a/b], lookupField:c", 'fetch logs | lookup [load "/a/b"], lookupField:c'),
        ("load /a/b", 'load "/a/b"'),
        ("# query.dql\nfetch logs", "// query.dql\nfetch logs"),
        ("fetch logs\n# note\n| limit 1", "fetch logs\n// note\n| limit 1"),
        ("fetch logs\n-- note\n| limit 1", "fetch logs\n// note\n| limit 1"),
        (
            "fetch logs   -- all of (them, too), don't ask\n| limit 1",
            "fetch logs   // all of (them, too), don't ask\n| limit 1",
        ),
        ("fetch logs -- note\n| limit 1", "fetch logs // note\n| limit 1"),
        ("fetch logs -- note | limit 1",) * 2,
        ("data record(a = 5 -- 3, b = 5\n - -3)",) * 2,
        # several values without braces
        ("fetch logs | summarize n = count(), by: a, b", "fetch logs | summarize n = count(), by: {a, b}"),
        ("fetch logs | makeTimeseries n = count(), by: a, b", "fetch logs | makeTimeseries n = count(), by: {a, b}"),
        (
            "fetch logs | summarize max(a), by:{f}, max(b), min(c)",
            "fetch logs | summarize max(a), max(b), min(c), by:{f}",
        ),
        ("fetch logs | fields x = -------a.b, y = 2*-1", "fetch logs | fields x = -------a.b, y = 2*(-1)"),
        ("fetch logs | fields x = -------5", "fetch logs | fields x = -5"),
        ("fetch logs | dedup a, sort: b desc, c desc", "fetch logs | dedup a, sort: {b desc, c desc}"),
        ("fetch logs | dedup a, sort: b desc, c", "fetch logs | dedup a, sort: {b desc, c}"),
        ("fetch logs, from:-5d, now()-1d", "fetch logs, from:-5d, to:now()-1d"),
        ('fetch logs, from:-5d, to:-1d, "x"',) * 2,  # `timeframe:` cannot stand beside them
        # null
        ('fetch logs | filter not (a == "x" or a == "y" or a == "z")',) * 2,
        ('fetch logs | fieldsAdd q = (a == "x" or a == "y" or a == "z")',) * 2,
        ("fetch logs | filter b or (a == 1 or a == 2 or a == 3)",) * 2,  # `or` of all: four tests, two fields
        ("fetch logs | filter b and (a == 1 or a == 2 or a == 3)", "fetch logs | filter b and (in(a, 1, 2, 3))"),
        ("fetch logs | filter not (not (a + b))",) * 2,
        ("fetch logs | filter not (not ((a or b)))", "fetch logs | filter (a or b)"),
        # half a repair
        ('fetch logs | filter status == "e" where x == "y"',) * 2,
        ("fetch logs | filter a == 'it''s'",) * 2,
        ("filter:{\n a == b\n and c == d\n}",) * 2,
        ("fetch logs\n| filter a == 1\n-- OR --\nfilter in(a, 1)\n",) * 2,  # its stages lack a pipe
    ],
)
def test_safe_fixes(text: str, fixed: str) -> None:
    assert safely(text) == fixed


def test_a_type_of_nodes_is_no_condition_to_join() -> None:
    text = 'smartscapeNodes "HOST" | filter name == "a"'
    assert fix_text(text, "a.dql", Settings(select=("ALL",), ignore=("C011",)))[0] == text


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ('fetch logs | filter x NOT LIKE "%x%"', 'fetch logs | filterOut like(x, "%x%")'),
        ('fetch logs | filter a not in {"x"}', 'fetch logs | filterOut in(a, {"x"})'),
        ('fetch logs | filter status == "e" where x == "y"', 'fetch logs | filter status == "e" | filter x == "y"'),
        ("fetch logs | fields service.name as Service", "fetch logs | fields Service = service.name"),
        ("fetch logs | fieldsAdd x = lag(a)",) * 2,
        ("fetch logs | fieldsAdd field: x", "fetch logs | fieldsAdd x"),
        ("fetch logs | filterOut not isNull(a)", "fetch logs | filter isNull(a)"),
        ("fetch logs | filter not ((a or b))", "fetch logs | filterOut a or b"),
        ("fetch logs | filter not (/* c */ a or b)",) * 2,  # which would take the comment away
        # what is not known goes, what is out of order is put there
        ("fetch logs, foo:1, from:-1h", "fetch logs, from:-1h"),
        ("fetch logs, /* c */ foo:1",) * 2,
        ('fetch logs | parse content, "INT(foo=1, min=1):a"', 'fetch logs | parse content, "INT(min=1):a"'),
        ('fetch logs | parse content, "INT(min=1, foo=1):a"', 'fetch logs | parse content, "INT(min=1):a"'),
        ('fetch logs | parse content, "INT?*(min=0):a"', 'fetch logs | parse content, "INT(min=0)*?:a"'),
        ('fetch logs | filter arrayContains(a, "x")', 'fetch logs | filter in(a, "x")'),
        ("fetch logs | fieldsAdd x = arayAvg(a)", "fetch logs | fieldsAdd x = arrayAvg(a)"),
        # entities: the whole query, or nothing
        (
            "fetch logs | sort dt.entity.host | summarize n = count(), by:{dt.entity.host} | sort dt.entity.host",
            "fetch logs | sort dt.smartscape.host | summarize n = count(), by:{dt.entity.host = dt.smartscape.host}"
            " | sort dt.entity.host",
        ),
        ("fetch logs | fields n = entityName(dt.entity.host), dt.entity.host",) * 2,
        ('fetch logs | filter dt.entity.host == "HOST-1" | fields dt.entity.host',) * 2,
        ("fetch logs | fields dt.entity.host | lookup [fetch dt.entity.host], sourceField:dt.entity.host",) * 2,
        ("fetch logs | fields dt.entity.host, dt.entity.process_group",) * 2,
    ],
)
def test_unsafe_fixes(text: str, fixed: str) -> None:
    assert unsafely(text) == fixed


# ---- every fix, on published queries with slips -----------------------------------------------------------------------


def errors(text: str) -> int:
    return sum(diagnostic.severity == "error" for diagnostic in subject_of(text).parsed.diagnostics)


def findings(text: str, select: tuple[str, ...]) -> list[Diagnostic]:
    return lint(subject_of(text), picked(select))


@cache
def published() -> list[str]:
    return [row["query"] for row in lines(CORPUS) if row["kind"] == "query"]


@needs(CORPUS)
@given(st.data())
@examples(60)
def test_every_fix_leaves_a_text_that_is_read_as_far(data: st.DataObject) -> None:
    text = slipped(data.draw(st.sampled_from(published())), data.draw(st.integers(0, 10**6)))
    select = data.draw(st.sampled_from([(), ("ALL",)]))
    before = errors(text)
    for finding in findings(text, select):
        if finding.fix is not None:
            assert errors(apply_edits(text, finding.fix.edits)) <= before, finding
    for unsafe in (False, True):
        fixed, _ = fix_text(text, "a.dql", Settings(select=select), unsafe)
        assert errors(fixed) <= before
        assert fix_text(fixed, "a.dql", Settings(select=select), unsafe)[0] == fixed


@needs(CORPUS)
@given(st.data())
@examples(20)
def test_safe_fixes_keep_the_answer(data: st.DataObject) -> None:
    """Of whole queries, on records with nulls and mixed types."""
    text = data.draw(st.sampled_from(published()))
    one = subject_of(text)
    fixed = safely(text)
    if fixed == text or one.bound.variables or any(d.severity == "error" for d in one.found):
        return
    assert isinstance(one.bound.plan, Operator)
    tables = tables_for(one.bound.plan)
    answers = [Query(version).run(tables, now="2026-01-06T11:46:40Z").records for version in (text, fixed)]
    assert answers[0] == answers[1]
