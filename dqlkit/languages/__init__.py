"""The languages: each one package with the same verbs, and the text machinery they share.

A verb is a file with a function of its name: `parse` (text to tree), `bind` (tree to plan), `lift` (plan to tree),
`format` (tree to text), `canonical` (tree to the one text of its meaning), `substitute` (variables by their values).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

__all__ = ["LANGUAGES", "verb"]

LANGUAGES = ("dql", "adql")


@cache
def verb(language: str, name: str) -> Callable[..., Any]:
    """A stage of a language, imported when it is first wanted. Raises `ValueError` for a language that is not known."""
    if language not in LANGUAGES:
        raise ValueError(f"there is no language {language!r}; known are {', '.join(LANGUAGES)}")
    stage: Callable[..., Any] = getattr(import_module(f"dqlkit.languages.{language}.{name}"), name)
    return stage
