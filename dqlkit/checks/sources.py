"""Queries by what names them: the text itself, a file, or a place in a document (`board.json#/tiles/3`)."""

from __future__ import annotations

from pathlib import Path

from dqlkit.frozen import frozen
from dqlkit.hosts import Embedded, find_queries
from dqlkit.hosts.clear import likely_language
from dqlkit.hosts.embedded import SpanMap
from dqlkit.languages.language import LanguageName, Part
from dqlkit.regex import regex

__all__ = ["Named", "NoQuery", "named"]

#: A path and maybe a place behind it. No query begins so: it would have blanks, or something to call.
_PLACE = regex(r"""(?P<file>[^\s|"'(){}]+?\.\w+)(?:#(?P<pointer>[^\n|]*))?""")


class NoQuery(ValueError):
    """What is named is no query, or cannot be read; in a sentence."""


@frozen
class Named:
    """A query: `path` is the file that it is from ("" where it was given as text)."""

    embedded: Embedded
    path: str = ""

    @property
    def text(self) -> str:
        return self.embedded.text

    @property
    def language(self) -> LanguageName:
        return self.embedded.language  # type: ignore[return-value]

    @property
    def part(self) -> Part:
        return self.embedded.part

    @property
    def shown(self) -> str:
        """What to call it."""
        return f"{self.path}#{self.embedded.pointer}" if self.embedded.pointer else self.path or "query"


def named(text: str, folder: Path, language: LanguageName | None = None) -> Named:
    """The query that a text is, or names: `file:NAME`, `NAME`, `NAME#POINTER`, or a query. Names are relative to the folder.

    Raises `NoQuery` where there is none, or several.
    """
    if text.startswith("file:"):
        text = text.removeprefix("file:").strip()
        name, _, pointer = text.partition("#")
        return _in_file(folder / name, pointer, name)
    place = _PLACE.fullmatch(text.strip())
    if place is not None:
        return _in_file(folder / place["file"], place["pointer"] or "", place["file"])
    known = language or likely_language(text)
    return Named(Embedded(text, SpanMap.verbatim(0, len(text)), known))


def _in_file(path: Path, pointer: str, name: str) -> Named:
    """The one query of a file, or the one at a pointer or below it; a number counts the queries of a file from 1."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is no UTF-8"
        raise NoQuery(f"{name} cannot be read: {reason}") from None
    found = find_queries(text, path.name)
    if pointer.isdigit():
        found = found[int(pointer) - 1 : int(pointer)]
    elif pointer:
        below = f"{pointer.rstrip('/')}/"
        found = [q for q in found if q.pointer == pointer] or [q for q in found if q.pointer.startswith(below)]
    at = f" at {pointer}" if pointer else ""
    if not found:
        raise NoQuery(f"{name} holds no query{at}")
    if len(found) > 1:
        shown = ", ".join(f"{name}#{query.pointer or n}" for n, query in enumerate(found[:8], 1))
        raise NoQuery(f"{name} holds {len(found)} queries{at}; name one: {shown}")
    return Named(found[0], name)
