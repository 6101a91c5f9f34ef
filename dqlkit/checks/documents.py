"""The queries of two versions of a document, pair by pair."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path, PurePath
from typing import NamedTuple

from dqlkit.checks.difference import Difference, compare
from dqlkit.checks.revisions import changed, is_revision, shown
from dqlkit.checks.sources import Named, NoQuery, named
from dqlkit.hosts import find_queries, known
from dqlkit.linting.settings import Settings, settings_for

__all__ = ["Pair", "Version", "between", "compared", "of_file", "version"]

#: From this share of equal characters on a query without a partner is taken for another one that was moved and changed.
_ALIKE = 0.6


class Version(NamedTuple):
    """The queries of one version of a document, or a single query; `name` is what to call it."""

    name: str
    queries: tuple[Named, ...]
    whole: bool


class Pair(NamedTuple):
    """Two queries that are versions of each other; None where one version has none."""

    one: Named | None
    other: Named | None
    difference: Difference

    @property
    def place(self) -> str:
        """Where the query stands, in the newer version where it is there."""
        query = self.other or self.one
        return query.embedded.pointer if query else ""


def version(given: str, language: str | None = None) -> Version:
    """What a word of the command line names: a query, a file, `FILE#POINTER`, or `REVISION:FILE` of git.

    Raises `NoQuery` where it cannot be read.
    """
    revision, _, name = given.partition(":")
    if name and is_revision(revision) and not _is_file(given):
        file, _, pointer = name.partition("#")
        return _of_text(shown(revision, file), file, given, pointer)
    file, _, pointer = given.partition("#")
    if _is_file(file):
        try:
            text = Path(file).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise NoQuery(f"{file} cannot be read") from None
        return _of_text(text, file, given, pointer)
    return Version("query", (named(given, Path(), language),), False)  # type: ignore[arg-type]


def _is_file(name: str) -> bool:
    try:
        return Path(name).is_file()
    except (OSError, ValueError):  # a query is no name of a file
        return False


def _of_text(text: str, file: str, given: str, pointer: str = "") -> Version:
    found = [Named(query, file) for query in find_queries(text, PurePath(file).name)]
    if pointer:
        below = f"{pointer.rstrip('/')}/"
        found = [q for q in found if q.embedded.pointer == pointer or q.embedded.pointer.startswith(below)]
        if not found:
            raise NoQuery(f"{given.partition('#')[0]} holds no query at {pointer}")
    return Version(given, tuple(found), True)


def of_file(path: str, name: str) -> Version:
    """A version of a file that lies somewhere else under another name; `/dev/null` has no queries."""
    if path == "/dev/null":
        return Version(name, (), True)
    return _of_text(Path(path).read_text("utf-8-sig", "replace"), name, name)


def between(one: str, other: str | None) -> Iterator[tuple[Version, Version]]:
    """The versions of each file that may hold queries and differs between two revisions, or one and what lies here."""
    for before, after in changed(one, other):
        if known(after or before):
            old = _of_text(shown(one, before), before, before) if before else Version(after, (), True)
            yield old, _newer(after, other) if after else Version(before, (), True)


def _newer(name: str, revision: str | None) -> Version:
    return of_file(name, name) if revision is None else _of_text(shown(revision, name), name, name)


def compared(one: Version, other: Version) -> Iterator[Pair]:
    """The queries of two versions, in the order of the newer one; those that are gone come last."""
    for mine, theirs in _pairs(one, other):
        if mine is None:
            yield Pair(None, theirs, Difference("added"))
        elif theirs is None:
            yield Pair(mine, None, Difference("removed"))
        else:
            yield Pair(mine, theirs, compare(mine, theirs, _settings(theirs)))


def _settings(query: Named) -> Settings:
    return settings_for(str(Path(query.path or ".").resolve().parent))


def _pairs(one: Version, other: Version) -> Iterator[tuple[Named | None, Named | None]]:
    if len(one.queries) == len(other.queries) == 1:
        yield one.queries[0], other.queries[0]
        return
    rest = dict(enumerate(one.queries))
    partners: dict[int, Named] = {}
    scored = [
        (score, at, number)
        for at, query in enumerate(other.queries)
        for number, old in rest.items()
        if (score := _likeness(old, query))
    ]
    for _, at, number in sorted(scored, key=lambda found: (-found[0], found[1], found[2])):
        if at not in partners and number in rest:
            partners[at] = rest.pop(number)
    for at, query in enumerate(other.queries):
        yield partners.get(at), query
    yield from ((query, None) for query in rest.values())


def _likeness(one: Named, other: Named) -> float:
    """How much a query is another one: the same text counts most, then a text that is alike, then the same place."""
    here = 0.1 * bool(_at(one) and _at(one) == _at(other))
    if one.text.split() == other.text.split():
        return 3 + here
    matcher = SequenceMatcher(None, one.text, other.text, autojunk=False)
    alike = matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE else 0
    return 1 + alike + here if alike >= _ALIKE else here


def _at(query: Named) -> str:
    return query.embedded.pointer
