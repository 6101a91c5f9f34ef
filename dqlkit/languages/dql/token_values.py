"""The values of DQL's tokens: names, numbers, strings, durations, operators.

The methods are named as the terminals of `grammars/dql.lark`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.parser import TEXT, Builder
from dqlkit.languages.syntax.tree import Bad, Boolean, Duration, Hole, Name, Null, Number, String, Variable
from dqlkit.types.units import MONTHS, UNITS

__all__ = ["Operator", "TokenValues", "is_closed", "offsets"]

Operator = tuple[int, str]
"""Where an operator stands, and its symbol or lower-case word."""

_UNITS = UNITS.keys() | MONTHS.keys()
_STEPS = _UNITS | {f"w{day}" for day in range(8)}
_UNITS_HELP = "Time units are ns, us, ms, s, m, h, d, w, M (months), q and y."
_SMALLER = {"d": (24, "h"), "h": (60, "m"), "m": (60, "s"), "s": (1000, "ms"), "ms": (1000, "us"), "us": (1000, "ns")}
_SPELLINGS = {"&&": "and", "||": "or", "===": "==", "!==": "!=", "–": "-", "—": "-", "−": "-"}
_CLOSING = {"'": "'", "“": "”", "‘": "’"}
_ESCAPE = r"(?s)\\(?:u([dD][89abAB]\w\w)\\u([dD][c-fC-F]\w\w)|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))"
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class TokenValues(Builder):
    """Makes a value of every token."""

    alike: ClassVar[Mapping[str, str]] = {
        "NAME": "IN ASC DESC BY ORDER GROUP IS BETWEEN INFIX",
        "HOLE": "BRACED",
        TEXT: "LINE_STRING TEMPLATE_STRING",
        "OPERATOR": "AND OR XOR NOT TILDE PLUS STAR SLASH PERCENT",
        "FOREIGN": "AMPERSANDS BARS COMPARE MINUS",
    }

    def __init__(self, text: str, start: str) -> None:
        super().__init__(text, start)
        self.left_out: list[Bad] = []

    def forget(self, start: int) -> None:
        super().forget(start)
        self.left_out = [bad for bad in self.left_out if bad.start < start]

    # ---- names and placeholders ----

    def NAME(self, start: int, end: int, text: str) -> Name:
        return Name(start, end, text)

    def QUOTED_NAME(self, start: int, end: int, text: str) -> Name:
        return Name(start, end, _unescape(self._inside(start, text, "`")), True)

    def VARIABLE(self, start: int, end: int, text: str) -> Variable:
        name, _, mode = text[1:].partition(":")
        return Variable(start, end, name, mode)

    def HOLE(self, start: int, end: int, text: str) -> Hole:
        return Hole(start, end, text)

    def BAD(self, start: int, end: int, text: str) -> Bad:
        bad = Bad(start, end, text)
        self.left_out.append(bad)
        return bad

    # ---- numbers and durations ----

    def NUMBER(self, start: int, end: int, text: str) -> Number:
        if text.isdigit():
            return Number(start, end, self._long(start, end, text), text)
        if text[:2] in ("0x", "0X"):
            return Number(start, end, self._long(start, end, text, 16), text)
        value = float(text)
        if value == float("inf"):
            self.error("E001", start, end, "expected a number below 1.8e308, found a larger one")
        return Number(start, end, value, text)

    def _long(self, start: int, end: int, text: str, base: int = 10) -> int:
        """The value of digits, which have to fit a long (2**63 is the magnitude of the smallest one)."""
        if len(text) < 19:
            return int(text, base)
        largest = 1 << 63 if base == 10 else (1 << 64) - 1
        value = int(text, base) if len(text) < 99 else largest + 1
        if value > largest:
            self.error("E001", start, end, "expected a number of at most 64 bits, found a larger one")
        return value

    def DURATION(self, start: int, end: int, text: str) -> Duration | Name:
        unit = text.lstrip("0123456789")
        if unit in _UNITS:
            return Duration(start, end, self._long(start, end, text[: -len(unit)]), unit)
        unit = unit.lstrip(".0123456789")
        if unit in _UNITS:
            return self._fraction(start, end, text, unit)
        message = f"expected a number, a duration or a name, found `{text}`"
        help = f"A name that begins with a digit needs backticks: `` `{text}` ``. {_UNITS_HELP}"
        self.error("E001", start, end, message, help=help)
        return Name(start, end, text)

    def _fraction(self, start: int, end: int, text: str, unit: str) -> Duration:
        """`1.5h`, which is `90m`."""
        message = f"expected a whole number of `{unit}`, found `{text}`"
        factor, smaller = _SMALLER.get(unit, (0, unit))
        amount = float(text[: -len(unit)][:18]) * factor
        if not amount.is_integer() or not factor:
            self.error("E001", start, end, message)
            return Duration(start, end, 1, unit)
        written = f"{int(amount)}{smaller}"
        fix = Fix(f"write `{written}`", (Edit(Span(start, end), written),))
        self.error("E001", start, end, message, help=f"Write `{written}`.", fix=fix)
        return Duration(start, end, int(amount), smaller)

    def ALIGN(self, start: int, end: int, text: str) -> Duration:
        """`@h`, `@15m`, `@w1`: the step that follows the sign."""
        unit = text[1:].lstrip("0123456789")
        amount = text[1 : len(text) - len(unit)]
        if unit not in _STEPS:
            found = f"`{unit}`" if unit else "none"
            self.error("E001", start, end, f"expected a time unit after `@`, found {found}", help=_UNITS_HELP)
        elif amount and not amount.strip("0"):
            self.error("E001", start, end, "expected an amount of at least 1 after `@`, found `0`")
        return Duration(start + 1, end, self._long(start, end, amount or "1"), unit)

    def TIMESTAMP(self, start: int, end: int, text: str) -> String:
        fix = Fix("put it in quotes", (Edit(Span(start, end), f'"{text}"'),))
        help = f'Timestamps are written as strings: `"{text}"`.'
        self.error("E001", start, end, f"expected a string, found the timestamp {text}", help=help, fix=fix)
        return String(start, end, text)

    # ---- strings ----

    def STRING(self, start: int, end: int, text: str) -> String:
        if "\\" not in text and text[-1] == '"' and text[:3] != '"""' and end - start > 1:
            return String(start, end, text[1:-1])
        if text.startswith('"""'):
            return String(start, end, self._inside(start, text, '"""'), '"""')
        return String(start, end, _unescape(self._inside(start, text, '"')))

    def SINGLE_QUOTED(self, start: int, end: int, text: str) -> String:
        closed = len(text) > 1 and text[-1] == _CLOSING[text[0]] and (text[0] != "'" or is_closed(text))
        value = _unescape(text[1:-1] if closed else text[1:])
        written = '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
        fix = Fix(f"write {written}", (Edit(Span(start, end), written),)) if closed else None
        help = f"Write `{written}`." if closed else "Strings are written in double quotes."
        message = f"expected a string in double quotes, found one in {text[0]}{_CLOSING[text[0]]}"
        self.error("E002", start, end, message, help=help, fix=fix)
        return String(start, end, value, "'")

    def _inside(self, start: int, text: str, quote: str) -> str:
        """The text between the quotes. A token without a closing quote is the rest of its line or of the text."""
        size = len(quote)
        if is_closed(text):
            return text[size:-size]
        named = f"`{quote}`" if quote != "`" else "backtick"
        self.error("E001", start, start + size, f"expected a closing {named}, found none", help=f"Insert a {named}.")
        return text[size:]

    # ---- other constants ----

    def TRUE(self, start: int, end: int, _text: str) -> Boolean:
        return Boolean(start, end, True)

    def FALSE(self, start: int, end: int, _text: str) -> Boolean:
        return Boolean(start, end, False)

    def NULL(self, start: int, end: int, _text: str) -> Null:
        return Null(start, end)

    # ---- operators ----

    def OPERATOR(self, start: int, _end: int, text: str) -> Operator:
        return start, text.lower()

    def MOD(self, start: int, _end: int, _text: str) -> Operator:
        return start, "%"

    def FOREIGN(self, start: int, end: int, text: str) -> Operator:
        """An operator with foreign spellings."""
        operator = _SPELLINGS.get(text)
        if operator is None:
            return start, text
        fix = Fix(f"write `{operator}`", (Edit(Span(start, end), self._apart(start, end, operator)),))
        self.error("E004", start, end, f"expected `{operator}`, found `{text}`", help=f"Write `{operator}`.", fix=fix)
        return start, operator

    def BANG(self, start: int, end: int, _text: str) -> Operator:
        fix = Fix("write `not`", (Edit(Span(start, end), self._apart(start, end, "not")),))
        self.error("E004", start, end, "expected `not`, found `!`", help="Write `not`.", fix=fix)
        return start, "not"

    def _apart(self, start: int, end: int, operator: str) -> str:
        """An operator instead of what stands there, with the blanks that keep a word apart from its neighbours."""
        if not operator.isalpha():
            return operator
        before, after = self.text[:start][-1:], self.text[end : end + 1]
        left = " " if before and not before.isspace() and before not in "([{,:=" else ""
        return f"{left}{operator}{'' if after.isspace() else ' '}"


