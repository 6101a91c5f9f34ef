"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["nearest"]


def nearest(name: str, names: Iterable[str]) -> str:
    """What to say of the name that was probably meant: nothing where none is near."""
    from difflib import get_close_matches  # only for mistakes

    found = get_close_matches(name, [*names], n=1)
    return f"; nearest is {found[0]!r}" if found else ""
