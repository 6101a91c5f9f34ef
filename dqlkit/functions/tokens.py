"""Searching for whole words: `~`, `matchesPhrase`, the `search` command.

A word is a run of ASCII letters, digits and underscores; every other character separates words [documented for
`matchesPhrase`; `_` inferred]. A phrase is found where its text stands, letters of either case, and where no word is
cut in two at its ends. A `*` at an end lifts that condition there; a `*` inside stands for the rest of a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from dqlkit.functions.exact_names import member_named
from dqlkit.functions.lazy import pl
from dqlkit.functions.wildcards import NO_EDGE, WORD_EDGE, Wildcards, gapped, quoted
from dqlkit.types.kinds import DOUBLE, LONG, STRING, Array, Record, Type, Variant
from dqlkit.types.order import encode, same
from dqlkit.types.text import format_double
from dqlkit.types.values import LONG_MAX, LONG_MIN, Ip, SmartscapeId, Uid, Value, type_name

if TYPE_CHECKING:
    import polars

__all__ = ["finds", "finds_in", "phrase_pattern"]

WORD = "[0-9A-Za-z_]"


@lru_cache(maxsize=512)
def phrase_pattern(phrase: str, wildcard: str = "*", case_sensitive: bool = False) -> Wildcards:
    """A pattern that fits a text in which the phrase stands on whole words."""
    parts = phrase.split(wildcard) if wildcard else [phrase]
    pieces = [quoted(part, case_sensitive) for part in _trimmed(parts)]
    return gapped(pieces, WORD, _edge(parts[0][:1]), _edge(parts[-1][-1:]))


def _trimmed(parts: list[str]) -> list[str]:
    """Without the empty parts at the ends, which wildcards there leave behind."""
    filled = [k for k, part in enumerate(parts) if part]
    return parts[filled[0] : filled[-1] + 1] if filled else [""]


def _edge(outermost: str) -> tuple[str, str]:
    return WORD_EDGE if re.fullmatch(WORD, outermost) else NO_EDGE


def finds(value: Value, phrase: str) -> bool:
    """Whether a value holds the phrase: a text anywhere on whole words; an array in an element; a record in a member or
    in the name of one that is not null; a number, address or identifier as a whole. Other types hold none."""
    match value:
        case str():
            return phrase_pattern(phrase).fits(value)
        case list():
            return any(finds(item, phrase) for item in value)
        case dict():
            return any(finds(part, phrase) for item in value.items() if item[1] is not None for part in item)
    spelled = _spelled(type_name(value), phrase)
    return spelled is not None and same(value, spelled) is True


def finds_in(expression: polars.Expr, kind: Type, phrase: str) -> polars.Expr | None:
    """`finds` for a column of that type, null for null; None for types that mix."""
    if isinstance(kind, Variant):
        return None
    if kind == STRING:
        return expression.str.contains(phrase_pattern(phrase).rust)
    if isinstance(kind, Array):
        element = finds_in(pl.element(), kind.element, phrase)
        return None if element is None else expression.list.eval(element).list.any()
    if isinstance(kind, Record) and kind.fields:
        return _finds_in_members(expression, kind, phrase)
    spelled = _spelled(kind.name, phrase)
    if spelled is None:
        return pl.when(expression.is_not_null()).then(pl.lit(False))
    return expression == pl.lit(spelled if kind in (LONG, DOUBLE) else encode(spelled))


def _finds_in_members(expression: polars.Expr, kind: Record, phrase: str) -> polars.Expr | None:
    found = []
    for name, member in kind.fields:
        value = member_named(expression, kind, name)
        hit = value.is_not_null() if finds(name, phrase) else finds_in(value, member, phrase)
        if hit is None:
            return None
        found.append(hit.fill_null(False))
    return pl.when(expression.is_not_null()).then(pl.any_horizontal(found))


def _spelled(kind: str, text: str) -> Value:
    """The value of a type that a text spells, None where it spells none."""
    reader = _READERS.get(kind)
    return reader(text) if reader else None


def _long(text: str) -> int | None:
    number = int(text) if re.fullmatch(r"(?a:-?(?:0|[1-9]\d{0,18}))", text) else None
    return number if number is not None and LONG_MIN <= number <= LONG_MAX else None


def _double(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if format_double(number) == text else None


_UIDS = {
    "uid64": re.compile("[0-9a-f]{16}"),
    "uid128": re.compile("[0-9a-f]{32}"),
    "uuid": re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
}


def _uid(text: str) -> Uid | None:
    digits = text.lower()
    form = next((form for form, shape in _UIDS.items() if shape.fullmatch(digits)), None)
    return None if form is None else Uid(form, int(digits.replace("-", ""), 16))


#: Types that are searched as a whole, and how a text becomes one of their values.
_READERS: dict[str, Callable[[str], Value]] = {
    "long": _long,
    "double": _double,
    "ip": Ip.parse,
    "uid": _uid,
    "smartscapeid": SmartscapeId,
}
