"""The languages: each one package with the verbs of `language.Language`, and the text machinery that they share."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dqlkit.languages.language import Language

__all__ = ["LANGUAGES", "language_named"]

LANGUAGES = ("dql", "adql")


@cache
def language_named(name: str) -> Language:
    """The language of that name, imported when it is first wanted. Raises `ValueError` for one that is not known."""
    if name not in LANGUAGES:
        raise ValueError(f"there is no language {name!r}; known are {', '.join(LANGUAGES)}")
    found: Language = import_module(f"dqlkit.languages.{name}.language").LANGUAGE
    return found
