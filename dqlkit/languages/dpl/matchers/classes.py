"""POSIX classes: runs of ASCII characters of a kind.

By default a run takes all characters there are, at least one [decided: one page says at most one character, but its
examples match whole words].
"""

from __future__ import annotations

from dqlkit.languages.dpl.characters import POSIX, character_set
from dqlkit.languages.dpl.matchers.matcher import Matcher, Quantity, Request, special
from dqlkit.languages.dpl.program import Characters, Node

_KINDS = {
    "alnum": ("Letters and digits.", "mary01,x", "mary01"),
    "alpha": ("Letters.", "mary01", "mary"),
    "ascii": ("Characters of ASCII, control characters too.", "a b", "a b"),
    "blank": ("Blanks and tabs.", "  x", "  "),
    "cntrl": ("Control characters but NUL.", "\\t\\tx", "\\t\\t"),
    "digit": ("Digits, as text [decided: the machine-readable definition says a number].", "042x", "042"),
    "graph": ("Visible characters.", "a-b c", "a-b"),
    "lower": ("Small letters.", "maryAnn", "mary"),
    "nspace": ("Anything but blanks and line breaks.", "ä-b c", "ä-b"),
    "print": ("Visible characters and the blank.", "a b\\n", "a b"),
    "punct": ("Punctuation and symbols.", "--> x", "-->"),
    "space": ("Blanks, tabs and line breaks.", " \\n x", " \\n "),
    "upper": ("Capital letters.", "INFO: x", "INFO"),
    "word": ("Letters, digits and the underscore.", "user_1-x", "user_1"),
    "xdigit": ("Hexadecimal digits.", "c0ffee!", "c0ffee"),
}


def _declare(kind: str, meaning: str, text: str, found: str) -> Matcher:
    characters = character_set(POSIX[kind])

    def run(request: Request) -> Node:
        return Characters(characters, request.least, request.most, request.slot)

    run.__doc__ = f'{meaning}\n\n    >>> {kind.upper()}:found <- "{text}"\n    {{"found": "{found}"}}\n    '
    run.__name__ = kind
    return special(quantity=Quantity(), textual=True)(run)


for _kind, _texts in _KINDS.items():
    _declare(_kind, *_texts)
