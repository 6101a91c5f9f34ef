"""The examples in the documentation of every matcher."""

from __future__ import annotations

import json
import re

import pytest

from dqlkit.languages.dpl.matchers import Matcher, find, matchers
from dqlkit.languages.dpl.matchers.matcher import declared
from tests.languages.dpl.running import exports, shown

matchers()
_EXAMPLE = re.compile(r'>>> (.+) <- (".*")\n\s*(.+)')
EXAMPLES = [(m, *example) for m in declared() for example in _EXAMPLE.findall(m.documentation)]


@pytest.mark.parametrize(
    ("matcher", "text", "subject", "answer"), EXAMPLES, ids=[f"{m.name}: {t}" for m, t, *_ in EXAMPLES]
)
def test_example(matcher: Matcher, text: str, subject: str, answer: str) -> None:
    assert shown(exports(text, json.loads(subject))) == json.loads(answer)


def test_every_matcher_has_an_example() -> None:
    assert not {m.name for m in declared()} - {m.name for m, *_ in EXAMPLES}


def test_names_are_found_in_any_case_and_by_alias() -> None:
    integer = find("int")
    assert integer is not None
    assert integer is find("INTEGER")
    assert find("nothing") is None
