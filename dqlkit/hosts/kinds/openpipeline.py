"""Settings of OpenPipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, get, strings, text
from dqlkit.languages.language import Part
from dqlkit.regex import regex

__all__ = ["is_condition"]

_AROUND = ("processors", "processing", "pipelines", "routing", "routingTable")

#: Keys, what kind of text stands there, and in what context.
_TEXTS: Mapping[str, tuple[Part, str]] = {
    "dqlScript": ("stages", "openpipeline-processor"),
    "script": ("stages", "openpipeline-processor"),
    "matcher": ("expression", "openpipeline-matcher"),
    "customMatcher": ("expression", "openpipeline-matcher"),
}


_TEST = regex(r"[=!]=|[<>~]|\w\s*\(")


def is_condition(text: str, alone: bool = False) -> bool:
    """Whether a matcher is a condition in DQL. In settings of the classic kind it says how to compare: `CONTAINS`. What
    other software calls a matcher is a word or a pattern; so one that stands `alone`, with no pipeline around, has to
    compare something, or to call a function."""
    return re.fullmatch(r"[A-Z][A-Z_]*", text) is None and (not alone or _TEST.search(text) is not None)


@kind("openpipeline", words=("matcher|dqlscript|dql",))
def openpipeline(root: Node, pointer: str) -> Iterator[Embedded]:
    """Processors and matchers of OpenPipeline settings."""
    is_pipeline = any(get(root, key) is not None for key in _AROUND)
    if not is_pipeline and text(root, "matcher") == "":
        return
    for at, found in strings(root, pointer):
        kind = _TEXTS.get(at.rpartition("/")[2])
        if kind is None:
            continue
        is_script = at.endswith(("dqlScript", "dql/script"))
        if is_script if kind[0] == "stages" else is_condition(found.value, not is_pipeline):
            yield from query(found, kind[1], at, Document("openpipeline"), kind[0])
