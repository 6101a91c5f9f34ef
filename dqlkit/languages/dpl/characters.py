"""Sets of characters: `[a-z_]` as patterns write them, `[a-z_]` as regular expressions do, and what a set holds.

Python and Polars read the regular expressions made here alike: nothing but ranges of escaped characters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from dqlkit.cached import cached_property
from dqlkit.frozen import frozen

__all__ = ["POSIX", "CharacterSet", "Held", "character_set", "held", "read_characters"]

Held: TypeAlias = frozenset[int]
"""The ASCII characters of a set, by number, and `OTHERS` where it holds any beyond."""

OTHERS = 128
_LAST = 0x10FFFF

#: The POSIX classes; outside of a group each is a matcher, but for `any`.
POSIX = {
    "alnum": "A-Za-z0-9",
    "alpha": "A-Za-z",
    "any": r"\x00-\xff",
    "ascii": r"\x00-\x7f",
    "blank": r"\x20\t",
    "cntrl": r"\x01-\x1f\x7f",
    "digit": "0-9",
    "graph": r"\x21-\x7e",
    "lower": "a-z",
    "nspace": r"^\t\n\v\f\r\x20",
    "print": r"\x20-\x7e",
    "punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e",
    "space": r"\t\n\v\f\r\x20",
    "upper": "A-Z",
    "word": "A-Za-z0-9_",
    "xdigit": "A-Fa-f0-9",
}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f", "0": "\0"}
_SHORT = {"d": "0-9", "w": "A-Za-z0-9_", "s": r"\t\n\v\f\r\x20"}

Range = tuple[int, int]


@frozen(slots=False)
class CharacterSet:
    """Ranges of characters, sorted, without overlap."""

    ranges: tuple[Range, ...]

    @cached_property
    def regex(self) -> str:
        """The set as a regular expression for one character."""
        if not self.ranges:
            return r"[^\s\S]"
        inverted = self.ranges[-1][1] == _LAST
        ranges = _complement(self.ranges) if inverted else self.ranges
        if not ranges:
            return r"[\s\S]"
        shown = (_escape(low) if low == high else f"{_escape(low)}-{_escape(high)}" for low, high in ranges)
        return f"[{'^' if inverted else ''}{''.join(shown)}]"

    def without(self, others: CharacterSet) -> CharacterSet:
        """The characters of this set that another does not hold."""
        outside = _merged(iter([*_complement(self.ranges), *others.ranges]))
        return CharacterSet(_complement(outside))

    @cached_property
    def held(self) -> Held:
        found = {code for low, high in self.ranges for code in range(low, min(high, 127) + 1)}
        return frozenset(found | {OTHERS} if self.ranges and self.ranges[-1][1] > 127 else found)


def character_set(text: str) -> CharacterSet:
    """The set that stands between brackets."""
    return read_characters(text)[0]


def held(text: str) -> Held:
    """What such a set holds."""
    return character_set(text).held


def read_characters(text: str) -> tuple[CharacterSet, list[tuple[int, int, str]]]:
    """The set that stands between brackets, and what is wrong: start, end and message of each fault."""
    faults: list[tuple[int, int, str]] = []
    negated = text[:1] in ("^", "!")
    body = text[negated:]
    if body.startswith(":") and body.endswith(":") and body[1:-1].lower() in POSIX:  # `[:alpha:]` alone
        ranges = character_set(POSIX[body[1:-1].lower()]).ranges
    else:
        ranges = _merged(_ranges(text, int(negated), faults))
    return CharacterSet(_complement(ranges) if negated else ranges), faults


def _ranges(text: str, at: int, faults: list[tuple[int, int, str]]) -> Iterator[Range]:
    while at < len(text):
        start = at
        if text.startswith("[", at) and (end := text.find(":]", at)) > 0:
            yield from _posix(text[at + 1 : end], start, end + 2, faults)
            at = end + 2
            continue
        if text[at] == "\\" and text[at + 1 : at + 2] in _SHORT:
            yield from character_set(_SHORT[text[at + 1]]).ranges
            at += 2
            continue
        low, at = _character(text, at)
        high = low
        if text[at : at + 1] == "-" and at + 1 < len(text) and text[at + 1] != "[":
            high, at = _character(text, at + 1)
        if high < low:
            faults.append((start, at, f"expected a range that ascends, found `{text[start:at]}`"))
            low, high = high, low
        yield low, high


def _posix(name: str, start: int, end: int, faults: list[tuple[int, int, str]]) -> Iterator[Range]:
    negated = name[:1] in ("^", "!")
    known = POSIX.get(name.lstrip("^!:").lower())
    if known is None:
        options = ", ".join(POSIX)
        faults.append((start, end, f"expected one of {options} between `[:` and `:]`, found `{name.strip('^!:')}`"))
        return
    ranges = character_set(known).ranges
    yield from _complement(ranges) if negated else ranges


def _character(text: str, at: int) -> tuple[int, int]:
    """A character, plain or escaped, and where it ends."""
    if text[at] != "\\" or at + 1 == len(text):
        return ord(text[at]), at + 1
    kind = text[at + 1]
    width = {"x": 2, "u": 4}.get(kind, 0)
    digits = text[at + 2 : at + 2 + width]
    if width and len(digits) == width and all(c in "0123456789abcdefABCDEF" for c in digits):
        return int(digits, 16), at + 2 + width
    return ord(_ESCAPES.get(kind, kind)), at + 2


def _merged(ranges: Iterator[Range]) -> tuple[Range, ...]:
    merged: list[Range] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return tuple(merged)


def _complement(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    found: list[Range] = []
    start = 0
    for low, high in ranges:
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    return (*found, (start, _LAST)) if start <= _LAST else tuple(found)


def _escape(code: int) -> str:
    character = chr(code)
    if character.isascii() and character.isalnum():
        return character
    if 0xD800 <= code <= 0xDFFF:  # no character: Polars has none of them
        code = 0xD7FF if code < 0xDC00 else 0xE000
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
