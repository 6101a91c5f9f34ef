"""Whether a text holds, begins with, or is like another one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dqlkit.functions.function import known, scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.tokens import phrase_pattern
from dqlkit.functions.vocabulary import Anything, Array, Boolean, Constant, SmartscapeId, String, Written
from dqlkit.functions.wildcards import Wildcards, gapped, quoted, value_pattern
from dqlkit.types.kinds import STRING, Type, Variant
from dqlkit.types.kinds import Array as ArrayType
from dqlkit.types.values import Value

_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_FOLDING = str.maketrans(_UPPER, _LOWER)


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
    return substring.translate(_FOLDING) in expression.translate(_FOLDING)


@scalar(known_as=("starts_with",))
def starts_with(expression: String, prefix: String, *, case_sensitive: Boolean = True) -> Boolean:
    """Whether a text begins with another one.

    >>> startsWith("Hello", "He")
    true
    >>> startsWith("Österreich", "ö", caseSensitive:false)
    false
    """
    if case_sensitive:
        return expression.startswith(prefix)
    return expression.translate(_FOLDING).startswith(prefix.translate(_FOLDING))


@scalar(known_as=("ends_with",))
def ends_with(expression: String, suffix: String, *, case_sensitive: Boolean = True) -> Boolean:
    """Whether a text ends with another one.

    >>> endsWith("audit.log", ".log")
    true
    >>> endsWith("audit.log", ".LOG")
    false
    """
    if case_sensitive:
        return expression.endswith(suffix)
    return expression.translate(_FOLDING).endswith(suffix.translate(_FOLDING))


def _folded(expression):
    return expression.str.replace_many(list(_UPPER), list(_LOWER))


def _lowered(function, plain, before="", after=""):
    """Lowerings for a part of a text, which `plain` finds; without case, a regular expression does."""

    @function.polars(**{function.signature.parameters[1].python: known, "case_sensitive": known})
    def _(text, part, case_sensitive):
        return plain(text, part) if case_sensitive else text.str.contains(before + quoted(part, False) + after)

    @function.polars(case_sensitive=known)
    def _(text, part, case_sensitive):
        return plain(text, part) if case_sensitive else plain(_folded(text), _folded(part))


_lowered(contains, lambda text, part: text.str.contains(part, literal=True))
_lowered(starts_with, lambda text, part: text.str.starts_with(part), before=r"\A")
_lowered(ends_with, lambda text, part: text.str.ends_with(part), after=r"\z")


@scalar
def like(expression: String, pattern: String) -> Boolean:
    """Whether the whole text is like a pattern: `%` stands for any run of characters, `_` for exactly one.

    There is no way to escape the two [decided: none is documented].

    >>> like("DQL is awesome", "D_L%")
    true
    >>> like("DQL", "dql")
    false
    """
    return _like_pattern(pattern).fits(expression)


def _like_pattern(pattern: str) -> Wildcards:
    parts = pattern.split("%")
    return gapped(["".join("." if c == "_" else re.escape(c) for c in part) for part in parts], ".")


like.polars(lambda expression, pattern: expression.str.contains(_like_pattern(pattern).rust), pattern=known)


# ---- values and phrases ---------------------------------------------------------------------------------------------


def _texts(value: Value) -> Iterator[str]:
    """What of a value can be matched: a text, an identifier, or those among the elements of an array."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, (str, SmartscapeId)):
            yield item if isinstance(item, str) else item.text


@scalar(order=("caseSensitive", "wildcard"), nulls="see")
def matches_value(
    expression: Array[Anything] | SmartscapeId | String,
    *value: Written[Array[Anything] | String],
    case_sensitive: Constant[Boolean] = False,
    wildcard: Constant[String] = "*",
) -> Boolean:
    """Whether the whole text, or any element of an array, is one of the values; `*` stands for any run of characters.

    Only ASCII letters fold. What is no text never matches; the result is never null.

    >>> matchesValue("Payment failed", "pay*")
    true
    >>> matchesValue(array("a", "b"), {"b", "c"})
    true
    >>> matchesValue("Payment failed", "Payment")
    false
    >>> matchesValue(null, "a")
    false
    """
    patterns = _patterns(value, case_sensitive, wildcard)
    return any(pattern.fits(text) for text in _texts(expression) for pattern in patterns)


