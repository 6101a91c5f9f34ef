"""The public functions: what they take, and what they say of what they do not take."""

from __future__ import annotations

from typing import Any

import pytest

import dqlkit

TEXT = "fetch logs | filter status == 500"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"select": ["QQ"]}, "no rule 'QQ'"),
        ({"ignore": ["E001", "nope"]}, "no rule 'nope'"),
        ({"context": "nope"}, "no context 'nope'"),
        ({"part": "foo"}, "no part 'foo'"),
        ({"language": "sql"}, "no language 'sql'"),
    ],
)
def test_the_linter_knows_its_names(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        dqlkit.lint(TEXT, **wrong)


def test_one_text_is_no_list_of_rules() -> None:
    with pytest.raises(TypeError, match="lists of names"):
        dqlkit.lint(TEXT, select="E001")


@pytest.mark.parametrize("function", [dqlkit.parse, dqlkit.format, dqlkit.lint])
def test_parts_and_languages_are_known(function: Any) -> None:
    with pytest.raises(ValueError, match="no part 'foo'; known are query, stages, expression"):
        function(TEXT, part="foo")
    with pytest.raises(ValueError, match="no language 'sql'; known are dql, adql"):
        function(TEXT, language="sql")
