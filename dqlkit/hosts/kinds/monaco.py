"""Configurations of Monaco, the vendor's tool that keeps settings as code."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.clear import SOURCES, clear_language
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, get, items, strings


@kind("monaco", member="configs", words=("template", "parameters", "|".join(SOURCES).lower()))
def monaco(root: Node, pointer: str) -> Iterator[Embedded]:
    """The parameters that fill the templates, also those of single environments, where they clearly are queries."""
    configs = get(root, "configs")
    for key, config in items(configs) if isinstance(configs, list) else ():
        for at, found in strings(config, f"{pointer}/configs/{key}"):
            if "/parameters/" in at and clear_language(found.value) == "dql":
                yield from query(found, "file", at, Document("monaco"))
