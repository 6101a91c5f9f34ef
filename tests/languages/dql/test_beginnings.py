"""Queries that begin alike share what they begin with, and mean what they mean alone."""

from __future__ import annotations

import pytest

from dqlkit.languages.dql import beginnings
from dqlkit.languages.dql.language import LANGUAGE
from dqlkit.languages.language import Bound
from dqlkit.plan.operators import Operator


def bound(text: str) -> Bound:
    return LANGUAGE.bind(LANGUAGE.parse(text))


def said(found: Bound) -> tuple[object, ...]:
    spans = [[(operator.span, schema) for operator, schema in flow] for flow in found.flows]
    return found.plan, spans, found.diagnostics, found.references, found.variables


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    beginnings._KNOWN.clear()


BEGINNING = "fetch logs, from:-2h | filter a == $x | fieldsAdd n = toLong(b) + 1 | "


@pytest.mark.parametrize(
    "text",
    [
        BEGINNING + "summarize count(), by:{n}",
        BEGINNING + 'filter n == "text"',
        BEGINNING + "limit 1, 2",
        BEGINNING + "sumarize count()",
        BEGINNING + "lookup [fetch users | fields id], sourceField:n, lookupField:id | fields id, n",
        BEGINNING + "filter n in [fetch users | fields id] | sort n",
        BEGINNING + "filter {{ more }}",
        BEGINNING.replace("filter a", "filter  a") + "limit 1",
        BEGINNING[:20] + "| limit 1",
    ],
)
def test_a_shared_beginning_changes_nothing(text: str) -> None:
    alone = said(bound(text))
    beginnings._KNOWN.clear()
    for other in (BEGINNING + "limit 5", text):
        bound(other)
    assert said(bound(text)) == alone


def test_stages_are_shared_up_to_the_first_that_differs() -> None:
    one, other = bound(BEGINNING + "limit 5").plan, bound(BEGINNING + "limit 6").plan
    assert isinstance(one, Operator)
    assert isinstance(other, Operator)
    assert one.inputs[0] is other.inputs[0]
    assert one != other


def test_a_text_that_is_read_in_another_way_shares_nothing() -> None:
    plain = bound("fetch logs | filter {{ a }} | limit 1").plan
    filled = bound("fetch logs | filter {{ a }} | filter {{ b c }}").plan
    assert isinstance(plain, Operator)
    assert isinstance(filled, Operator)
    assert filled.inputs[0] is not plain.inputs[0]


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginnings, "_REMEMBERED", 4)
    for number in range(20):
        bound(f"fetch logs | limit {number}")
    assert len(beginnings._KNOWN) <= 4


@pytest.mark.parametrize("text", ["fetch logs | logs", "fetch logs | xyzxyz 1", "logs"])
def test_only_the_first_command_is_told_to_bring_records(text: str) -> None:
    (found,) = bound(text).diagnostics
    assert ("fetch" in found.help) == (text == "logs")