def _patterns(values: Iterable[Value], case_sensitive: bool | None, wildcard: str | None) -> list[Wildcards]:
    wanted = [text for value in values for text in _texts(value)]
    return [value_pattern(text, "*" if wildcard is None else wildcard, bool(case_sensitive)) for text in wanted]


@matches_value.polars(
    expression=lambda kind: kind.name != "smartscapeid", value=known, case_sensitive=known, wildcard=known
)
def _(expression, *value, case_sensitive, wildcard, types):
    kind, patterns = types["expression"], _patterns(value, case_sensitive, wildcard)
    matched = _any_fits(expression, kind, "|".join(pattern.rust for pattern in patterns) or r"[^\s\S]")
    return None if matched is None else matched.fill_null(False)


def _any_fits(expression, kind: Type, regex: str):
    """Whether a text, or any of an array's, is found by a regular expression; None for types that mix."""
    each = kind.element if isinstance(kind, ArrayType) else kind
    if isinstance(each, Variant) or each.name == "smartscapeid":
        return None
    if each != STRING:
        return pl.when(expression.is_not_null()).then(pl.lit(False))
    if each is kind:
        return expression.str.contains(regex)
    return expression.list.eval(pl.element().str.contains(regex)).list.any()


@scalar
def matches_phrase(
    expression: Array[Anything] | String,
    phrase: Written[String],
    *,
    case_sensitive: Constant[Boolean] = False,
    wildcard: Constant[String] = "*",
) -> Boolean:
    """Whether a text, or any element of an array, holds a phrase that cuts no word in two.

    Words are runs of ASCII letters, digits and `_`; a `*` at either end of the phrase lets a word go on there, one
    inside stands for the rest of a word. Only ASCII letters fold.

    >>> matchesPhrase("Failed to login", "to login")
    true
    >>> matchesPhrase("Failed to login", "log")
    false
    >>> matchesPhrase("Failed to login", "LOG*")
    true
    """
    pattern = phrase_pattern(phrase, wildcard, case_sensitive)
    return any(pattern.fits(text) for text in _texts(expression))


@matches_phrase.polars(phrase=known, case_sensitive=known, wildcard=known)
def _(expression, phrase, case_sensitive, wildcard, types):
    return _any_fits(expression, types["expression"], phrase_pattern(phrase, wildcard, case_sensitive).rust)


# ---- regular expressions --------------------------------------------------------------------------------------------


@scalar(deprecated="matchesPattern")
def matches_regex(expression: String, pattern: String) -> Boolean | None:
    """Whether a regular expression matches the whole text.

    Only expressions that can be matched in linear time are taken; look-around, back-references, and what is no
    expression at all, make the result null [decided].

    >>> matchesRegex("tmp42", "tmp\\\\d+")
    true
    >>> matchesRegex("a tmp42", "tmp.*")
    false
    >>> matchesRegex("aa", "(a)\\\\1")
    null
    """
    answer = pl.select(_regex_lowering(pl.lit(expression), pl.lit(pattern))).item()
    return None if answer is None else bool(answer)


@matches_regex.polars
def _regex_lowering(expression, pattern):
    # On its own first: `a)|(b` is no expression, although it becomes one in parentheses.
    sound = pl.lit("").str.contains(pattern, strict=False).is_not_null()
    whole = pl.concat_str(pl.lit(r"\A(?:"), pattern, pl.lit(r")\z"))
    return pl.when(sound).then(expression.str.contains(whole, strict=False))
