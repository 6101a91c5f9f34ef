"""Published queries, recorded answers and references of others, which lie beside the project and are no part of it.

Without them some tests skip, and say so.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

__all__ = ["lines", "needs", "shared"]

_FOLDER = Path(__file__).parents[2] / "shared"


def shared(name: str) -> Path:
    """Where a file or folder is, if it is there."""
    return _FOLDER / name


def lines(name: str) -> list[dict[str, Any]]:
    """The objects of a file that has one per line; none where there is no such file."""
    path = shared(name)
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []


def needs(name: str) -> pytest.MarkDecorator:
    """Mark a test that reads a file or folder which may not be there."""
    return pytest.mark.skipif(not shared(name).exists(), reason=f"reads {name} of ../shared, which is not here")
