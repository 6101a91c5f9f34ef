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

_PLACE = regex(r"/(?:targets|list)/\d+(?:/\w+)*/\w*(?:query|dql|expr)\w*\Z", re.I)
_MACRO = regex(r"\$__\w+\(")


@kind("grafana", member="panels", words=("targets|templating|annotations",))
def grafana(root: Node, pointer: str) -> Iterator[Embedded]:
    """Targets of a Grafana dashboard, its variables and annotations, whose text is a query of either vendor.

    Macros with arguments make other text of it, nobody here knows which. What the vendor's dashboards mean by variables
    and timeframes does not hold there, so tiles are looked at as sections of a notebook are.
    """
    if not isinstance(get(root, "panels"), list):
        return
    parts = [(name, get(root, name)) for name in ("panels", "templating", "annotations")]
    for at, found in (one for name, part in parts for one in strings(part, f"{pointer}/{name}")):
        if _PLACE.search(at) and not _MACRO.search(found.value):
            named = "/targets/" in at and at.endswith("/query") and begins_query(found.value)
            language = "dql" if named else clear_language(found.value)
            if language:
                yield from query(found, "notebook", at, Document("grafana"), language=language)
