"""Patterns tried on one text."""

from __future__ import annotations

from typing import Any

from dqlkit.languages.dpl import Clock, Pattern, compiled
from dqlkit.types.values import Timestamp
from dqlkit.wire.values import wire

CLOCK = Clock(Timestamp(1_710_000_000_000_000_000), "UTC")


def pattern(text: str) -> Pattern:
    """The pattern of a text, which must be without fault."""
    found = compiled(text)
    assert found.pattern is not None, (text, found.diagnostics)
    return found.pattern


def exports(text: str, subject: str, at: int = 0) -> dict[str, Any] | None:
    """What a pattern exports at the start of a text."""
    found = pattern(text).match(subject, CLOCK, at)
    return None if found is None else found.exports


def all_exports(text: str, subject: str) -> list[dict[str, Any]]:
    """What it exports wherever it matches."""
    return [found.exports for found in pattern(text).matches(subject, CLOCK)]


def shown(value: Any) -> Any:
    """A value with everything that JSON does not know as text; numbers stay numbers."""
    if isinstance(value, dict):
        return {name: shown(member) for name, member in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    return value if isinstance(value, (bool, int, float)) else wire(value)
