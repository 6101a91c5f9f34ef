"""The rules, one file each; this list is their order in the documentation."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from dqlkit.lint.rule import Rule, declared

__all__ = ["NAMES", "rules"]

NAMES = ("limit_without_sort",)


@cache
def rules() -> dict[str, Rule]:
    """All rules by code."""
    for name in NAMES:
        import_module(f"dqlkit.lint.rules.{name}")
    return dict(sorted(declared().items()))
