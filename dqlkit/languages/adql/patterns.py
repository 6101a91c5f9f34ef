"""Text patterns bound: wildcards, `LIKE` and `REGEXP`. What is the same in two of them is one in the plan."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.diagnostics import Span
from dqlkit.functions.analytics import matches_regexp, words
from dqlkit.functions.lucene import RegexpError, texts
from dqlkit.functions.words import parts_of
from dqlkit.languages.adql.calls import call, operate
from dqlkit.languages.adql.scope import Scope
from dqlkit.plan.expressions import Call, Expression, Literal, Loop, literal

__all__ = ["like", "regexp", "wildcards"]


def wildcards(value: Expression, patterns: Sequence[Literal], span: Span) -> Expression:
    """Whether a whole text is one of the patterns, in which `*` stands for any run of characters."""
    return call("matchesValue", value, *patterns, case_sensitive=literal(True), span=span)


def like(scope: Scope, value: Expression, pattern: Literal, analysed: bool, span: Span) -> Expression:
    """`LIKE`: of a full text, whether all words occur; of any other field, the whole text whatever its letter case."""
    if not analysed:
        return call("matchesValue", value, pattern, span=span)
    wanted = [word for term in pattern.value.split() for word in _words(term)]
    if not wanted:
        return call("isNotNull", value, span=span)
    found = [wildcards(Call(words, (value,)), [literal(word)], span) for word in wanted]
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
        simple = texts(pattern.value)
    except RegexpError as fault:
        where = pattern.span or span
        scope.error("B017", where, f"expected a regular expression: {fault} (character {fault.position + 1})")
        return literal(False, span)
    if analysed:
        value = Call(words, (value,))
    if simple is None:
        return Call(matches_regexp, (value, pattern), span=span)
    if any("*" in text for text in simple):
        return wildcards(value, [literal(text) for text in simple], span)
    if len(simple) == 1 and not analysed and not isinstance(value, Loop) and not scope.is_nested(value):
        return operate("equals", value, literal(simple[0]), span=span)
    return call("in", value, *map(literal, simple), span=span)
