"""The class of a kind of document, the decorator that declares one, and the search through documents.

    @kind("guardian", member="objectives", words=("dqlquery",))
    def guardian(root: Node, pointer: str) -> Iterator[Embedded]:
        \"\"\"The objectives of a guardian.\"\"\"
        for key, objective in items(get(root, "objectives")):
            …
            yield from query(…)

One kind, one file in `kinds/`, found by being there. A kind is recognised by the content of a document, whatever the
file's name and notation: the function yields the queries of a node, or nothing for a node of another kind.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import TypeAlias

from dqlkit.frozen import frozen
from dqlkit.hosts.document import Document, DocumentVariable
from dqlkit.hosts.embedded import Embedded, SpanMap
from dqlkit.hosts.located import CUT, Node, Text, get, items, rendered, text, within
from dqlkit.languages.language import Part

__all__ = ["Kind", "begun", "kind", "kinds", "queries", "query", "suspects", "variables"]

Find: TypeAlias = Callable[[Node, str], Iterator[Embedded]]


@frozen
class Kind:
    """`member` is a key that such a document has, in lower case, where all have one of that name; `first`, that no other key
    stands before it. `words` are somewhere in each of them, in whatever letter case; alternatives stand apart with `|`."""

    name: str
    member: str
    words: tuple[str, ...]
    find: Find
    first: bool = False

    def may_be(self, lowered: str) -> bool:
        """Whether a text, in lower case, may hold such a document."""
        words = (any(one in lowered for one in word.split("|")) for word in self.words)
        return all(words) and (not self.member or self.begins(lowered))

    def begins(self, lowered: str) -> bool:
        """Whether a text, in lower case, has the member that such a document begins with."""
        wanted = self.member
        if not wanted or wanted not in lowered:
            return False
        before = _BEFORE_FIRST if self.first else ""
        return re.search(rf"{before}{wanted}[\\\"']*\s*[:=]", lowered) is not None


#: What stands before the first member: the bracket that it opens, or nothing but comments and marks of YAML.
_BEFORE_FIRST = r"(?:\A(?:[\s\ufeff]|#[^\n]*\n|---)*+|\{)[\s\\\"']*"


_DECLARED: list[Kind] = []


def kind(name: str, *, member: str = "", words: Iterable[str] = (), first: bool = False) -> Callable[[Find], Find]:
    """Declare a kind of document."""

    def declare(find: Find) -> Find:
        _DECLARED.append(Kind(name, member, tuple(words), find, first))
        return find

    return declare


@cache
def kinds() -> tuple[Kind, ...]:
    """All kinds: the files of the folder `kinds`."""
    for file in sorted(os.listdir(os.path.join(os.path.dirname(__file__), "kinds"))):
        name, ending = os.path.splitext(file)
        if ending == ".py" and name != "__init__":
            import_module(f"dqlkit.hosts.kinds.{name}")
    return tuple(sorted(_DECLARED, key=lambda one: one.name))


def suspects(text: str, of: Sequence[Kind] | None = None) -> list[Kind]:
    """The kinds of documents that a text may hold, by a quick search for words: most large files need not be parsed."""
    lowered = text.lower()
    return [one for one in (kinds() if of is None else of) if one.may_be(lowered)]


def begun(text: str) -> bool:
    """Whether a document of some kind begins in a text, though it may be cut off before its queries."""
    lowered = text.lower()
    return any(one.begins(lowered) for one in kinds())


def queries(root: Node, pointer: str = "", of: Sequence[Kind] | None = None) -> list[Embedded]:
    """The queries of a document and of those that lie in it; a text may be a document itself.

    Each query once, however many aliases (YAML) lead to it.
    """
    from dqlkit.hosts.json_text import Unreadable, read_json

    of = kinds() if of is None else of
    found: dict[SpanMap, Embedded] = {}
    stack: list[tuple[str, Node]] = [(pointer, root)]
    seen: set[int] = set()
    while stack and of:
        at, node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        here: list[Embedded] = []
        if isinstance(node, Text):
            inner = suspects(node.value, of) if _may_hold(node) else []
            if inner:
                try:
                    here += within(queries(read_json(node.value), "", inner), node, at)
                except Unreadable:  # a text that only begins as one
                    continue
        else:
            members = {"", *map(str.lower, node)} if isinstance(node, dict) else {""}
            here += next(filter(None, (list(one.find(node, at)) for one in of if one.member in members)), [])
        for embedded in here:
            found.setdefault(embedded.map, embedded)
        if not here:
            below = [(f"{at}/{key}", inner) for key, inner in items(node) if _may_hold(inner)]
            stack += below[::-1]
    return list(found.values())


def _may_hold(node: Node) -> bool:
    """Whether a node may be a document or hold one."""
    if isinstance(node, Text):
        return node.value.lstrip()[:1] in ("{", "[")
    return isinstance(node, (dict, list))


# ---- what kinds share -----------------------------------------------------------------------------------------------


def query(
    node: Node, context: str, pointer: str, document: Document, part: Part = "query", language: str = "dql"
) -> Iterator[Embedded]:
    """A text of the document as a query of it; nothing where it is empty or no text."""
    if isinstance(node, Text) and node.value.strip():
        node = rendered(node)
        yield Embedded(node.value, node.map, language, part, context, pointer, document, node.encode)


def variables(root: Node) -> dict[str, DocumentVariable] | None:
    """The variables that a document defines; None where it says nothing of variables, as an excerpt of one, and where it
    breaks off among them."""
    defined = get(root, "variables")
    if defined is None or any(node is CUT for _, node in items(defined)):
        return None
    found = {}
    for _, variable in items(defined):
        name = text(variable, "key")
        query = text(variable, "input") or text(variable, "input", "query") if text(variable, "type") == "query" else ""
        if name:
            found[name] = DocumentVariable(name, get(variable, "multiple") is True, query)
    return found
