"""Completion in patterns of DPL: matchers, and the options of the matcher whose parentheses are open."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dqlkit.diagnostics import Span
from dqlkit.editing.describe import signature, summary
from dqlkit.editing.items import Completions, Item, words
from dqlkit.languages.dpl import matchers
from dqlkit.languages.dpl.matchers import Matcher
from dqlkit.languages.dpl.parse import PARSER
from dqlkit.regex import regex

__all__ = ["complete"]

_WORD = regex(r"(?:\$?[A-Za-z_][A-Za-z0-9_]*|\$)\Z")
_MACRO = regex(r"\$(\w+)\s*=")
_CLOSERS = {")": "(", "}": "{", ">": "<"}


def complete(before: str) -> Completions:
    """The offers behind a piece of a pattern; their span is that of the word at its end."""
    found = _WORD.search(before)
    start = found.start() if found else len(before)
    span, word = Span(start, len(before)), before[start:]
    return Completions(span, tuple(_offers(before[:start], word)))


def _offers(before: str, word: str) -> Iterator[Item]:
    names = [*PARSER.automaton.tables.terminals, ""]  # the last one is of characters that begin no token
    tokens = [(names[kind], piece) for kind, piece, _, _ in [*PARSER.scan(before)][:-1]]
    meaning = [(name, piece) for name, piece in tokens if name not in ("SPACE", "COMMENT")]
    last_name, last = meaning[-1] if meaning else ("", "")
    if last == ":" or (last_name in ("STRING", "CHARACTERS") and len(last) < 2) or "//" in before.rpartition("\n")[2]:
        return
    macros = words((f"${name}" for name in _MACRO.findall(before)), "variable", rank=2)
    if word[:1] == "$":
        yield from macros
        return
    matcher, used = _open(meaning)
    if matcher is not None:
        for option in matcher.options.values():
            if option.name not in used:
                kinds = " or ".join(kind.__name__ for kind in option.types[:1])
                yield Item(option.name, "parameter", f"{option.name}=", kinds, rank=1)
        if not matcher.default or last == "(":
            return
    seen: set[str] = set()
    for found in matchers.matchers().values():
        if found.name not in seen:
            seen.add(found.name)
            yield Item(found.name, "matcher", detail=signature(found), documentation=summary(found), rank=3)
    yield from macros


def _open(tokens: list[tuple[str, str]]) -> tuple[Matcher | None, set[str]]:
    """The matcher whose configuration is open behind these tokens, and the options that it names already."""
    opened: list[tuple[str, int]] = []
    for at, (_, piece) in enumerate(tokens):
        if piece in "({<":
            opened.append((piece, at))
        elif piece in _CLOSERS and opened and opened[-1][0] == _CLOSERS[piece]:
            opened.pop()
    if not opened or opened[-1][0] != "(":
        return None, set()
    at = opened[-1][1]
    named = at > 0 and tokens[at - 1][0] == "NAME"
    inside = tokens[at + 1 :]
    used = {piece for (_, piece), (_, after) in pairwise(inside) if after == "="}
    return (matchers.find(tokens[at - 1][1]) if named else None), used
