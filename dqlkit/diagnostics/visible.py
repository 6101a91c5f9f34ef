"""Text of others, shown so that it cannot steer a terminal nor hide: escapes stand for control and invisible characters."""

from __future__ import annotations

import re

from dqlkit.regex import regex

__all__ = ["visible"]

#: Control characters but tab and line feed, marks of writing direction, what has no width, halves of surrogate pairs, tags.
_HIDDEN = regex(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """The text with `\\x1b`, `\\u202e` and the like in place of what a reader would not see, or a terminal would obey."""
    return text if text.isascii() and text.isprintable() else _HIDDEN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
