"""The reference of ADQL's functions: how each is written, what it means, and examples with what they yield."""

from __future__ import annotations

import inspect

from dqlkit.functions.prose import prose, summary
from dqlkit.languages.adql.function import AdqlFunction
from dqlkit.languages.adql.functions import find, functions
from dqlkit.regex import regex

__all__ = ["document", "find", "listing", "page"]

_EXAMPLE = regex(r">>> (.+)\n(.+)")
_FAMILIES = {"metric": "Metrics", "bucket": "Groups", "scalar": "Values"}


def _ordered() -> list[AdqlFunction]:
    return sorted(functions().values(), key=lambda one: ([*_FAMILIES].index(one.family), one.name.lower()))


def listing() -> str:
    """A line for every function."""
    return "\n".join(f"  {one.name:<24} {summary(one.documentation)}" for one in _ordered())


def document() -> str:
    """All functions as one Markdown text."""
    head = (
        "# Functions of ADQL\n\n`dqlkit functions NAME` shows a function by itself. Examples are over four events:\n"
        "`app` is Shop, Shop, Desk and none, `ms` 120, 80, 40 and none, a minute apart.\n"
    )
    parts = [head]
    for family, title in _FAMILIES.items():
        parts += [f"## {title}\n", *(page(one) for one in _ordered() if one.family == family)]
    return "\n".join(parts).rstrip() + "\n"


def page(function: AdqlFunction) -> str:
    """What is to be known of a function, in Markdown."""
    found = _EXAMPLE.findall(inspect.cleandoc(function.documentation))
    examples = "".join(f"{query}  -- {answer}\n" for query, answer in found)
    shown = [f"### {function.name} (ADQL)", f"```\n{function.shown}\n```", prose(function.documentation)]
    return "\n\n".join([*shown, *([f"```sql\n{examples}```"] if examples else [])]) + "\n"
