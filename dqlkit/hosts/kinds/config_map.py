"""Members that are named as files of queries, as a ConfigMap of Kubernetes has them."""

from __future__ import annotations

import os
from collections.abc import Iterator

from dqlkit.hosts.clear import clear_language, likely_language
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, items, text
from dqlkit.hosts.notations.query_text import PARTS, several

__all__ = ["config_map"]


@kind("config-map", words=(".dql|.adql",))
def config_map(root: Node, pointer: str) -> Iterator[Embedded]:
    """The files in it that are queries."""
    for name, content in items(root) if isinstance(root, dict) else ():
        language, part = PARTS.get(os.path.splitext(str(name))[1].lower(), ("", "query"))
        written = text(root, str(name))
        if language and language in (clear_language(written), likely_language(written) if language == "adql" else ""):
            at = f"{pointer}/{name}"
            for whole in query(content, "file", at, Document("config-map"), part, language):
                yield from several(whole)
