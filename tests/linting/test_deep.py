"""Stages that are nested without end are linted as others are."""

from __future__ import annotations

import pytest

from dqlkit.linting.check import check_text
from dqlkit.linting.settings import Settings

MANY = 1200
NESTED = {
    "braces": "fieldsAdd b = " + "{" * MANY + "x" + "}" * MANY,
    "brackets": "summarize a" + "[a" * MANY + "]" * MANY,
    "negations": "summarize " + "not " * MANY + "x",
    "signs": "summarize " + "-" * MANY + "x",
    "calls": "summarize " + "abs(" * MANY + "x" + ")" * MANY,
    "queries": "append " + "[fetch a | append " * MANY + "[fetch b]" + "]" * MANY,
    "open groups": "filter " + "(" * MANY,
}


@pytest.mark.parametrize("stage", NESTED.values(), ids=NESTED)
def test_nested_stages(stage: str) -> None:
    found = check_text(f"fetch a | {stage}", "one.dql", Settings(select=("ALL",)))
    assert "expected at most 200 levels of nesting, found more" in {one.diagnostic.message for one in found}
