"""Documents of any notation as one kind of tree, in which every text knows where its characters stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from dqlkit.frozen import frozen
from dqlkit.hosts.embedded import Embedded, SpanMap

__all__ = ["Node", "Text", "get", "items", "strings", "text", "within"]


@frozen
class Text:
    """A string of the document; `encode` is that of the queries in it."""

    value: str
    map: SpanMap
    encode: Callable[[str, str], str | None]


Node: TypeAlias = "dict[str, Node] | list[Node] | Text | int | float | bool | None"


def get(node: Node, *path: str) -> Node:
    """What lies below the keys; None where nothing does."""
    for key in path:
        if not isinstance(node, dict):
            return None
        node = node.get(key)
    return node


def text(node: Node, *path: str) -> str:
    """The text below the keys, empty where there is none."""
    found = get(node, *path)
    return found.value if isinstance(found, Text) else ""


def strings(node: Node, pointer: str = "") -> Iterator[tuple[str, Text]]:
    """Every string with its path; what several paths lead to, as the aliases of YAML do, with the first of them."""
    stack: list[tuple[str, Node]] = [(pointer, node)]
    seen: set[int] = set()
    while stack:
        at, current = stack.pop()
        if isinstance(current, Text):
            yield at, current
        elif isinstance(current, (dict, list)) and id(current) not in seen:
            seen.add(id(current))
            stack += [(f"{at}/{key}", value) for key, value in reversed(list(items(current)))]


def items(node: Node) -> Iterator[tuple[str, Node]]:
    """What lies below a node, with its key or number."""
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from ((str(k), item) for k, item in enumerate(node))


def within(found: Iterable[Embedded], outer: Text, pointer: str) -> Iterator[Embedded]:
    """Queries of a text that stands in a document itself, as queries of the document."""
    for embedded in found:
        inner = embedded.encode

        def encode(new: str, old: str, inner: Callable[[str, str], str | None] = inner) -> str | None:
            once = inner(new, old)
            return None if once is None else outer.encode(once, old)

        span_map, pointer_of = embedded.map.within(outer.map), pointer + embedded.pointer
        yield replace(embedded, map=span_map, pointer=pointer_of, encode=encode)
