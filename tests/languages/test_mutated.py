"""Published and tested queries, damaged: every verb answers, with places inside the text; what stays valid keeps its meaning."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dqlkit
from dqlkit.checks.normal import STEPS
from dqlkit.linting.check import fix_text
from dqlkit.linting.settings import Settings
from dqlkit.plan.operators import Operator
from tests.languages.adql.strategies import adql_queries
from tests.languages.dql.strategies import commanded
from tests.profiles import examples
from tests.shared import lines

CASES = Path(__file__).parents[1] / "cases"
#: Longer ones say nothing more, and take longer.
LONGEST = 400
_PIECE = re.compile(r'\s+|\w+|"[^"\n]*"|[^\w\s]')


@cache
def texts(language: str) -> list[str]:
    """The queries of the cases, and those of the corpus where it is there."""
    own = [path.read_text("utf-8") for path in sorted(CASES.glob(f"*/query.{language}"))]
    return [text for text in own + [row["query"] for row in lines(f"corpus/{language}.jsonl")] if len(text) < LONGEST]


@st.composite
def damaged(draw: st.DrawFn, language: str) -> str:
    """A query, which may be generated, with pieces left out, doubled, exchanged, or taken from another query."""
    some = st.sampled_from(texts(language)) | {"dql": commanded, "adql": adql_queries}[language]()
    pieces, others = _PIECE.findall(draw(some)), _PIECE.findall(draw(some)) or ["|"]
    for _ in range(draw(st.integers(0, 3))):
        at, to = draw(st.integers(0, max(len(pieces) - 1, 0))), draw(st.integers(0, len(others) - 1))
        change = draw(st.sampled_from(["leave out", "double", "exchange", "insert", "splice"]))
        if change == "leave out":
            pieces[at : at + 1] = []
        elif change == "double":
            pieces[at:at] = pieces[at : at + 1]
        elif change == "exchange":
            pieces[at : at + 1] = [others[to]]
        elif change == "insert":
            pieces[at:at] = [others[to]]
        else:
            pieces[at:] = others[to:]
    return "".join(pieces)


def in_order(plan: Operator) -> Operator:
    """The plan with the parts of `and` and `or` in one order: the canonical text drops parentheses that only group them."""
    (step,) = (step for step in STEPS if step.said == "conditions are ordered")
    return step.change(plan)


@pytest.mark.parametrize("language", ["dql", "adql"])
@examples(300)
@given(data=st.data())
def test_every_verb_answers(language: Any, data: st.DataObject) -> None:
    text = data.draw(damaged(language))
    query = dqlkit.parse(text, language)
    for diagnostic in [*query.diagnostics, *dqlkit.lint(text, language, select=["ALL"])]:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text), diagnostic
    laid, canonical = query.format(), query.canonical()
    translation = query.translate("adql" if language == "dql" else "dql")
    assert translation.text or translation.diagnostics
    fixed, _ = fix_text(text, f"x.{language}", Settings())
    if not query.errors:
        again = dqlkit.parse(laid, language)
        assert not again.errors
        assert again.plan == query.plan
        assert again.format() == laid
        assert in_order(dqlkit.parse(canonical, language).plan) == in_order(query.plan)
        assert not dqlkit.parse(fixed, language).errors
