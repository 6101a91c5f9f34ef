"""Members of a parsed document: each may be anything, or missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

__all__ = ["Json", "Span", "names", "number", "objects", "part", "span", "text"]

Json: TypeAlias = Any
Span: TypeAlias = tuple[str, str]
"""Two moments as the document writes them: `("now()-2h", "now()")`."""


def part(given: Json, name: str) -> Mapping[str, Json]:
    """An object, empty where there is none."""
    found = given.get(name) if isinstance(given, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def text(given: Json, name: str) -> str:
    """A text, empty where there is none."""
    found = given.get(name) if isinstance(given, Mapping) else None
    return found if isinstance(found, str) else ""


def names(given: Json) -> tuple[str, ...]:
    """One name, or a list of them."""
    if isinstance(given, str):
        return (given,) if given else ()
    return tuple(name for name in given if isinstance(name, str) and name) if isinstance(given, list) else ()


def objects(given: Json, name: str) -> Iterator[Mapping[str, Json]]:
    """The objects of a list."""
    found = given.get(name) if isinstance(given, Mapping) else None
    yield from (one for one in found if isinstance(one, Mapping)) if isinstance(found, list) else ()


def number(given: Json, name: str) -> int | None:
    """A whole number from 0 on."""
    found = given.get(name) if isinstance(given, Mapping) else None
    return int(found) if isinstance(found, (int, float)) and not isinstance(found, bool) and found >= 0 else None


def span(given: Json) -> Span | None:
    """A timeframe; one without an end ends now."""
    start, end = text(given, "from"), text(given, "to")
    return (start, end or "now()") if start else None
