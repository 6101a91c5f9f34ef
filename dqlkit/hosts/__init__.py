"""Where queries sit in other files. A file is known by its content; its ending only says which notation to try first.

Nothing here writes a file again: what comes out are queries with a map of their characters into the file, so that
findings have exact places and fixes change the query's own characters and nothing else.
"""

from __future__ import annotations

from pathlib import PurePath

from dqlkit.hosts import files
from dqlkit.hosts.embedded import Embedded, SpanMap

__all__ = ["ENDINGS", "Embedded", "SpanMap", "find_queries"]

#: Endings of files that may hold queries; others are read only when they are named.
ENDINGS = frozenset({*files.PARTS, ".json", ".yaml", ".yml", ".tf", ".md", ".markdown", ".ipynb", ".hcl"})


def find_queries(text: str, name: str, context: str = "") -> list[Embedded]:
    """The queries in a file. `context` says where a query stands that is the whole file (standard input)."""
    ending = PurePath(name).suffix.lower()
    if ending in files.PARTS:
        found = files.find(text, *files.PARTS[ending])
        return [_in_context(embedded, context) for embedded in found] if context else found
    return _in_host(text, ending)


def _in_host(text: str, ending: str) -> list[Embedded]:
    # Imported here: most files hold a query and nothing else.
    from dqlkit.hosts import documents, jupyter, markdown, terraform
    from dqlkit.hosts.json_text import read_json
    from dqlkit.hosts.yaml_text import read_yaml

    if ending in (".tf", ".hcl"):
        return terraform.find(text)
    if ending in (".md", ".markdown"):
        return markdown.find(text)
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        if not any(word in text for word in (*documents.WORDS, "cells")):
            return []
        root = read_json(text)
        if root is not None:
            return jupyter.find(root) or documents.find(root)
    if ending in (".yaml", ".yml"):
        return documents.find(read_yaml(text))
    if ending in (".json", ".ipynb"):
        return []
    return files.find(text, "dql", "query")


def _in_context(embedded: Embedded, context: str) -> Embedded:
    from dataclasses import replace

    return replace(embedded, context=context)
