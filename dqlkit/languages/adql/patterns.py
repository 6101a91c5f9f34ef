"""Binds text patterns: wildcards, `LIKE` and `REGEXP`. Equal meanings become equal plans."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.diagnostics import Span
from dqlkit.functions.boolean import is_not_null
from dqlkit.languages.adql.calls import call, members, operate
from dqlkit.languages.adql.fulltext import parts_of, words
from dqlkit.languages.adql.regexp import RegexpError, plain, texts, to_common
from dqlkit.languages.adql.scope import Scope
from dqlkit.plan.expressions import Call, Expression, Item, Literal, Loop, literal

__all__ = ["like", "regexp", "wildcards"]

_MATCHES_VALUE = "matchesValue"
_MATCHES_REGEX = "matchesRegex"


def wildcards(value: Expression, patterns: Sequence[Literal], span: Span) -> Expression:
    """Whether a whole text is one of the patterns, in which `*` stands for any run of characters."""
    return call(_MATCHES_VALUE, value, *patterns, case_sensitive=literal(True), span=span)


def like(scope: Scope, value: Expression, pattern: Literal, analysed: bool, span: Span) -> Expression:
    """`LIKE`: of a full text, whether all words occur; of any other field, the whole text whatever its letter case."""
    value = scope.each(value)
    if not analysed:
        return call(_MATCHES_VALUE, value, pattern, span=span)
    wanted = [word for term in pattern.value.split() for word in _words(term)]
    if not wanted:
        return call(is_not_null, value, span=span)
    found = [wildcards(Call(words, (value,), span=span), [literal(word)], span) for word in wanted]
    whole: Expression = found[0]
    for one in found[1:]:
        whole = operate("and", whole, one, span=span)
    return whole


def _words(term: str) -> list[str]:
    """The words of a term of the search. One with wildcards is not split at changes of letter case."""
    if "*" not in term:
        return parts_of(term)
    plain = "".join(c if c.isalnum() or c == "*" else " " for c in term.lower())
    return [word for word in plain.split() if word.strip("*")]


def regexp(scope: Scope, value: Expression, pattern: Literal, analysed: bool, span: Span) -> Expression:
    """`REGEXP`: the whole text, of a full text one of its words; patterns without anything special are texts."""
    try:
        text, simple, common = plain(pattern.value), texts(pattern.value), to_common(pattern.value)
    except RegexpError as fault:
        message = f"expected a regular expression: {fault} (character {fault.position + 1})"
        scope.error("B017", pattern.span or span, message)
        return literal(False, span)
    each: Expression = Call(words, (scope.each(value),), span=span) if analysed else scope.each(value)
    several = analysed or scope.is_nested(value)
    if text is not None:
        one = literal(text, pattern.span)
        return call("in", each, one, span=span) if several else operate("equals", each, one, span=span)
    if simple is None:
        return _matches(each, literal(common, pattern.span), several, span)
    if any("*" in text for text in simple):
        return wildcards(each, [literal(text) for text in simple], span)
    return call("in", each, *map(literal, simple), span=span)


def _matches(each: Expression, pattern: Literal, several: bool, span: Span) -> Expression:
    """Whether a value, or any of several, is matched by a common regular expression."""
    if not several:
        return call(_MATCHES_REGEX, each, pattern, span=span)
    loop = each if isinstance(each, Loop) else Loop((members(each),), Item(0))
    return call("iAny", Loop(loop.sources, call(_MATCHES_REGEX, loop.body, pattern)), span=span)
