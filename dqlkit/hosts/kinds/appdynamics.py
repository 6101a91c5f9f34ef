"""What AppDynamics keeps queries in: dashboards, saved searches, scheduled metrics."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, items

#: Members that hold a query, or a list of queries.
_MEMBERS = ("adqlQueryList", "adqlQueries", "adqlQueryString", "adqlQuery", "rawQueryString")


@kind("appdynamics", words=("adql|rawquerystring",))
def appdynamics(root: Node, pointer: str) -> Iterator[Embedded]:
    """The queries of a widget, a saved search or a scheduled metric."""
    for key in _MEMBERS:
        held = root.get(key) if isinstance(root, dict) else None
        for at, one in items(held) if isinstance(held, list) else [("", held)]:
            place = f"{pointer}/{key}/{at}".rstrip("/")
            yield from query(one, "file", place, Document("appdynamics"), language="adql")
