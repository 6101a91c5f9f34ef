"""Anomaly detectors."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, get, items, text


@kind("detector", member="analyzer", words=("input", "query"))
def detector(root: Node, pointer: str) -> Iterator[Embedded]:
    """The query of an anomaly detector."""
    for key, input in items(get(root, "analyzer", "input")):
        if text(input, "key") in ("query", "query.expression"):
            yield from query(
                get(input, "value"), "detector", f"{pointer}/analyzer/input/{key}/value", Document("detector")
            )
