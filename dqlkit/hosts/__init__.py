"""Finds queries inside other files.

The ending of a file gives its notation; what kind of document it is, its content tells. Nothing here rewrites a file:
the result are queries with a map from each of their characters to the file, so that findings have exact places and
fixes change only the query's own characters.
"""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.hosts.embedded import Embedded, SpanMap
from dqlkit.hosts.notation import Looked, by_ending, ending_of
from dqlkit.hosts.notations import query_text

__all__ = ["Embedded", "Looked", "SpanMap", "ending_of", "endings", "find_queries", "known", "look"]


def endings(code: bool = False) -> frozenset[str]:
    """Endings of files that may hold queries, those of code too if asked for; others are read only when they are named."""
    return frozenset(ending for ending, notation in by_ending().items() if code or not notation.code)


def known(name: str) -> bool:
    """Whether files of that name are known to hold queries, or may be one."""
    ending = ending_of(name)
    return ending in query_text.PARTS or ending in by_ending()


def find_queries(text: str, name: str, context: str = "") -> list[Embedded]:
    """The queries in a file. `context` says where a query stands that is the whole file (standard input)."""
    return list(look(text, name, context).queries)


def look(text: str, name: str, context: str = "", thorough: bool = False) -> Looked:
    """The queries of a file and what is wrong with it. A file without any word of a query is parsed only if `thorough`,
    to report errors in it."""
    ending = ending_of(name)
    if ending in query_text.PARTS:  # most files hold a query and nothing else
        found = query_text.find(text, *query_text.PARTS[ending])
        return Looked(tuple(replace(embedded, context=context) for embedded in found) if context else tuple(found))
    return _look(text, ending, thorough)


def _look(text: str, ending: str, thorough: bool) -> Looked:
    from dqlkit.hosts.clear import clear_language

    notation = by_ending().get(ending)
    if notation is not None:
        return notation.look(text, thorough)
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return by_ending()[".json"].look(text, False)
    language = clear_language(text) if ending in _TEXT else ""
    if language:
        return Looked(tuple(query_text.find(text, language, "query")))
    return Looked(
        skipped=f"files that end in `{ending}` are not known to hold queries" if ending else "no query is in it"
    )


#: Endings of files that are queries where their text clearly is one.
_TEXT = ("", ".txt", ".text")
