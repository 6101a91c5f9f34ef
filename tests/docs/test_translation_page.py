"""The table of what each language can say of the other is the one that the code gives."""

from __future__ import annotations

from pathlib import Path

from dqlkit.docs import translation_page

PAGE = Path(translation_page.__file__).parent / "translation.md"


def test_page_is_up_to_date() -> None:
    """`python -m dqlkit.docs.translation_page > dqlkit/docs/translation.md` mends it."""
    assert PAGE.read_text(encoding="utf-8") == translation_page.markdown()


def test_every_grade_says_what_it_has_to() -> None:
    for source in translation_page.CONSTRUCTS:
        for row in translation_page.rows(source):
            assert bool(row.translated) == (row.grade != "impossible")
            assert bool(row.notes) == (row.grade != "exact"), row
