"""The rules, one file each. A file in this folder is a rule."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module

from dqlkit.linting.rule import Rule, declared

__all__ = ["rules"]


@cache
def rules(language: str = "") -> dict[str, Rule]:
    """The rules by code: all, or those of a language.

    For DQL the files for ADQL alone, which bear its name, are not imported: a linter starts often.
    """
    for file in sorted(os.listdir(os.path.dirname(__file__))):
        name, ending = os.path.splitext(file)
        if ending == ".py" and name != "__init__" and (language != "dql" or not name.startswith("adql_")):
            import_module(f"dqlkit.linting.rules.{name}")
    found = sorted(declared().items())
    return {code: rule for code, rule in found if not language or language in rule.languages}
