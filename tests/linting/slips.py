"""Mistakes that people make, put into queries."""

from __future__ import annotations

import random

__all__ = ["slipped"]

#: What people type, instead of what.
SLIPS = (
    ("==", "="),
    (" and ", "&&"),
    (" or ", "||"),
    ("not ", "!"),
    ('"', "'"),
    ("|", ""),
    (",", ""),
    (",", ",,"),
    ("{", ""),
    ("}", ""),
    ("(", ""),
    (")", ""),
    ("[", "{"),
    ("filter", "where"),
    (":", "="),
    ("==", " like "),
    ("in(", "not in ("),
    ("!=", "<>"),
    ("\n", "\n-- note\n"),
    ("by:", "by "),
    ("count()", "count(*)"),
)


def slipped(text: str, seed: int) -> str:
    """The text with one to three mistakes; the same ones for the same seed."""
    chosen = random.Random(seed)
    for _ in range(chosen.randint(1, 3)):
        right, wrong = chosen.choice([slip for slip in SLIPS if slip[0] in text] or [("", "")])
        places = [n for n in range(len(text)) if right and text.startswith(right, n)]
        if places:
            at = chosen.choice(places)
            text = text[:at] + wrong + text[at + len(right) :]
    return text
