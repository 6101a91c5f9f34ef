"""Functions whose body and lowering share their rules, held against definitions of their own.

A lowering that is compared with a body which calls the same code cannot fail: here the rules are said a second time.
"""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dqlkit.functions import Function, catalogue
from dqlkit.functions.function import declared
from dqlkit.functions.lazy import pl
from dqlkit.plan.expressions import Call, Column, literal
from tests.functions.running import on_every_engine
from tests.profiles import examples

catalogue()

#: Functions that are what Polars says, so that their body asks it: their definition in Python is below.
ASK_POLARS = {"matchesRegex"}


def asks_polars(function: Function[..., object]) -> bool:
    """Whether the body of a function reads Polars, by the names in its code."""
    return any(function.body.__globals__.get(name) is pl for name in function.body.__code__.co_names)


def test_no_other_body_asks_polars() -> None:
    assert {f.name for f in declared() if f.lowerings and asks_polars(f)} == ASK_POLARS


def found(name: str, pattern: str, texts: list[str]) -> list[object]:
    """What `name(text, pattern)` answers for each text."""
    (function,) = (f for f in declared() if (f.family, f.name) == ("scalar", name))
    text, wanted = Column("s"), literal(pattern)
    first, second = (p for p in function.signature.parameters if p.python not in ("case_sensitive", "wildcard"))
    arguments = {first.python: text, second.python: (wanted,) if second.variadic else wanted}
    call = Call(function, tuple(arguments.get(p.python) for p in function.signature.parameters))
    return on_every_engine(call, [{"s": text} for text in texts])[0]


TEXTS = st.lists(st.text("abAB_-%* .\n7ö", max_size=6), min_size=1, max_size=5)

# ---- regular expressions: what Python's and Rust's say alike -------------------------------------------------------

_ATOMS = st.sampled_from(
    ["a", "b", "A", "_", "-", r"\.", "[ab]", "[^a]", "[a-b7]", r"[^\n]", "ö", "(?:a|ba)", "(b)", "", r"\*"]
)
_REPEATED = st.tuples(_ATOMS, st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "*?"])).map(
    lambda part: "".join(part) if part[0] else ""
)
REGEXES = st.recursive(
    st.lists(_REPEATED, max_size=4).map("".join),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("|".join), inner.map("(?:{})*".format), inner.map("(?i:{})".format)
    ),
    max_leaves=3,
)


@examples(150)
@given(REGEXES, TEXTS)
def test_regular_expressions(pattern: str, texts: list[str]) -> None:
    flags = re.ASCII if "(?i:" in pattern else 0  # beyond ASCII the two differ in what is another's upper case
    texts = [text for text in texts if not flags or text.isascii()]
    assert found("matchesRegex", pattern, texts or ["a"]) == [
        re.fullmatch(pattern, text, flags) is not None for text in texts or ["a"]
    ]


@pytest.mark.parametrize("pattern", ["(", "a)|(b", r"(a)\1", "(?=a)", "(?<!a)b", "[", "a{2,1}", "*"])
def test_what_is_no_regular_expression_is_null(pattern: str) -> None:
    assert found("matchesRegex", pattern, ["a", ""]) == [None, None]


# ---- wildcards ------------------------------------------------------------------------------------------------------


def fits(pattern: str, text: str, run: str, one: str = "", fold: bool = False) -> bool:
    """Whether a whole text is like a pattern: `run` stands for any characters, `one` for one."""

    @cache
    def rest(p: int, t: int) -> bool:
        if p == len(pattern):
            return t == len(text)
        if pattern[p] == run:
            return rest(p + 1, t) or (t < len(text) and rest(p, t + 1))
        return t < len(text) and (pattern[p] == one or _same(pattern[p], text[t], fold)) and rest(p + 1, t + 1)

    return rest(0, 0)


def _same(one: str, other: str, fold: bool) -> bool:
    folding = fold and one.isascii() and other.isascii()
    return one == other or (folding and one.lower() == other.lower())


PATTERNS = st.text("abAB_-%* \n7ö", max_size=5)


@examples(150)
@given(PATTERNS, TEXTS)
def test_like(pattern: str, texts: list[str]) -> None:
    assert found("like", pattern, texts) == [fits(pattern, text, "%", "_") for text in texts]


@examples(150)
@given(PATTERNS, TEXTS)
def test_values(pattern: str, texts: list[str]) -> None:
    assert found("matchesValue", pattern, texts) == [fits(pattern, text, "*", fold=True) for text in texts]


def holds_phrase(phrase: str, text: str) -> bool:
    """Whether a phrase without wildcards stands somewhere in a text and cuts no word in two."""

    def cut(at: int) -> bool:
        return 0 < at < len(text) and all(c.isascii() and (c.isalnum() or c == "_") for c in text[at - 1 : at + 1])

    places = (k for k in range(len(text) - len(phrase) + 1) if fits(phrase, text[k : k + len(phrase)], "", fold=True))
    return any(not cut(k) and not cut(k + len(phrase)) for k in places)


@examples(150)
@given(st.text("abA_- 7ö", min_size=1, max_size=3), TEXTS)
def test_phrases(phrase: str, texts: list[str]) -> None:
    assert found("matchesPhrase", phrase, texts) == [holds_phrase(phrase, text) for text in texts]
