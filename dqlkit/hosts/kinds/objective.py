"""Service-level objectives."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, get


@kind("slo", member="customsli", words=("indicator",))
def objective(root: Node, pointer: str) -> Iterator[Embedded]:
    """The indicator of a service-level objective."""
    indicator = get(root, "customSli", "indicator")
    yield from query(indicator, "slo", f"{pointer}/customSli/indicator", Document("slo"))
