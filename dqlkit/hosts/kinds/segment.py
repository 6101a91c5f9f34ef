"""Segments."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, get


@kind("segment", member="includes", words=("variables", "value"))
def segment(root: Node, pointer: str) -> Iterator[Embedded]:
    """The query that fills the variables of a segment."""
    if get(root, "includes") is not None:
        yield from query(get(root, "variables", "value"), "segment", f"{pointer}/variables/value", Document("segment"))
