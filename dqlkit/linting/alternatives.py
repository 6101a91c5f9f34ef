"""Alternatives of templates: `{% if x %} a {% else %} b {% endif %}`. A query is read with the first of them; what is said of the
others is found by reading it with each of these in turn.

The text keeps its length, so that places stay as they are: what does not count is blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from dqlkit.diagnostics import Span
from dqlkit.languages.syntax.tree import Comment, Tag
from dqlkit.regex import regex

__all__ = ["alternatives"]

_TAG = regex(r"(?s)\{%.*?%\}|%\{.*?\}|\{\{.*?\}\}")
_WORD = r"^(?:\{%|%\{|\{\{)[-+~]?\s*"
_OPENING = regex(_WORD + r"(?:[#^]|(?:if|unless|for|with|range|block|macro|filter|raw|autoescape|define|capture)\b)")
_CLOSING = regex(_WORD + r"(?:/|end)")
_OTHER = regex(_WORD + r"(?:else|elif)")
_VISIBLE = regex(r"[^\n]")


def alternatives(text: str, comments: Iterable[Comment]) -> Iterator[tuple[str, Span]]:
    """The text with each further alternative in place of the first, and where that stands."""
    opened: list[Tag] = []
    for tag in comments:
        if not isinstance(tag, Tag):
            continue
        if _OTHER.match(tag.text) and opened:  # it holds all further alternatives, and the end
            yield from _others(text, opened.pop().start, tag)
        elif _OPENING.match(tag.text):
            opened.append(tag)
        elif _CLOSING.match(tag.text) and opened:
            opened.pop()


def _others(text: str, start: int, tag: Tag) -> Iterator[tuple[str, Span]]:
    marks = [found for found in _TAG.finditer(tag.text) if found.end() == len(tag.text) or _OTHER.match(found.group())]
    for mark, following in pairwise(marks):
        span = Span(tag.start + mark.end(), tag.start + following.start())
        before, behind = _blank(text[start : span.start]), _blank(text[span.end : tag.end])
        yield text[:start] + before + text[span.start : span.end] + behind + text[tag.end :], span


def _blank(text: str) -> str:
    return _VISIBLE.sub(" ", text)
