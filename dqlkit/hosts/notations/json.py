"""JSON: documents of the platform, templates of them, notebooks of Jupyter."""

from __future__ import annotations

from dqlkit.hosts.json_text import Unreadable, read_json, uneven
from dqlkit.hosts.kind import queries, suspects
from dqlkit.hosts.notation import Looked, notation

__all__ = ["json"]


@notation("JSON", endings=(".json", ".ipynb"))
def json(text: str, thorough: bool) -> Looked:
    """The queries of the documents in it."""
    kinds = suspects(text)
    if not kinds and not thorough:
        return Looked(skipped="nothing in it holds queries")
    try:
        return Looked(tuple(queries(read_json(text), "", kinds)), uneven(text))
    except Unreadable as unreadable:
        return Looked(problem=unreadable.problem)
