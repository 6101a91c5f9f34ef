"""The feed of events as the vendor's page prints it: names without quotes, and `...` where something was left out.

Any other text of that spelling is no JSON, and an error [decided: it is a mistake more often than a page].
"""

from __future__ import annotations

import re

from dqlkit.regex import regex

__all__ = ["as_json", "is_printed"]

_BEGINS = regex(rb"\s*\{\s*events\s*:\s*\[")
_TEXT = r'"(?:[^"\\]|\\.)*"'
_NAME = r"(?P<name>[A-Za-z_$][\w$.\-]*)(?=\s*:)"
_LEFT_OUT = r"(?P<left>,?\s*(?:\.\.\.|\u2026),?(?=\s*[\]}]))|(?P<first>(?:\.\.\.|\u2026)\s*,)"
_TOKENS = regex(f"{_TEXT}|{_NAME}|{_LEFT_OUT}")


def is_printed(data: bytes) -> bool:
    """Whether a text begins as such a feed does."""
    return _BEGINS.match(data) is not None


def as_json(text: str) -> tuple[str, bool]:
    """The same as JSON, and whether it says that something was left out. Lines stay where they are."""
    left_out = False

    def written(match: re.Match[str]) -> str:
        nonlocal left_out
        name = match["name"]
        if name is not None:
            return f'"{name}"'
        if match["left"] is None and match["first"] is None:
            return match[0]
        left_out = True
        return "\n" * match[0].count("\n")

    return _TOKENS.sub(written, text), left_out
