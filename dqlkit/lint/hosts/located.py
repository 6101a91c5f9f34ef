"""Documents of any notation as one kind of tree, in which every text knows where its characters stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from dqlkit.frozen import frozen
from dqlkit.lint.hosts.embedded import SpanMap

__all__ = ["Node", "Text", "get", "strings", "text"]


@frozen
class Text:
    """A string of the document."""

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
    """Every string with its path."""
    stack: list[tuple[str, Node]] = [(pointer, node)]
    while stack:
        at, current = stack.pop()
        if isinstance(current, Text):
            yield at, current
        elif isinstance(current, dict):
            stack += [(f"{at}/{key}", value) for key, value in reversed(current.items())]
        elif isinstance(current, list):
            stack += [(f"{at}/{k}", value) for k, value in reversed(list(enumerate(current)))]
