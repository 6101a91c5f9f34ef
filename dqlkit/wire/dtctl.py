"""What the vendor's command-line tool dtctl writes of a query: `{"records": […]}`, and its envelope for agents.

    {"records": […], "types": […], "metadata": {…}, "constant": {…}}           -o json
    {"ok": true, "result": {"kind": "records", "records": […]}, "context": …}    --agent

Values are spelled as Grail's answers spell them, and without `types` stay as they are spelled. `constant` (--compact)
holds the members that all records share. The envelope may hold the array of records itself, or text of another format,
or only say in which file the records are.

Its CSV may begin with a head of comments, `# Query Metadata`. Its Parquet has the types of all fields in the footer, under
`dtctl.dql.types`: `{"status.code": "long", …}`; times and durations are texts there, and what Parquet has no type for is
the JSON of the value as text.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence

from dqlkit.errors import SourceError
from dqlkit.frozen import replace
from dqlkit.types.json import read_value
from dqlkit.types.values import Value
from dqlkit.wire import grail
from dqlkit.wire.ranges import Typed
from dqlkit.wire.shape import Json, Notes, Place, Record, Shape, described, present

__all__ = ["CSV_HEAD", "FOOTER", "SHAPE", "declared_rows", "without_head"]

CSV_HEAD = "# Query Metadata"
FOOTER = "dtctl.dql.types"
#: Types whose values are texts in columns of texts as they are; the texts of all others are JSON.
_PLAIN_TEXTS = frozenset({"string", "timestamp", "duration", "timeframe", "ip"})

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

    if constant:
        return replace(place, records=records, columns=None, more=more)
    return replace(place, more=more)


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


def without_head(text: str) -> str:
    """The text of a CSV file without the comments before its first line."""
    if not text.startswith(CSV_HEAD):
        return text
    lines = text.splitlines(keepends=True)
    return "".join(lines[next((k for k, line in enumerate(lines) if not line.startswith("#")), len(lines)) :])


def declared_rows(footer: str, rows: Iterable[Record], texts: Collection[str]) -> tuple[list[Record], Notes]:
    """Rows of a Parquet file whose columns of `texts` hold values of the types that the footer declares."""
    try:
        types = {name: kind for name, kind in json.loads(footer).items() if name in texts and kind != "timeframe"}
    except (ValueError, AttributeError):
        raise SourceError.of("R103", f"`{FOOTER}`: expected the types of fields as a JSON object.") from None
    notes = Notes()
    scalars = {name: {"type": kind} for name, kind in types.items() if kind not in ("array", "record")}
    typed = Typed([{"mappings": scalars}], notes)
    nested = {name for name, kind in types.items() if kind not in _PLAIN_TEXTS}
    return [typed.record(k, {**row, **_decoded(row, nested)}) for k, row in enumerate(rows)], notes


def _decoded(row: Record, names: Collection[str]) -> Record:
    """The values in texts of JSON; a text that is none stays."""
    found = {name: read_value(row[name], 0) for name in names if row[name] is not None}
    return {name: value[0] for name, value in found.items() if value is not None and value[1] == len(row[name])}


def _write(records: Sequence[Mapping[str, Value]]) -> Json:
    write = grail.SHAPE.write
    assert write is not None
    return {"records": write(records)["records"]}


SHAPE = Shape("dtctl query result", _find, _write)
