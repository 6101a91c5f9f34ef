"""Parts that are compiled when dqlkit is installed, if there is a C compiler (`hatch_build.py`).

Each does what others do as well, only slower, and none is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["json_decoder", "json_encoder"]


def _module(name: str) -> Any:
    """A compiled module; None where it is not there."""
    try:
        return import_module(f"dqlkit.compiled.{name}")
    except ImportError:
        return None


json_decoder = _module("json_decoder")
json_encoder = _module("json_encoder")
