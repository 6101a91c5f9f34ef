"""Trees to text and back: every tree has a text, and that text has the tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dqlkit.languages.dql.canonical import canonical
from dqlkit.languages.dql.format import format
from dqlkit.languages.dql.parse import parse
from dqlkit.languages.language import Part
from dqlkit.languages.syntax.tree import Node, Parsed
from tests.languages.strategies import expressions, pipelines, words
from tests.profiles import examples

trees = pipelines.map(lambda tree: ("query", tree)) | expressions.map(lambda tree: ("expression", tree))


@given(trees, st.sampled_from((20, 60, 100)))
@examples(150)
def test_what_is_printed_is_read_again(case: tuple[Part, Node], line_width: int) -> None:
    part, tree = case
    text = format(Parsed("", tree, [], []), line_width=line_width)
    again = parse(text, part)
    assert again.diagnostics == []
    assert words(again.tree) == words(tree)
    assert format(again, line_width=line_width) == text


@given(trees)
@examples(150)
def test_the_canonical_text_is_its_own_canonical_text(case: tuple[Part, Node]) -> None:
    part, tree = case
    text = canonical(tree)
    again = parse(text, part)
    assert again.diagnostics == []
    assert canonical(again.tree) == text
