"""Parts that are compiled when dqlkit is installed, if there is a C compiler (`hatch_build.py`).

Each does what others do as well, only slower, and none is needed.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["Column", "instants", "json_decoder", "json_encoder", "workers"]


class Column:
    """A column that compiled code made, for whoever takes Arrow's: once."""

    def __init__(self, capsules: tuple[object, object]) -> None:
        self._capsules = capsules

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """The schema and the array."""
        return self._capsules


@cache
def workers() -> ThreadPoolExecutor:
    """A thread for each processor, for what works without Python's lock."""
    from concurrent.futures import ThreadPoolExecutor  # slow to load, and small files need none

    return ThreadPoolExecutor(os.cpu_count())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=workers.cache_clear)  # a child has none of these threads


def _module(name: str) -> Any:
    """A compiled module; None where it is not there."""
    try:
        return import_module(f"dqlkit.compiled.{name}")
    except ImportError:
        return None


instants = _module("instants")
json_decoder = _module("json_decoder")
json_encoder = _module("json_encoder")
