"""The formats that an answer can be written in, one file each. A file in this folder is a format."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module

from dqlkit.results.format import Format

__all__ = ["formats", "named", "names"]


def names() -> tuple[str, ...]:
    """The names of all formats; none of their files is imported."""
    files = (os.path.splitext(file) for file in sorted(os.listdir(os.path.dirname(__file__))))
    return tuple(name for name, ending in files if ending == ".py" and name != "__init__")


@cache
def named(name: str) -> Format | None:
    """The format of that name, if there is one. Only its own file is imported."""
    found: Format | None = import_module(f"{__name__}.{name}").FORMAT if name in names() else None
    return found


def formats() -> dict[str, Format]:
    """Every format by name."""
    return {name: format for name in names() if (format := named(name)) is not None}
