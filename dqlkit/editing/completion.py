"""Completion: what may be written at a place, in whatever language the text is."""

from __future__ import annotations

from dqlkit.editing.caret import Caret
from dqlkit.editing.draft import Draft
from dqlkit.editing.items import Completions, Item

__all__ = ["complete"]


def complete(draft: Draft, offset: int) -> Completions:
    """The offers at an offset of a text, best ones first, and the range that each of them replaces."""
    from dqlkit.editing import adql, dql  # one of them is needed

    found = (dql if draft.language == "dql" else adql).complete(Caret(draft, offset))
    unique: dict[tuple[str, str], Item] = {}
    for item in found.items:
        unique.setdefault((item.label, item.kind), item)
    return Completions(found.span, tuple(sorted(unique.values(), key=lambda item: item.rank)))
