"""The rules there are, known without importing their files."""

from __future__ import annotations

from functools import cache

from dqlkit.linting.places import RULES
from dqlkit.linting.rule import Rule

__all__ = ["rules"]


@cache
def rules(language: str = "") -> dict[str, Rule]:
    """The rules by code: all, or those of a language."""
    return {rule.code: rule for rule in RULES if not language or language in rule.languages}
