"""Variables of queries: where a document, or a `dql-variables.json` at or above a query file, gives them their values."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import NamedTuple

from dqlkit.diagnostics import Span
from dqlkit.hosts.variables import variable_files

__all__ = ["Place", "beside", "in_document"]


class Place(NamedTuple):
    """Where a variable is defined: the file, its text, and the name in it."""

    path: Path
    text: str
    span: Span


def in_document(text: str, name: str) -> Span | None:
    """The name of a variable where a document defines it: the value of a `key`, in JSON or in YAML."""
    found = re.search(rf"""["']?\bkey["']?\s*:\s*["']?({re.escape(name)})(?=["'\s,}}]|$)""", text)
    return Span(*found.span(1)) if found else None


def beside(path: str) -> dict[str, Place]:
    """The variables of the nearest files of variables at or above a file, the nearest first."""
    found: dict[str, Place] = {}
    for file in variable_files(Path(path).parent):
        try:
            text = file.read_text("utf-8")
            names = [name for name in json.loads(text) if isinstance(name, str)]
        except (OSError, ValueError, TypeError):
            continue
        for name in names:
            at = re.search(rf'"({re.escape(name)})"\s*:', text)
            if at is not None:
                found.setdefault(name, Place(file, text, Span(*at.span(1))))
    return found
