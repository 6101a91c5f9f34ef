"""Dashboards, whole and in pieces."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query, variables
from dqlkit.hosts.located import Node, Text, get, items, strings, text, within
from dqlkit.hosts.notations import markdown

__all__ = ["davis", "fences"]


@kind("dashboard", member="tiles", words=("query|```|~~~",))
def dashboard(root: Node, pointer: str) -> Iterator[Embedded]:
    """Tiles and variables of a dashboard. Tiles are a mapping by id, a list, or a list of such mappings."""
    tiles = get(root, "tiles")
    if not isinstance(tiles, (dict, list)):
        return
    known = variables(root)
    uses = tuple(found.value for _, found in strings(root))
    for key, variable in items(get(root, "variables")):
        document = Document("dashboard", known, variable=text(variable, "key"), uses=uses)
        if text(variable, "type") == "query":
            input = get(variable, "input")
            filling = get(input, "query") if isinstance(input, dict) else input
            yield from query(filling, "dashboard-variable", f"{pointer}/variables/{key}/input", document)
    for at, tile in _tiles(tiles, f"{pointer}/tiles"):
        yield from _tile(tile, at, Document("dashboard", known, text(tile, "visualization"), uses=uses))


@kind("tile", words=("visualization", "query"))
def tile(root: Node, pointer: str) -> Iterator[Embedded]:
    """Tiles alone, by their ids: a piece of a dashboard, whose variables nobody knows here."""
    if isinstance(root, dict) and root and all(key.isdigit() and _is_tile(one) for key, one in root.items()):
        for key, one in items(root):
            yield from _tile(one, f"{pointer}/{key}", Document("dashboard", None, text(one, "visualization")))


def _is_tile(node: Node) -> bool:
    return isinstance(node, dict) and "type" in node and ("visualization" in node or "content" in node)


def _tiles(tiles: Node, pointer: str) -> Iterator[tuple[str, Node]]:
    for key, one in items(tiles):
        if isinstance(tiles, list) and isinstance(one, dict) and one and all(_is_tile(inner) for inner in one.values()):
            yield from ((f"{pointer}/{key}/{id}", inner) for id, inner in one.items())
        else:
            yield f"{pointer}/{key}", one


def _tile(tile: Node, pointer: str, document: Document) -> Iterator[Embedded]:
    if text(tile, "type") in ("data", ""):
        yield from query(get(tile, "query"), "dashboard-tile", f"{pointer}/query", document)
    yield from davis(tile, "dashboard-tile", pointer, document)
    if text(tile, "type") == "markdown":
        yield from fences(get(tile, "content"), f"{pointer}/content")


def davis(node: Node, context: str, pointer: str, document: Document) -> Iterator[Embedded]:
    """The queries that a tile or section gives to analyzers; some take them below `expression`."""
    for name, data in items(get(node, "davis", "componentState", "inputData")):
        given, at = get(data, "query"), f"{pointer}/davis/componentState/inputData/{name}/query"
        yield from query(given, context, at, document)
        yield from query(get(given, "expression"), context, f"{at}/expression", document)


def fences(node: Node, pointer: str) -> Iterator[Embedded]:
    """Queries in fenced blocks of Markdown text."""
    if isinstance(node, Text):
        yield from within(markdown.find(node.value), node, pointer)
