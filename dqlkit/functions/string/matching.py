"""String functions. Positions are UTF-16 code units from 0; only ASCII letters fold in matching functions."""

from __future__ import annotations

import re
from functools import lru_cache

from dqlkit.functions.function import literal, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Anything, Boolean, String
from dqlkit.types.kinds import STRING


@scalar
def lower(expression: String) -> String:
    """All letters in lower case.

    >>> lower("Straße")
    "straße"
    """
    return expression.lower()


lower.polars(lambda expression: expression.str.to_lowercase())


def _ascii_folded(text: str) -> str:
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)


@scalar
def contains(expression: String, substring: String, *, case_sensitive: Boolean = True) -> Boolean:
    """Whether a text holds another one, anywhere and whatever stands around it.

    >>> contains("Hello", "ell")
    true
    >>> contains("Hello", "ELL", caseSensitive:false)
    true
    """
    if case_sensitive:
        return substring in expression
    return _ascii_folded(substring) in _ascii_folded(expression)


@scalar
def starts_with(expression: String, prefix: String, *, case_sensitive: Boolean = True) -> Boolean:
    """Whether a text begins with another one.

    >>> startsWith("Hello", "He")
    true
    """
    if case_sensitive:
        return expression.startswith(prefix)
    return _ascii_folded(expression).startswith(_ascii_folded(prefix))


def _ascii_insensitive(text: str) -> str:
    """A regular expression for a literal in which ASCII letters stand for both cases."""
    letters = (f"[{c.lower()}{c.upper()}]" if c.isascii() and c.isalpha() else re.escape(c) for c in text)
    return "".join(letters)


contains.polars(
    lambda expression, substring, case_sensitive: (
        expression.str.contains(substring, literal=True)
        if case_sensitive
        else expression.str.contains(_ascii_insensitive(substring))
    ),
    substring=literal,
    case_sensitive=literal,
)
starts_with.polars(
    lambda expression, prefix, case_sensitive: (
        expression.str.starts_with(prefix)
        if case_sensitive
        else expression.str.contains("^" + _ascii_insensitive(prefix))
    ),
    prefix=literal,
    case_sensitive=literal,
)


@lru_cache(maxsize=512)
def _wildcard(pattern: str, wildcard: str, case_sensitive: bool) -> str:
    """A value pattern as a regular expression for the whole text, in what Python and Polars have in common."""
    parts = pattern.split(wildcard) if wildcard else [pattern]
    quoted = (re.escape(part) if case_sensitive else _ascii_insensitive(part) for part in parts)
    return "(?s:" + ".*".join(quoted) + ")"


@scalar(order=("caseSensitive", "wildcard"), nulls="see")
def matches_value(
    expression: Anything, *value: Anything, case_sensitive: Boolean = False, wildcard: String = "*"
) -> Boolean:
    """Whether the whole text, or any element of an array, is one of the values; `*` stands for any run of characters.

    Only ASCII letters fold. What is no text never matches; the result is never null.

    >>> matchesValue("Payment failed", "pay*")
    true
    >>> matchesValue(array("a", "b"), {"b", "c"})
    true
    """
    texts = expression if isinstance(expression, list) else [expression]
    wanted = [item for one in value for item in (one if isinstance(one, list) else [one]) if isinstance(item, str)]
    patterns = [re.compile(_wildcard(text, wildcard, case_sensitive)) for text in wanted]
    return any(pattern.fullmatch(text) for text in texts if isinstance(text, str) for pattern in patterns)


@matches_value.polars(expression=STRING, value=literal, case_sensitive=literal, wildcard=literal)
def _(expression, *value, case_sensitive, wildcard):
    patterns = [_wildcard(item, wildcard, case_sensitive) for item in value if isinstance(item, str)]
    return expression.str.contains("^(?:" + "|".join(patterns or ["[^\\s\\S]"]) + ")$").fill_null(False)
