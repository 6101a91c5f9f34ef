"""Layout of selected stages: the selection is between `‸` and `‸`."""

from __future__ import annotations

import pytest

from dqlkit.diagnostics import Edit, Span, apply_edits
from dqlkit.editing import Draft
from dqlkit.editing.layout import layout
from dqlkit.editing.outline import symbols
from dqlkit.languages.language import LanguageName
from tests.shared import lines, needs

SELECTED: list[tuple[LanguageName, str, str]] = [
    ("dql", "fetch   x|filter a‸==1‸ //c\n|sort   a", "fetch   x|filter a == 1 //c\n|sort   a"),
    ("dql", "fetch   x|fil‸ter a==1 //c\n|s‸ort   a", "fetch   x|filter a == 1 //c\n| sort a"),
    (
        "dql",
        "fetch x | app‸end [fetch   y|limit  1]‸ | limit   2",
        "fetch x | append [\n    fetch y\n    | limit 1\n  ] | limit   2",
    ),
    ("dql", "fetch x | filter a==‸‸ | sort   a", "fetch x | filter a== | sort   a"),
    ("adql", "SELECT   a FROM  t W‸HERE x=1‸", "SELECT   a FROM  t WHERE x = 1"),
]


@pytest.mark.parametrize(("language", "text", "wanted"), SELECTED)
def test_only_the_selected_stages_are_laid_out(language: LanguageName, text: str, wanted: str) -> None:
    before, inside, after = text.split("‸")
    draft = Draft(before + inside + after, language)
    edit = layout(draft, Span(len(before), len(before) + len(inside)), 100)
    assert apply_edits(draft.text, [edit] if edit else []) == wanted


def test_an_expression_is_laid_out_as_a_whole() -> None:
    draft = Draft("  a==1   and b\n", part="expression")
    assert layout(draft, Span(4, 4), 100) == Edit(Span(2, 14), "a == 1 and b")
    assert layout(Draft(" \n"), Span(0, 0), 100) is None


@needs("corpus/dql-2.jsonl")
def test_a_stage_laid_out_alone_is_what_it_is_in_the_whole_layout() -> None:
    made = 0
    for row in lines("corpus/dql-2.jsonl")[::80]:
        draft = Draft(row["query"])
        for symbol in symbols(draft)[1:2]:
            edit = layout(draft, symbol.head, 100)
            changed = draft.with_text(apply_edits(draft.text, [edit] if edit else []))
            assert changed.verbs.format(changed.parsed) == draft.verbs.format(draft.parsed)
            made += edit is not None
    assert made > 5
