"""Going to where a field is made, finding its occurrences, and renaming it through its query."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Edit, Span
from dqlkit.editing.draft import Draft
from dqlkit.editing.origins import Origin, Origins
from dqlkit.languages.syntax.references import Reference

__all__ = ["CannotRename", "definition", "occurrences", "renamable", "rename"]


class CannotRename(ValueError):
    """Why something cannot be renamed, in a sentence."""


def definition(draft: Draft, offset: int) -> Span | None:
    """Where the field at an offset is made; None for a field of a table, and for what is no field."""
    if draft.language != "dql":
        defined = [one.span for one in _same(draft, offset) if one.defines]
        return defined[0] if defined else None
    origin = Origins(draft).at(offset)
    return origin.made if origin else None


def occurrences(draft: Draft, offset: int) -> tuple[Span, ...]:
    """The places that name the same field, or otherwise the same thing, as the word at an offset."""
    origin = Origins(draft).at(offset) if draft.language == "dql" else None
    if origin is None:
        return tuple(one.span for one in _same(draft, offset))
    return tuple(sorted(span for span in origin.spots if span.end > span.start))


def renamable(draft: Draft, offset: int) -> Span:
    """The word at an offset that can be renamed. Raises `CannotRename`."""
    found = draft.reference_at(offset)
    if found is not None and found.kind == "field":
        return found.span
    origin = Origins(draft).at(offset) if draft.language == "dql" else None
    span = next((s for s in origin.spots if s.start <= offset <= s.end), None) if origin else None
    if span is None:
        raise CannotRename("Only fields can be renamed.")
    return span


def rename(draft: Draft, offset: int, new: str) -> tuple[Edit, ...]:
    """The edits that give the field at an offset another name, wherever the query names it.

    Raises `CannotRename` for what cannot have another name, or where another field has that name already.
    """
    if not new.strip():
        raise CannotRename("A name is needed.")
    if draft.language != "dql":
        from dqlkit.languages.adql.format import AdqlPrinter

        text = AdqlPrinter().spelled_name(new)
        edits = [Edit(one.span, text) for one in _same(draft, offset)]
    else:
        origin = Origins(draft).at(offset)
        if origin is None:
            raise CannotRename("Only fields can be renamed.")
        edits = list(_edits(origin, new, set()))
    _stays_right(draft, edits)
    return tuple(sorted(edits))


def _edits(origin: Origin, new: str, seen: set[int]) -> Iterator[Edit]:
    """The edits for a field and for those that are named after it."""
    if id(origin) in seen or new == origin.name:
        return
    seen.add(id(origin))
    if origin.fixed and len(seen) == 1:
        raise CannotRename(f"`{origin.name}` cannot be renamed: {origin.fixed}.")
    for spot in origin.spots.values():
        if spot.span.end > spot.span.start or len(seen) == 1:  # what follows is called anew by itself
            yield Edit(spot.span, spot.write(new))
    for other, name in origin.follows:
        yield from _edits(other, name(new), seen)


def _stays_right(draft: Draft, edits: list[Edit]) -> None:
    """Refuse a new name that another field has: two fields would become one."""
    from dqlkit.diagnostics import apply_edits

    changed = draft.with_text(apply_edits(draft.text, edits))
    before = sum(d.severity == "error" for d in (*draft.parsed.diagnostics, *draft.bound.diagnostics))
    after = sum(d.severity == "error" for d in (*changed.parsed.diagnostics, *changed.bound.diagnostics))
    if after > before:
        raise CannotRename("The query would have errors with that name.")
    if draft.language != "dql":
        return
    origins = Origins(changed)
    for edit in edits:
        shift = sum(len(e.text) - (e.span.end - e.span.start) for e in edits if e.span < edit.span)
        origin = origins.at(edit.span.start + shift)
        if origin is not None and len(origin.spots) > len(edits):
            raise CannotRename(f"There is another field `{origin.name}` already.")


def _same(draft: Draft, offset: int) -> list[Reference]:
    """The references to what the word at an offset names."""
    found = draft.reference_at(offset)
    if found is None:
        return []
    return [one for one in draft.references if (one.kind, one.name, one.owner) == (found.kind, found.name, found.owner)]
