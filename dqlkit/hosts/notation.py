"""The class of a notation (a file format that may hold queries, known by the ending of file names), and its decorator.

    @notation("yaml", endings=(".yaml", ".yml"))
    def yaml(text: str, thorough: bool) -> Looked:
        ...

One notation, one file in `notations/`, found by being there. JSON, YAML and HCL are read once, into a located document
that all kinds of documents look into (`kind.py`); the others find their queries themselves.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import TypeAlias

from dqlkit.frozen import frozen
from dqlkit.hosts.embedded import Embedded
from dqlkit.hosts.located import Problem

__all__ = ["Looked", "Notation", "by_ending", "ending_of", "notation"]

#: Endings of templates: what they become, the ending before says, as in `errors.dql.j2`.
_TEMPLATES = frozenset({".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".tftpl", ".gotmpl", ".erb", ".hbs", ".mustache"})


@frozen
class Looked:
    """The result for a file: its queries, why it could not be read, or why it was skipped."""

    queries: tuple[Embedded, ...] = ()
    problem: Problem | None = None
    skipped: str = ""


Look: TypeAlias = Callable[[str, bool], Looked]


@frozen
class Notation:
    """`look` is given the text, and whether to read it even where a glance tells that it holds no query. Files of `code`
    are passed over in folders unless that is asked for."""

    name: str
    endings: tuple[str, ...]
    look: Look
    code: bool = False


_DECLARED: list[Notation] = []


def notation(name: str, *, endings: Iterable[str], code: bool = False) -> Callable[[Look], Look]:
    """Declare a notation."""

    def declare(look: Look) -> Look:
        _DECLARED.append(Notation(name, tuple(endings), look, code))
        return look

    return declare


@cache
def by_ending() -> dict[str, Notation]:
    """All notations by the endings of their files: the files of the folder `notations`."""
    for file in sorted(os.listdir(os.path.join(os.path.dirname(__file__), "notations"))):
        name, ending = os.path.splitext(file)
        if ending == ".py" and name != "__init__":
            import_module(f"dqlkit.hosts.notations.{name}")
    return {ending: one for one in _DECLARED for ending in one.endings}


def ending_of(name: str) -> str:
    """The ending of a file's name that tells its notation, in lower case."""
    stem, ending = os.path.splitext(name.lower())
    return (ending in _TEMPLATES and os.path.splitext(stem)[1]) or ending
