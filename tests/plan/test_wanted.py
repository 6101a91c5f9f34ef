"""What a plan needs of its tables is told from the plan alone, and enough for its answer."""

from __future__ import annotations

import pytest

from dqlkit import parse
from dqlkit.plan.operators import Operator
from dqlkit.plan.timerange import TIME_FIELDS
from dqlkit.plan.wanted import Needs, needs


def wanted(text: str, most: int | None = None) -> dict[str, Needs]:
    plan = parse(text).plan
    assert isinstance(plan, Operator)
    found = needs(plan, most)
    return {
        table: Needs(None if one.fields is None else one.fields - set(TIME_FIELDS), one.limit)
        for table, one in found.items()
    }


@pytest.mark.parametrize(
    ("text", "fields", "limit"),
    [
        ("fetch t", None, None),
        ("fetch t | limit 5", None, 5),
        ("fetch t | limit 5 | limit 3", None, 3),
        ("fetch t | fieldsAdd b = a * 2 | limit 5", None, 5),
        ("fetch t | filter a == 1 | limit 5", None, None),
        ("fetch t | sort a | limit 5", None, None),
        ("fetch t | limit 5 | sort a", None, 5),
        ("fetch t | summarize count()", set(), None),
        ("fetch t | limit 5 | summarize count()", set(), 5),
        ("fetch t | filter a == 1 | summarize sum(b), by:{c, d = lower(e)}", {"a", "b", "c", "e"}, None),
        ("fetch t | fields a, b", {"a", "b"}, None),
        ("fetch t | fieldsKeep a, b", {"a", "b"}, None),
        ('fetch t | fieldsKeep "a*"', None, None),
        ("fetch t | fieldsRename n = a | fieldsRemove c | summarize sum(n)", {"a", "n"}, None),
        ('fetch t | search "x" | summarize count()', None, None),
        ("fetch t | dedup a | summarize count()", {"a"}, None),
        ('fetch t | parse content, "INT:x" | summarize sum(x)', {"content", "x"}, None),
        ("fetch t | makeTimeseries count(), by:{a}", {"a"}, None),
        ("describe t", None, None),
    ],
)
def test_fields_and_limits(text: str, fields: set[str] | None, limit: int | None) -> None:
    assert wanted(text) == {"t": Needs(None if fields is None else frozenset(fields), limit)}


def test_the_limit_of_the_answer_counts_too() -> None:
    assert wanted("fetch t | fields a", 10) == {"t": Needs(frozenset({"a"}), 10)}
    assert wanted("fetch t | limit 5", 10)["t"].limit == 5


def test_joined_and_nested_queries() -> None:
    joined = wanted("fetch t | limit 5 | lookup [fetch u], sourceField:a, lookupField:b | summarize count()")
    assert joined["u"] == Needs()
    assert wanted("fetch t | limit 5 | append [fetch t | limit 7]")["t"].fields is None
    assert wanted("fetch t | filter a in [fetch u | fields b] | summarize count()")["u"] == Needs(frozenset({"b"}))
