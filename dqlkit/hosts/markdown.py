"""Queries in fenced blocks of Markdown."""

from __future__ import annotations

import re

from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded, dedented, indented
from dqlkit.hosts.files import begins_query
from dqlkit.languages.language import Part

__all__ = ["find"]

_FENCE = re.compile(
    r"^\ufeff?(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>dql|adql)\b(?P<kind>[-\w]*)[^\n]*\n",
    re.M | re.I,
)


def find(text: str) -> list[Embedded]:
    """The blocks that are marked as DQL or ADQL. Indentation of the fence is no part of the query.

    What begins with no source is a piece of a query, its stages; other kinds of blocks (`dql-snippet`) are taken where
    they show what they begin with.
    """
    found = []
    at = 0
    while (opening := _FENCE.search(text, at)) is not None:
        fence, indent = opening["fence"], opening["indent"]
        closing = re.compile(rf"^[ \t]*{re.escape(fence)}{fence[0]}*[ \t\r]*$", re.M).search(text, opening.end())
        end = closing.start() if closing else len(text)
        query, span_map = dedented(text[opening.end() : end].rstrip("\r\n"), opening.end(), len(indent))
        whole = begins_query(query)
        if query.strip() and (not opening["kind"] or whole or query.lstrip().startswith("|")):
            language = opening["language"].lower()
            part: Part = "query" if whole or language != "dql" else "stages"
            document = Document("markdown")
            found.append(Embedded(query, span_map, language, part, "markdown", "", document, indented(indent)))
        at = closing.end() if closing else len(text)
    return found
