"""What the vendor's command-line tool dtctl writes of a query: `{"records": […]}`, and its envelope for agents.

    {"records": […], "types": […], "metadata": {…}, "constant": {…}}           -o json
    {"ok": true, "result": {"kind": "records", "records": […]}, "context": …}    --agent

Values are spelled as Grail's answers spell them, and without `types` stay as they are spelled. `constant` (--compact)
holds the members that all records share. The envelope may hold the array of records itself, or text of another format,
or only say in which file the records are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from dqlkit.errors import SourceError
from dqlkit.types.values import Value
from dqlkit.wire import grail
from dqlkit.wire.shape import Json, Place, Record, Shape, described, present

__all__ = ["SHAPE"]

_MEMBERS = {"records", "types", "metadata", "constant", "kind"}
_ENVELOPE = {"ok", "envelope_version", "result", "error", "context", "metadata"}


def _find(document: Json) -> Place | None:
    if type(document) is not dict:
        return None
    if (
        type(document.get("ok")) is bool
        and document.keys() <= _ENVELOPE
        and ("result" in document or "error" in document)
    ):
        return _enveloped(document)
    if document.keys() != {"records"} and not {"records", "constant"} <= document.keys() <= _MEMBERS:
        return None
    return _rows(document, ("records",)) if grail.is_rows(document["records"]) else None


def _rows(answer: Mapping[str, Json], path: tuple[str | int, ...], more: str = "") -> Place:
    place = grail.answer_place(answer, path)
    constant = answer.get("constant") or {}

    def records(index: int, item: Json) -> Iterable[Record]:
        return place.records(index, {**constant, **item} if type(item) is dict else item)

    return replace(place, records=records if constant else place.records, more=more)


def _enveloped(document: Mapping[str, Json]) -> Place:
    context = document.get("context")
    more = "context.has_more" if type(context) is dict and present(context, "has_more") else ""
    result = document.get("result")
    if document["ok"] and grail.is_rows(result):
        return _rows({}, ("result",), more)
    if document["ok"] and type(result) is dict and grail.is_rows(result.get("records")):
        return _rows(result, ("result", "records"), more)
    return Place(("ok",), lambda index, ok: _without_rows(document))


def _without_rows(document: Mapping[str, Json]) -> Iterable[Record]:
    result, error = document.get("result"), document.get("error")
    if not document["ok"]:
        said = error.get("message", error) if type(error) is dict else error
        raise SourceError.of("R103", f"expected records, found that dtctl failed: {said}.")
    if type(result) is dict and "kind" in result:
        raise SourceError.of("R103", f"expected records, found a {result['kind']} of dtctl.", "Read the file it names.")
    help = "Run dtctl with `-o json`."
    raise SourceError.of("R103", f"expected records in the envelope of dtctl, found {described(result)}.", help)


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    write = grail.SHAPE.write
    assert write is not None
    return {"records": write(records)["records"]}


SHAPE = Shape("dtctl query result", _find, _write)
