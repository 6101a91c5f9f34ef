"""The table of what each language can say of the other is the one that the code gives."""

from __future__ import annotations

from pathlib import Path

from dqlkit import translation

PAGE = Path(translation.__file__).parent / "docs" / "translation.md"


def test_page_is_up_to_date() -> None:
    """`python -m dqlkit.translation > dqlkit/docs/translation.md` mends it."""
    assert PAGE.read_text(encoding="utf-8") == translation.markdown()


def test_every_grade_says_what_it_has_to() -> None:
    for source in translation.CONSTRUCTS:
        for row in translation.rows(source):
            assert bool(row.translated) == (row.grade != "impossible")
            assert bool(row.notes) == (row.grade != "exact"), row
