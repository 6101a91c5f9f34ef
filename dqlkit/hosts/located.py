"""Documents of any notation as one kind of tree, in which every text knows where its characters stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from dqlkit.cached import cached_property
from dqlkit.frozen import frozen, replace
from dqlkit.hosts.embedded import Embedded, Segment, SpanMap
from dqlkit.regex import regex

__all__ = ["CUT", "Encode", "Node", "Problem", "Text", "cut", "get", "items", "rendered", "strings", "text", "within"]

Encode: TypeAlias = Callable[[str, str], "str | None"]


@frozen
class Problem:
    """Why a file, or the rest of it, could not be read, in a sentence; and the consequence."""

    offset: int
    message: str
    help: str = "What follows was not looked at."


class Text:
    """A string of the document. The map and the encoder are computed on demand, since most strings of a document are no
    queries."""

    def __init__(self, value: str, place: Callable[[], tuple[SpanMap, Encode]]) -> None:
        self.value = value
        self._read = place

    @cached_property
    def _place(self) -> tuple[SpanMap, Encode]:
        return self._read()

    @property
    def map(self) -> SpanMap:
        """From the string to the file."""
        return self._place[0]

    @property
    def encode(self) -> Encode:
        """The encoder for replacement text."""
        return self._place[1]


Node: TypeAlias = "dict[str, Node] | list[Node] | Text | int | float | bool | None"


CUT = Text("", lambda: (SpanMap(()), lambda new, old: None))
"""What ends a list or a mapping, under no key, that the document breaks off in."""


def cut(node: dict[str, Node] | list[Node]) -> None:
    """Mark a list or a mapping as one that is not whole."""
    if isinstance(node, list):
        node.append(CUT)
    else:
        node[""] = CUT


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


#: A raw string in a Go template, which is how templates write literal braces.
_RAW = regex(r"\{\{-?\s*`(?P<raw>[^`]*)`\s*-?\}\}")


def rendered(node: Text) -> Text:
    """The text without the marks of raw strings in templates: {{`fetch logs | limit 1`}}."""
    found = list(_RAW.finditer(node.value))
    if not found:
        return node
    bounds = [0, *(at for one in found for at in (one.start(), *one.span("raw"), one.end())), len(node.value)]
    kept = [(bounds[k], bounds[k + 1]) for k in range(0, len(bounds), 2)]

    def place() -> tuple[SpanMap, Encode]:
        segments: list[Segment] = []
        length = 0
        for start, end in kept:
            segments += node.map.cut(start, end, length)
            length += end - start
        return SpanMap(tuple(segments)), lambda new, old: None if _RAW_MARK.search(old) else node.encode(new, old)

    return Text("".join(node.value[start:end] for start, end in kept), place)


_RAW_MARK = regex(r"\{\{-?\s*`|`\s*-?\}\}")


def within(found: Iterable[Embedded], outer: Text, pointer: str) -> Iterator[Embedded]:
    """Queries of a text that stands in a document itself, as queries of the document."""
    for embedded in found:
        inner = embedded.encode

        def encode(new: str, old: str, inner: Callable[[str, str], str | None] = inner) -> str | None:
            once = inner(new, old)
            return None if once is None else outer.encode(once, old)

        span_map, pointer_of = embedded.map.within(outer.map), pointer + embedded.pointer
        yield replace(embedded, map=span_map, pointer=pointer_of, encode=encode)
