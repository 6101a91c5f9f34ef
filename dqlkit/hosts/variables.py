"""`dql-variables.json`: values of variables for the queries of a folder, as the vendor's plugin for editors keeps them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["values", "variable_files"]

_FILE = "dql-variables.json"


def variable_files(folder: str | Path) -> Iterator[Path]:
    """The files of variables at and above a folder, the nearest first, up to the root of the project: the folder that
    git keeps."""
    place, below = os.path.abspath(folder), ""
    while place != below:
        file = os.path.join(place, _FILE)
        if os.path.isfile(file):
            yield Path(file)
        if os.path.exists(os.path.join(place, ".git")):
            return
        place, below = os.path.dirname(place), place


def values(folder: str | Path) -> dict[str, Any]:
    """The values of the variables of a folder; that of the nearest file counts. A `ValueError` names a file that cannot
    be read."""
    found: dict[str, Any] = {}
    for file in variable_files(folder):
        try:
            read = json.loads(file.read_text("utf-8-sig"))
        except (OSError, ValueError, RecursionError) as problem:
            raise ValueError(f"cannot read {file}: {problem}") from None
        if not isinstance(read, dict):
            raise ValueError(f"cannot read {file}: expected an object of values by name")
        found = read | found
    return found
