"""Every function of both languages, one file per category of the vendor's documentation, each declared once."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from dqlkit.functions.function import Family, Function, declared

__all__ = ["CATEGORIES", "Function", "find", "functions"]

CATEGORIES = (
    "operators",
    "arithmetic",
    "aggregation",
    "analytics",
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


@cache
def functions() -> dict[str, dict[str, Function[..., Any]]]:
    """All functions that a query of any language may call: by family, then by lower-case name."""
    for category in CATEGORIES:
        import_module(f"dqlkit.functions.{category}")
    found: dict[str, dict[str, Function[..., Any]]] = {}
    for function in (function for function in declared() if not function.only):
        found.setdefault(function.family, {})[function.name.lower()] = function
    return found


def find(name: str, *families: Family) -> Function[..., Any] | None:
    """The function of that name in any letter case, from the first family that has it."""
    for family in families or ("scalar", "aggregation", "iterative"):
        function = functions().get(family, {}).get(name.lower())
        if function is not None:
            return function
    return None
