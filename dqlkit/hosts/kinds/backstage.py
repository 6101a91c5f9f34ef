"""Configurations of Backstage, whose plugin runs queries that are registered there."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.clear import clear_language
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, get, items, text


@kind("backstage", member="queries", words=("query",))
def backstage(root: Node, pointer: str) -> Iterator[Embedded]:
    """Queries in a list of them."""
    queries = get(root, "queries")
    for key, entry in items(queries) if isinstance(queries, (list, dict)) else ():
        language = clear_language(text(entry, "query"))
        if language:
            at = f"{pointer}/queries/{key}/query"
            yield from query(get(entry, "query"), "file", at, Document("backstage"), language=language)
