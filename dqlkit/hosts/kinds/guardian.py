"""Site reliability guardians: settings, CloudFormation and CDK, which begin names with a capital."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.hosts.document import Document
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.kind import kind, query
from dqlkit.hosts.located import Node, items


@kind("guardian", member="objectives", words=("dqlquery|dql_query",))
def guardian(root: Node, pointer: str) -> Iterator[Embedded]:
    """The objectives of a guardian. A function of a template (`!Sub`) holds the text first, then what is put in."""
    for name, objectives in _named(root, "objectives"):
        for key, objective in items(objectives):
            for inner, found in _named(objective, "dqlquery"):
                given, at = found, f"{pointer}/{name}/{key}/{inner}"
                for function, parts in items(found) if isinstance(found, dict) else ():
                    given, at = parts, f"{at}/{function}"
                if isinstance(given, list) and given:
                    given, at = given[0], f"{at}/0"
                yield from query(given, "guardian", at, Document("guardian"))


def _named(node: Node, name: str) -> Iterator[tuple[str, Node]]:
    """The members of that name in whatever letter case, with underscores or without."""
    if isinstance(node, dict):
        yield from ((key, value) for key, value in node.items() if key.replace("_", "").lower() == name)
