"""Full text split into words, as documented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.languages.adql.fulltext import parts_of, words_of
from tests.shared import lines, needs

FILE = "conformance/adql.jsonl"
CASES = [case for case in lines(FILE) if case.get("kind") == "tokenizer"]


@needs(FILE)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_shown_case(case: dict[str, object]) -> None:
    assert words_of(str(case["data"])) == case["expected_tokens"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pEer", ["p", "eer"]),
        ("HTTPServer", ["httpserver", "http", "server"]),
        ("error500", ["error500", "error", "500"]),
        ("a_b-c", ["a", "b", "c"]),
        ("Größe", ["größe"]),
        ("  ", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(st.text())
def test_every_part_is_a_word(text: str) -> None:
    assert set(parts_of(text)) <= set(words_of(text))
