"""Every function of both languages, one file per category of the vendor's documentation, each declared once."""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import cache
from importlib import import_module
from typing import Any

from dqlkit.functions.function import Family, Function, declared, named
from dqlkit.functions.places import PLACES, SYMBOLS

__all__ = [
    "CATEGORIES",
    "FAMILIES",
    "Function",
    "advice_elsewhere",
    "converting_to",
    "family",
    "find",
    "functions",
    "known_elsewhere",
    "operator_of",
]

CATEGORIES = (
    "operators",
    "arithmetic",
    "aggregation",
    "array",
    "bitwise",
    "boolean",
    "cast",
    "constant",
    "conversion",
    "create",
    "cryptographic",
    "davis",
    "entities",
    "flow",
    "general",
    "get",
    "iterative",
    "mathematical",
    "pattern",
    "network",
    "series",
    "smartscape",
    "string",
    "time",
)


#: The families whose functions a query names, in the order in which a name is looked up.
FAMILIES: tuple[Family, ...] = ("scalar", "aggregation", "iterative", "series")


@cache
def catalogue() -> dict[str, dict[str, Function[..., Any]]]:
    """All functions that a query of any language may call: by family, then by lower-case name."""
    for category in CATEGORIES:
        _import(category)
    found: dict[str, dict[str, Function[..., Any]]] = {}
    for function in (function for function in declared() if not function.only):
        found.setdefault(function.family, {})[function.name.lower()] = function
    return found


def _import(category: str) -> None:
    """Import a category: its file, or the files of its folder."""
    module = import_module(f"dqlkit.functions.{category}")
    for folder in getattr(module, "__path__", ()):
        for file in sorted(os.listdir(folder)):
            if file.endswith(".py") and file != "__init__.py":
                import_module(f"{module.__name__}.{file[:-3]}")


@cache
def family(name: Family) -> dict[str, Function[..., Any]]:
    """The functions of one family by lower-case name; only their files are imported."""
    for file in dict.fromkeys(PLACES.get(name, {}).values()):
        import_module(f"dqlkit.functions.{file}")
    return {f.name.lower(): f for f in declared() if f.family == name and not f.only}


def find(name: str, *families: Family) -> Function[..., Any] | None:
    """The function of that name in any letter case, from the first family that has it.

    Only the file that declares it is imported: a linter starts often.
    """
    return _FOUND.get((name, families)) or _find(name, families)


#: Functions by the names as they were written.
_FOUND: dict[tuple[str, tuple[Family, ...]], Function[..., Any]] = {}


def _find(name: str, families: tuple[Family, ...]) -> Function[..., Any] | None:
    lower = name.lower()
    for one in families or ("scalar", "aggregation", "iterative"):
        found = named(one, lower)
        if found is None and lower in PLACES.get(one, ()):
            import_module(f"dqlkit.functions.{PLACES[one][lower]}")
            found = named(one, lower)
        if found is not None:
            _FOUND[name, families] = found
            return found
    return None


@cache
def operator_of(symbol: str, operands: int) -> Function[..., Any] | None:
    """The function that a symbol stands for between, or in front of, so many operands. Only its file is imported."""
    if symbol not in SYMBOLS:
        return None
    import_module(f"dqlkit.functions.{SYMBOLS[symbol]}")
    known = (f for f in declared() if f.symbol == symbol and not f.only)
    return next((f for f in known if len(f.signature.parameters) == operands), None)


@cache
def known_elsewhere() -> dict[str, Function[..., Any]]:
    """Functions by the lower-case names that other languages have for them."""
    return {name: f for named in catalogue().values() for f in named.values() for name in f.known_as}


@cache
def advice_elsewhere() -> dict[str, str]:
    """What to write for a function of another language, by its name in lower case; `{}` is for the arguments."""
    return {name: advice for named in catalogue().values() for f in named.values() for name, advice in f.akin.items()}


def converting_to(types: Collection[str]) -> Function[..., Any] | None:
    """The function that turns other values into one of these types: of several the one that takes most."""
    fitting = [
        f for f in catalogue()["scalar"].values() if f.converts and not f.signature.result.types.isdisjoint(types)
    ]
    return max(fitting, key=lambda f: len(f.accepts(0)), default=None)
