"""What is known of rules without their files is what the files declare, and no rule passes over a text it has findings in."""

from __future__ import annotations

import pytest

from dqlkit.frozen import replace
from dqlkit.linting.catalogue import rules
from dqlkit.linting.chosen import Chosen
from dqlkit.linting.documentation import declared
from dqlkit.linting.linter import lint, subject_of
from dqlkit.linting.places import RULES
from dqlkit.linting.rule import Rule
from tests.shared import lines, needs


def test_places_are_current() -> None:
    assert tuple(declared()) == RULES, "stale: python -m dqlkit.linting.documentation"


def _skips_nothing(text: str) -> None:
    subject = subject_of(text)
    for rule in rules("dql").values():
        everywhere = replace(rule, passes_on=False, words=())
        if not [*Chosen((rule,)).concerning(subject)]:
            assert lint(subject_of(text), Chosen((everywhere,))) == [], (rule.code, text)


@pytest.mark.parametrize("rule", rules("dql").values(), ids=lambda rule: rule.code)
def test_a_rule_looks_where_others_have_examples(rule: Rule) -> None:
    for section in ("Bad", "Good"):
        for text in rule.examples(section):
            _skips_nothing(text)


@needs("corpus/dql-2.jsonl")
def test_a_rule_looks_where_published_queries_have_findings() -> None:
    for row in lines("corpus/dql-2.jsonl")[::20]:
        _skips_nothing(row["query"])
