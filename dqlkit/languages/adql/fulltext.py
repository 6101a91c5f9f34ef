"""Full text as ADQL's search engine splits it.

Every character that is neither letter nor digit separates. A run of letters and digits is split where a small letter is
followed by a capital, before the last capital of several that a small letter follows, and between letters and digits.
The run, its longest parts of letters alone and all its parts become words, in lower case. A run that begins with a
small letter and changes case, `pEer`, is known by its parts only [decided: the documentation keeps `VicePresident`
whole, and says that `pEer` is not found as `peer`].
"""

from __future__ import annotations

import re
from functools import lru_cache

from dqlkit.functions.function import scalar
from dqlkit.functions.vocabulary import Anything, Array, String
from dqlkit.regex import regex

__all__ = ["parts_of", "words", "words_of"]

_PART = regex(r"U+(?!l)|U?l+|d+")
_LETTERS = regex(r"[Ul]+")


def _classes(run: str) -> str:
    """A letter for each character: capital, other letter, digit."""
    return "".join("d" if c.isdigit() else "U" if c.isupper() else "l" if c.isalnum() else " " for c in run)


def parts_of(text: str) -> list[str]:
    """The smallest words of a text, in lower case."""
    return [text[m.start() : m.end()].lower() for m in _PART.finditer(_classes(text))]


def words_of(text: str) -> list[str]:
    """All words of a text in the order in which they begin, longer ones first."""
    classes = _classes(text)
    words: list[str] = []
    for run in re.finditer(r"[Uld]+", classes):
        words += _words_of_run(text[run.start() : run.end()], run.group())
    return words


def _words_of_run(run: str, classes: str) -> list[str]:
    parts = [m.span() for m in _PART.finditer(classes)]
    spans = list(parts)
    if len(parts) > 1 and not (classes[0] == "l" and re.match(r"l+U", classes)):
        letters = [m.span() for m in _LETTERS.finditer(classes)]
        spans += [(0, len(run)), *letters]
    ordered = sorted(dict.fromkeys(spans), key=lambda span: (span[0], -span[1]))
    return [run[start:end].lower() for start, end in ordered]


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(words_of(text))


@scalar(nulls="see", only="adql", category="adql")
def words(expression: Anything) -> Array[String]:
    """The words of a full text, or of all texts of an array, as the search engine splits them."""
    texts = expression if isinstance(expression, list) else [expression]
    return [word for text in texts if isinstance(text, str) for word in _words(text)]
