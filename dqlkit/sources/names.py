"""Names of fields, each once."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.functions.context import Notice

__all__ = ["unique_names"]


def unique_names(names: Sequence[str], notices: list[Notice]) -> list[str]:
    """The names; one that was there before gets a number behind it, and a notice says so."""
    found: dict[str, None] = {}
    for name in names:
        own, number = name, 2
        while own in found or (own != name and own in names):
            own, number = f"{name}.{number}", number + 1
        found[own] = None
        if own != name:
            message = f"Two fields are called `{name}`: the later one is called `{own}` here."
            notices.append(Notice("FIELDS_RENAMED", message))
    return list(found)
