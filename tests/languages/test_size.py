"""Texts that are nested very deep or are very long: every verb answers them cleanly, and soon."""

from __future__ import annotations

import time

import pytest

import dqlkit

N = 1000
T = "fetch t | fieldsAdd x = "

DEEP = {
    "lower": T + "lower(" * N + "a" + ")" * N,
    "array": T + "array(" * N + "a" + ")" * N,
    "if": T + "if(true, " * N + "a" + ")" * N,
    "aggregation": "fetch t | summarize x = " + "sum(" * N + "a" + ")" * N,
    "metric": "timeseries x = " + "avg(" * N + "a" + ")" * N,
    "record": "data " + "record(a = " * N + "1" + ")" * N,
    "parentheses": "fetch t | filter " + "(" * N + "a" + ")" * N,
    "braces": "fetch t | fields " + "{" * N + "a" + "}" * N,
    "not": "fetch t | filter " + "not " * N + "a",
    "minus": T + "-" * N + "a",
    "plus": T + "a" + " + a" * N,
    "index": T + "a" + "[0]" * N,
    "indexes": T + "a[" * N + "0" + "]" * N,
    "each": T + "a" + "[]" * N,
    "align": "fetch t, from:now()" + "@h" * N,
    "search": "fetch t | search " + "not " * N + '"x"',
    "append": "fetch t" + " | append [fetch t" * N + "]" * N,
    "sixty": "fetch t" + " | append [fetch t" * 60 + "]" * 60,
    "in": "fetch t" + " | filter a in [fetch t" * N + "]" * N,
    "lookup": "fetch t" + " | lookup [fetch t" * N + "], lookupField:a" * N,
    "join": "fetch t" + " | join [fetch t" * N + "], on:{a}" * N,
    "stages": "fetch t" + "".join(f" | fieldsAdd a{k} = {k}" for k in range(2 * N)),
    "filters": "fetch t" + " | filter a > 1" * 2 * N,
    "long sub-queries": "fetch t" + (" | limit 1" * 100 + " | append [fetch t") * 3 + "]" * 3,
}
WITHIN = {
    "append": "fetch t" + " | append [fetch t" * 40 + "]" * 40,
    "lookup": "fetch t" + " | lookup [fetch t" * 12 + "], lookupField:a" * 12,
    "join": "fetch t" + " | join [fetch t" * 12 + "], on:{a}" * 12,
    "lower": T + "lower(" * 90 + "a" + ")" * 90,
    "stages": "fetch t" + " | filter a > 1" * 190,
    "or": "fetch t | filter " + " or ".join(f"a == {k}" for k in range(3_000)),
}
ADQL = {
    "parentheses": "SELECT * FROM t WHERE " + "(" * N + "a = 1" + ")" * N,
    "not": "SELECT * FROM t WHERE " + "NOT " * N + "a = 1",
    "calls": "SELECT " + "abs(" * N + "a" + ")" * N + " FROM t",
    "minus": "SELECT " + "- " * N + "a FROM t",
    "plus": "SELECT a" + " + a" * N + " FROM t",
}


def _verbs(query: dqlkit.Query) -> None:
    """Every verb that needs no table."""
    query.format()
    query.canonical()
    query.translate("adql" if query.language == "dql" else "dql")
    query.translate(query.language)
    dqlkit.lint(query.text, query.language)


@pytest.mark.parametrize("name", DEEP)
def test_what_is_too_deep_is_one_finding(name: str) -> None:
    query = dqlkit.parse(DEEP[name])
    assert [error.code for error in query.errors] == ["E001"]
    assert query.format().split() == DEEP[name].split()
    _verbs(query)
    with pytest.raises(dqlkit.DqlkitError) as raised:
        query.explain()
    assert len(raised.value.diagnostics) == 1


@pytest.mark.parametrize("name", WITHIN)
def test_what_is_just_not_too_deep_binds_at_once(name: str) -> None:
    start = time.process_time()
    query = dqlkit.parse(WITHIN[name])
    assert query.errors == ()
    assert time.process_time() - start < 5
    _verbs(query)
    query.explain()


@pytest.mark.parametrize("name", ADQL)
def test_deep_adql_is_answered(name: str) -> None:
    query = dqlkit.parse(ADQL[name], "adql")
    assert query.errors
    _verbs(query)


def test_long_texts_end_soon() -> None:
    long = [" or ".join(["a == 1"] * 10_000), "(" * 100_000]
    unfinished = ["a.", "<% ", "[[a", "<<a", "@a-", "%(", "${"]  # as placeholders begin
    for text in (*long, *(f") {begun * 20_000}" for begun in unfinished)):
        start = time.process_time()
        query = dqlkit.parse(f"fetch t | filter {text}")
        query.format()
        assert time.process_time() - start < 10, text[:20]
