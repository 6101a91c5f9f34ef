"""Notebooks of the platform."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.kinds.dashboard import davis, fences
from dqlkit.hosts.located import Node, get, items, text


@kind("notebook", member="sections", words=("dql",))
def notebook(root: Node, pointer: str) -> Iterator[Embedded]:
    """DQL sections of a notebook; saved results below them hold queries too, which are nobody's to mend."""
    for key, section in items(get(root, "sections")):
        at = f"{pointer}/sections/{key}"
        if text(section, "type") == "dql":
            state = get(section, "state")
            document = Document("notebook", None, text(state, "visualization"))
            yield from query(get(state, "input", "value"), "notebook", f"{at}/state/input/value", document)
            yield from davis(state, "notebook", f"{at}/state", document)
        elif text(section, "type") == "markdown":
            yield from fences(get(section, "markdown"), f"{at}/markdown")
