"""Translation both ways: what it says nothing about is exact."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from dqlkit import Query, translate
from dqlkit.languages.adql.format import format
from dqlkit.languages.adql.lift import lift
from dqlkit.types.values import Value
from tests.languages.adql.running import answered, plan_of, same
from tests.languages.adql.strategies import adql_queries, dql_queries, events, nested_events, nested_queries
from tests.profiles import examples

BOUNDED = examples(100)
Records = list[dict[str, Value]]


@BOUNDED
@given(adql_queries(), events())
def test_engines_agree_on_adql(text: str, records: Records) -> None:
    plan = plan_of(text)
    answered(plan, {"t": records})


@BOUNDED
@given(nested_queries(), nested_events())
def test_engines_agree_on_nested_fields(text: str, records: Records) -> None:
    plan = plan_of(text)
    answered(plan, {"t": records})
    assert plan_of(format(lift(plan).parsed)) == plan


@BOUNDED
@given(adql_queries())
def test_lifting_gives_the_same_plan(text: str) -> None:
    plan = plan_of(text)
    lifted = lift(plan)
    assert not lifted.diagnostics
    assert plan_of(format(lifted.parsed)) == plan


@BOUNDED
@given(adql_queries(), events())
def test_adql_in_dql(text: str, records: Records) -> None:
    """Equal answers, and the same plan when it comes back."""
    translation = translate(text)
    told = [d for d in translation.diagnostics if d.code.startswith("T")]
    assert translation.text
    if told:
        return
    plan = plan_of(text)
    assert same(answered(plan, {"t": records}), answered(plan_of(translation.text, "dql"), {"t": records}))
    assert plan_of(translate(translation.text, "dql", "adql").text) == plan


@BOUNDED
@given(dql_queries(), events())
def test_dql_in_adql(text: str, records: Records) -> None:
    """Equal answers; and what comes back is the same from then on."""
    translation = translate(text, "dql", "adql")
    assert translation.text or any(d.severity == "error" for d in translation.diagnostics)
    if any(d.code.startswith("T") for d in translation.diagnostics):
        return
    assert same(answered(plan_of(text, "dql"), {"t": records}), answered(plan_of(translation.text), {"t": records}))
    back = translate(translation.text, "adql", "dql")
    assert plan_of(translate(back.text, "dql", "adql").text) == plan_of(translation.text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT filter(sum(x), WHERE eventTimestamp >= 1700000060000) AS m FROM t WHERE y > 0 HAVING m > -7",
        "SELECT a, filter(count(x), WHERE eventTimestamp < 1700000060000 AND b = 'x') AS m FROM t",
        "SELECT filter(percentile(x, 50), WHERE NOT eventTimestamp BETWEEN [1, 1700000060000)) FROM t",
    ],
)
def test_conditions_within_metrics_come_back(text: str) -> None:
    there = translate(text)
    assert not there.diagnostics
    assert plan_of(translate(there.text, "dql", "adql").text) == plan_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT range(y, 0, 5), a, min(y) AS m, max(y) AS n FROM t ORDER BY m",
        "SELECT a, range(y, 0, 5), b, avg(x) AS m, min(y) AS n FROM t ORDER BY n",
        "SELECT a, range(y, 0, 5), count(*) AS c, min(y) AS m FROM t ORDER BY c DESC, m",
        "SELECT a, b, count(*) AS c FROM t ORDER BY c DESC",
    ],
)
def test_an_order_that_one_level_has_by_itself_comes_back_for_the_others(text: str) -> None:
    there = translate(text)
    assert not there.diagnostics
    assert plan_of(translate(there.text, "dql", "adql").text) == plan_of(text)


@pytest.mark.parametrize("metric", ["sum(x)", "count(*)", "avg(x)", "distinctcount(x)", "percentile(x, 50)"])
def test_words_within_metrics_are_a_phrase(metric: str) -> None:
    translation = translate(f"SELECT filter({metric}, WHERE message LIKE 'failed') AS m FROM logs")
    assert 'matchesPhrase(message, "failed")' in translation.text


def test_values_behind_metrics_are_computed_after_them() -> None:
    translation = translate("SELECT b, sum(x) AS m, a FROM t HAVING m > 1")
    assert translation.text.splitlines()[-1] == "| fields b, m, a = null"
    assert not Query(translation.text).errors


def codes(text: str, source: Any, target: Any) -> list[str]:
    return [d.code for d in translate(text, source, target).diagnostics]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT segments.tier FROM t", "T102"),
        ("SELECT message FROM logs WHERE message LIKE 'failed'", "T104"),
        ("SELECT sum(x) / 2 FROM t", "T106"),
    ],
)
def test_adql_that_dql_says_nearly(text: str, code: str) -> None:
    assert codes(text, "adql", "dql") == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fetch t | filter a == 1 | limit 5", "T101"),
        ("fetch t | sort a", "T101"),
        ("fetch t, from:now()-2h, to:now()-1h | sort a | limit 5", "T105"),
        ("fetch t | summarize n = count(), by:{a} | filter n > 1 | sort n desc | limit 5", "T107"),
        ("fetch t | summarize n = count(), by:{a} | limit 5", "T108"),
    ],
)
def test_dql_that_adql_says_nearly(text: str, code: str) -> None:
    translation = translate(text, "dql", "adql")
    assert translation.text
    assert [d.code for d in translation.diagnostics] == [code]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (
            "fetch t | lookup [fetch u], sourceField:a, lookupField:b",
            "T001",
            "lookup [fetch u], sourceField:a, lookupField:b",
        ),
        ("fetch t | filter a < b | sort a | limit 1", "T003", "a < b"),
        ('fetch t | fields r = replaceString(a, "x", "y") | sort r | limit 1', "T002", 'replaceString(a, "x", "y")'),
        ("fetch t | filter d > 5s | sort d | limit 1", "T004", "5s"),
        ("fetch t | summarize c = count(), by:{a} | summarize avg(c)", "T001", "summarize avg(c)"),
        (
            "fetch t | summarize c = count(), m = max(x), by:{a} | filter c > 2 | fields a, m",
            "T003",
            "summarize c = count(), m = max(x), by:{a}",
        ),
    ],
)
def test_dql_that_adql_cannot_say(text: str, code: str, place: str) -> None:
    translation = translate(text, "dql", "adql")
    assert translation.text == ""
    found = next(d for d in translation.diagnostics if d.severity == "error")
    assert found.code == code
    assert text[found.span.start : found.span.end] == place


def test_names_of_tables_and_fields_are_mapped() -> None:
    names = {
        "transactions": "spans",
        "eventTimestamp": "start_time",
        "segments.tier": "service.name",
        "responseTime": "ms",
    }
    text = (
        "SELECT segments.tier, max(responseTime) AS responseTime FROM transactions WHERE segments.tier != 'x' LIMIT 3"
    )
    translation = translate(text, names=names)
    assert not translation.diagnostics
    assert "fetch spans" in translation.text
    assert "not in(service.name, " in translation.text
    assert "responseTime = max(ms)" in translation.text
    assert "segments.tier = `each segments.tier`" in translation.text
    back = {new: old for old, new in names.items()}
    raw = translate("fetch spans | filter ms > 5 | sort start_time desc | limit 100", "dql", "adql", names=back)
    assert raw.text.split() == ["SELECT", "*", "FROM", "transactions", "WHERE", "responseTime", ">", "5"]


def test_errors_of_the_source_stop_the_translation() -> None:
    translation = translate("SELECT a FROM t GROUP BY a")
    assert translation.text == ""
    assert Query("SELECT a FROM t GROUP BY a", "adql").errors == translation.diagnostics
