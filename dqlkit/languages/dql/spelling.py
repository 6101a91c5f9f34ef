"""What a name that nothing has was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["is_slip", "nearest"]

#: Shorter names are alike without being meant.
_SHORT = 4


def nearest(name: str, candidates: Iterable[str]) -> str:
    """The candidate that a name was probably meant to be, or nothing."""
    from difflib import get_close_matches  # only for what is wrong

    by_lower = {candidate.lower(): candidate for candidate in candidates}
    found = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else ""


def is_slip(written: str, meant: str) -> bool:
    """Whether a name is another one with a slip of the fingers: as long, but for one letter, and not a short one."""
    if abs(len(written) - len(meant)) > 1 or len(meant) < _SHORT:
        return False
    from difflib import SequenceMatcher

    blocks = SequenceMatcher(None, written.lower(), meant.lower(), autojunk=False).get_matching_blocks()
    return max(len(written), len(meant)) - sum(block.size for block in blocks) <= 1
