"""Dashboards of Grafana."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dqlkit.hosts.clear import begins_query, clear_language
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, get, strings
from dqlkit.regex import regex

_TARGET = regex(r"/targets/\d+(?:/\w+)*/\w*(?:query|dql|expr)\w*\Z", re.I)
_MACRO = regex(r"\$__\w+\(")


@kind("grafana", member="panels", words=("targets",))
def grafana(root: Node, pointer: str) -> Iterator[Embedded]:
    """Targets of a Grafana dashboard whose text is a query of either vendor.

    Macros with arguments make other text of it, nobody here knows which. What the vendor's dashboards mean by variables
    and timeframes does not hold there, so tiles are looked at as sections of a notebook are.
    """
    panels = get(root, "panels")
    for at, found in strings(panels if isinstance(panels, list) else None, f"{pointer}/panels"):
        if _TARGET.search(at) and not _MACRO.search(found.value):
            named = at.endswith("/query") and begins_query(found.value)
            language = "dql" if named else clear_language(found.value)
            if language:
                yield from query(found, "notebook", at, Document("grafana"), language=language)
