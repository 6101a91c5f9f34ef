"""JSON inside of a text: the value that starts at a position, and where it ends.

Strict reading is RFC 8259. Lenient reading takes names and single words without quotes too.
"""

from __future__ import annotations

import json

from dqlkit.regex import regex
from dqlkit.types.json import DEEPEST, read_value
from dqlkit.types.values import Value

__all__ = ["read_json", "text_of_json"]


def read_json(text: str, at: int, strict: bool, longest: int) -> tuple[Value, int] | None:
    """The value that starts at `at`, and its end; None where there is none or it is longer than `longest`."""
    if len(text) - at > longest:
        found = read_json(text[at : at + longest], 0, strict, longest)
        return found and (found[0], found[1] + at)
    if strict:
        return read_value(text, at)
    try:
        return _Lenient(text).value(at, 0)
    except ValueError:
        return None


def text_of_json(value: Value) -> str:
    """A JSON value as the text that a matcher reads: a string as it is, all else as JSON writes it."""
    return value if type(value) is str else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_BLANK = regex(r"[ \t\n\r]*")
_WORD = regex(r"[^\x00-\x20\"',:\[\]{}]+")
_NUMBER = regex(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}


class _Lenient:
    """Reads JSON with names and words without quotes. Each method returns a value and where it ends."""

    def __init__(self, text: str) -> None:
        self.text = text

    def value(self, at: int, depth: int) -> tuple[Value, int]:
        mark = self.text[at : at + 1]
        if depth >= DEEPEST:
            raise ValueError("too deep")
        if mark == "{":
            return self._object(at + 1, depth + 1)
        if mark == "[":
            return self._array(at + 1, depth + 1)
        if mark == '"':
            return self._quoted(at)
        word, end = self._word(at)
        if word in _WORDS:
            return _WORDS[word], end
        if not _NUMBER.fullmatch(word):
            return word, end
        number = read_value(word, 0)
        return (number[0] if number else word), end

    def _quoted(self, at: int) -> tuple[Value, int]:
        found = read_value(self.text, at)
        if found is None:
            raise ValueError("no text")
        return found

    def _word(self, at: int) -> tuple[str, int]:
        found = _WORD.match(self.text, at)
        if found is None:
            raise ValueError("no value")
        return found.group(), found.end()

    def _skip(self, at: int) -> int:
        blank = _BLANK.match(self.text, at)
        return blank.end() if blank else at

    def _next(self, at: int, close: str) -> tuple[bool, int]:
        """Whether a list goes on behind one of its items, and where."""
        at = self._skip(at)
        mark = self.text[at : at + 1]
        if mark not in (",", close) or not mark:
            raise ValueError("no comma")
        return mark == ",", at + 1

    def _array(self, at: int, depth: int) -> tuple[Value, int]:
        items: list[Value] = []
        at = self._skip(at)
        more = self.text[at : at + 1] != "]"
        at += not more
        while more:
            item, at = self.value(self._skip(at), depth)
            items.append(item)
            more, at = self._next(at, "]")
        return items, at

    def _object(self, at: int, depth: int) -> tuple[Value, int]:
        members: dict[str, Value] = {}
        at = self._skip(at)
        more = self.text[at : at + 1] != "}"
        at += not more
        while more:
            at = self._skip(at)
            quoted = self.text[at : at + 1] == '"'
            name, at = self._quoted(at) if quoted else self._word(at)
            at = self._skip(at)
            if self.text[at : at + 1] != ":":
                raise ValueError("no colon")
            members[name], at = self.value(self._skip(at + 1), depth)
            more, at = self._next(at, "}")
        return members, at
