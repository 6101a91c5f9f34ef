"""Files that hold nothing but queries: one, or several one after the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from dqlkit.hosts.clear import SOURCES
from dqlkit.hosts.embedded import Embedded, SpanMap
from dqlkit.hosts.notation import Looked, notation
from dqlkit.languages.language import Part
from dqlkit.regex import regex

__all__ = ["PARTS", "find", "several"]

#: Endings of query files: their language and what kind of text they hold.
PARTS: Mapping[str, tuple[str, Part]] = {
    ".dql": ("dql", "query"),
    ".dqlpart": ("dql", "stages"),
    ".dqlexpr": ("dql", "expression"),
    ".adql": ("adql", "query"),
}

_BEGIN = regex(rf"\n(?:{'|'.join(SOURCES)})\b", re.I)


def find(text: str, language: str, part: Part) -> list[Embedded]:
    """The queries of a file."""
    return several(Embedded(text, SpanMap.verbatim(0, len(text)), language, part))


def several(whole: Embedded) -> list[Embedded]:
    """The queries of a text that may hold several.

    A further one begins where a line begins with a source command, outside of brackets, strings and comments, and what
    stands before it is complete; an ADQL query ends with `;` or an empty line.
    """
    text, language = whole.text, whole.language
    at = _cuts(text) if language == "dql" and whole.part == "query" else _statements(text) if language == "adql" else []
    if not at:
        return [whole] if text.strip() else []
    bounds = [0, *at, len(text)]
    return [whole.piece(a, b) for a, b in pairwise(bounds) if text[a:b].strip()]


_SKIPPED = regex(
    r'"""[\s\S]*?(?:"""(?!")|\Z)|"(?:[^"\\]|\\.)*(?:"|\Z)|`(?:[^`\\]|\\.)*(?:`|\Z)'
    r"|//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)|^[ \t]*(?:#|--)[^\n]*|[\[\](){}]|\n",
    re.M,
)
#: What a line of comment begins with, here and where people come from: the parser reports the latter.
_COMMENTS = ("//", "#", "--")


def _cuts(text: str) -> list[int]:
    """Where further DQL queries begin."""
    if not _BEGIN.search(text):
        return []
    depth, found, last = 0, [], ""
    begun = False
    at = 0
    for token in _SKIPPED.finditer(text):
        between = text[at : token.start()]
        last = between.strip()[-1:] or last
        at, shown = token.end(), token.group()
        begun = begun or bool(between.strip())
        if shown in "[({":
            depth += 1
        elif shown in "])}":
            depth, last = max(depth - 1, 0), shown
        elif shown[0] in '"`':
            last = shown[0]
        elif shown == "\n" and depth == 0 and begun and last not in "|,=+-*/(:" and _BEGIN.match(text, token.start()):
            found.append(_with_comments(text, at))
    return found


def _with_comments(text: str, at: int) -> int:
    """Comment lines right above a query belong to it."""
    lines = text[:at].splitlines(keepends=True)
    while lines and lines[-1].lstrip().startswith(_COMMENTS):
        at -= len(lines.pop())
    return at


def _statements(text: str) -> list[int]:
    return [match.end() for match in re.finditer(r";[ \t]*\r?\n|\n[ \t]*\r?\n(?=\s*select\b)", text, re.I)]


def _notation(ending: str) -> None:
    language, part = PARTS[ending]
    notation(f"{language.upper()} {part}", endings=(ending,))(lambda text, _: Looked(tuple(find(text, language, part))))


for _ending in PARTS:
    _notation(_ending)
