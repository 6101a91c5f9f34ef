"""The page of decisions is the one that the marks in the package give."""

from __future__ import annotations

from pathlib import Path

from dqlkit.docs import decisions_page

PAGE = Path(decisions_page.__file__).parent / "decisions.md"
PACKAGE = PAGE.parent.parent


def test_page_is_up_to_date() -> None:
    """`python -m dqlkit.docs.decisions_page > dqlkit/docs/decisions.md` mends it."""
    assert PAGE.read_text(encoding="utf-8") == decisions_page.markdown()


def test_every_mark_is_on_the_page() -> None:
    marks = sum(
        len(decisions_page._MARK.findall(path.read_text(encoding="utf-8")))
        for path in PACKAGE.rglob("*.py")
        if path.name != "decisions_page.py"
    )
    shown = sum(len(decisions_page._MARK.findall(one.sentence)) for one in decisions_page.decisions())
    assert shown == marks > 100
