"""JSON: documents of the platform, templates of them, notebooks of Jupyter."""

from __future__ import annotations

from dqlkit.hosts.json_text import Unreadable, is_json, read_json, uneven
from dqlkit.hosts.kind import begun, queries, suspects
from dqlkit.hosts.notation import Looked, notation

__all__ = ["json"]


@notation("JSON", endings=(".json", ".ipynb"))
def json(text: str, thorough: bool) -> Looked:
    """The queries of the documents in it. One that is cut off before its queries is told; other software's files that are
    no JSON are not. [decided]"""
    kinds = suspects(text)
    if not kinds and not thorough and (is_json(text) or not begun(text)):
        return Looked(skipped="nothing in it holds queries")
    try:
        return Looked(tuple(queries(read_json(text), "", kinds)), uneven(text))
    except Unreadable as unreadable:
        return Looked(problem=unreadable.problem)
