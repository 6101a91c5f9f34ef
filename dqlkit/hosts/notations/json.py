"""JSON: documents of the platform, templates of them, notebooks of Jupyter."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.hosts.json_text import Unreadable, fault, is_json, read_json, uneven
from dqlkit.hosts.kind import Kind, begun, queries, suspects
from dqlkit.hosts.located import Problem
from dqlkit.hosts.notation import Looked, notation

__all__ = ["json"]


@notation("JSON", endings=(".json", ".ipynb"))
def json(text: str, thorough: bool) -> Looked:
    """The queries of the documents in it. A document that is cut off before its queries is told; files of
    other software that are no JSON are not. [decided]"""
    kinds = suspects(text)
    if not kinds and not thorough and (is_json(text) or not begun(text)):
        return Looked(skipped="nothing in it holds queries")
    try:
        return Looked(tuple(queries(read_json(text), "", kinds)), uneven(text))
    except Unreadable as unreadable:
        return _broken(text, unreadable, kinds)


#: Where the letter of JSON ends, and what reads on: comments, commas too many.
_READ_OVER = ("/", ",", "}", "]")


def _broken(text: str, unreadable: Unreadable, kinds: Sequence[Kind]) -> Looked:
    """What stands before the place where a document breaks. A quote that is missing shows only later, when what was text
    is read as structure, so the place is where JSON ends by its letter. In a template the place is not told. [decided]"""
    problem = unreadable.problem
    if "{{" in text or "${" in text:
        return Looked(problem=problem)
    at, said = fault(text)
    if at < problem.offset and text[at : at + 1] not in _READ_OVER:
        line_break = uneven(text)
        problem = Problem(at, line_break.message if line_break else f"This is no JSON: {said[:1].lower()}{said[1:]}.")
    before = (q for q in queries(unreadable.before, "", kinds) if q.map.start(len(q.text)) < problem.offset)
    return Looked(tuple(before), problem)
