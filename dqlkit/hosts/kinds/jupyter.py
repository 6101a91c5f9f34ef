"""Queries in Jupyter notebooks: cells that begin with `%%dql` or `%%adql`, and fenced blocks of Markdown cells."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.frozen import replace
from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded, Segment, SpanMap
from dqlkit.hosts.kind import kind
from dqlkit.hosts.located import Node, Text, get, text, within
from dqlkit.hosts.notations import markdown


@kind("jupyter", member="cells", words=("%%|```|~~~",))
def jupyter(root: Node, pointer: str) -> Iterator[Embedded]:
    """The queries of a notebook."""
    cells = get(root, "cells")
    for k, cell in enumerate(cells if isinstance(cells, list) else []):
        source = _joined(get(cell, "source"))
        if source is not None:
            yield from _cell(source, text(cell, "cell_type"), f"{pointer}/cells/{k}/source")


def _cell(source: Text, kind: str, pointer: str) -> Iterator[Embedded]:
    if kind == "markdown":
        yield from within(markdown.find(source.value), source, pointer)
    first, _, rest = source.value.partition("\n")
    language = first.strip().removeprefix("%%").split(" ")[0]
    if kind == "code" and rest.strip() and first.startswith("%%") and language in ("dql", "adql"):
        cut = SpanMap(tuple(source.map.cut(len(first) + 1, len(source.value))))
        yield Embedded(rest, cut, language, "query", "notebook", pointer, Document("jupyter"), source.encode)


def _joined(source: Node) -> Text | None:
    """A cell's source: one string, or a list of lines."""
    texts = [part for part in (source if isinstance(source, list) else [source]) if isinstance(part, Text)]
    segments: list[Segment] = []
    length = 0
    for part in texts:
        segments += [replace(s, query=s.query + length) for s in part.map.segments]
        length += len(part.value)
    whole = "".join(part.value for part in texts)
    return Text(whole, lambda: (SpanMap(tuple(segments)), texts[0].encode)) if texts else None