def is_closed(text: str) -> bool:
    """Whether a quoted token has a closing quote, which is neither the opening one nor escaped."""
    if text.startswith('"""'):
        return len(text) > 5 and text.endswith('"""')
    if len(text) < 2 or text[-1] != text[0]:
        return False
    return text[-2] != "\\" or (len(text) - 1 - len(text[:-1].rstrip("\\"))) % 2 == 0


def offsets(token: str) -> list[int]:
    """Where each character of a string's value is in its token, and where the value ends."""
    size = 3 if token.startswith('"""') else 1
    inside = token[size:-size] if is_closed(token) else token[size:]
    found: list[int] = []
    at = 0
    for match in re.finditer(_ESCAPE, inside) if size == 1 else ():
        found += range(at, match.start())
        found += [match.start()] * len(_unescaped(match))
        at = match.end()
    return [size + offset for offset in (*found, *range(at, len(inside) + 1))]


def _unescape(text: str) -> str:
    """Undo backslash escapes; one that means nothing stays as it is written."""
    return re.sub(_ESCAPE, _unescaped, text) if "\\" in text else text


def _unescaped(match: re.Match[str]) -> str:
    high, low, long, short, character = match.groups()
    if high:
        return chr(0x10000 + (int(high, 16) - 0xD800 << 10) + int(low, 16) - 0xDC00)
    if long or short:
        code = int(long or short, 16)
        return match.group() if 0xD800 <= code < 0xE000 else chr(code)
    return str(character) if character in "\"'`\\/" else _ESCAPES.get(character, match.group())
