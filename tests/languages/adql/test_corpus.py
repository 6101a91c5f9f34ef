"""Published queries: what is valid parses, formats, runs and translates; what is not is turned down with advice."""

from __future__ import annotations

import pytest

from dqlkit import Query, format
from tests.languages.adql.running import answered, plan_of, same, table_for
from tests.shared import lines, needs

FILE = "corpus/adql.jsonl"
ROWS = lines(FILE)
VALID = [row for row in ROWS if row["valid"] is not False]
INVALID = [row for row in ROWS if row["valid"] is False]

pytestmark = needs(FILE)


@pytest.mark.parametrize("row", VALID, ids=lambda row: row["id"])
def test_valid_query(row: dict[str, str]) -> None:
    query = Query(row["query"], "adql")
    assert not query.errors
    once = format(row["query"], "adql")
    assert format(once, "adql") == once
    assert plan_of(once) == query.plan
    assert Query(query.canonical(), "adql").canonical() == query.canonical()


@pytest.mark.parametrize("row", VALID, ids=lambda row: row["id"])
def test_valid_query_runs_alike_on_every_engine(row: dict[str, str]) -> None:
    query = Query(row["query"], "adql")
    name, records = table_for(query)
    answered(plan_of(row["query"]), {name: records})


@pytest.mark.parametrize("row", VALID, ids=lambda row: row["id"])
def test_translation_that_says_nothing_is_exact(row: dict[str, str]) -> None:
    query = Query(row["query"], "adql")
    translation = query.translate("dql")
    assert translation.text
    told = [d for d in translation.diagnostics if d.code.startswith("T")]
    name, records = table_for(query)
    flat = {name: records}
    if not told:
        assert same(answered(plan_of(row["query"]), flat), answered(plan_of(translation.text, "dql"), flat))
        back = Query(translation.text, "dql").translate("adql")
        assert plan_of(back.text) == query.plan


@pytest.mark.parametrize("row", INVALID, ids=lambda row: row["id"])
def test_invalid_query_is_turned_down_with_advice(row: dict[str, str]) -> None:
    errors = Query(row["query"], "adql").errors
    assert errors
    assert all(0 <= d.span.start <= d.span.end <= len(row["query"]) for d in errors)
    assert any(d.help or "expected" in d.message for d in errors)
