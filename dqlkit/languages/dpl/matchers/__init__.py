"""The matchers, one file per family, each declared once."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dqlkit.languages.dpl.matchers.matcher import Matcher, declared

__all__ = ["FAMILIES", "Matcher", "find", "matchers"]

FAMILIES = ("text", "classes", "numbers", "time", "network", "positions", "structures", "documents")


@cache
def matchers() -> dict[str, Matcher]:
    """All matchers by their names, aliases included, in upper case."""
    for family in FAMILIES:
        import_module(f"dqlkit.languages.dpl.matchers.{family}")
    return {name: matcher for matcher in declared() for name in (matcher.name, *matcher.aliases)}


def find(name: str) -> Matcher | None:
    """The matcher of that name in any letter case."""
    return matchers().get(name.upper())
