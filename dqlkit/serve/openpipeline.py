"""OpenPipeline ingest: `POST /platform/ingest/v1/events` and its kinds, and custom endpoints.

One object or an array of them. Arrays of scalars stay arrays, what is nested otherwise is JSON text [decided: as for business
events]. The fields that only the platform sets are left out.
"""

from __future__ import annotations

from typing import Any

from dqlkit.serve.bizevents import storable
from dqlkit.serve.envelopes import classic
from dqlkit.serve.fault import Answer, Fault
from dqlkit.serve.route import Api, Call
from dqlkit.serve.server import now
from dqlkit.store.packing import is_plain_array
from dqlkit.types.values import Timestamp, Value
from dqlkit.wire.bizevents import json_text
from dqlkit.wire.instants import ingest_time
from dqlkit.wire.shape import Json, Record, described

__all__ = ["API"]

API = Api("OpenPipeline ingest", classic, ("/platform/ingest",))
_READ_ONLY = ("dt.ingest", "dt.openpipeline", "dt.retain", "dt.system")
_LARGEST = 10 * 1024 * 1024
_TAKEN = {"application/json": {"type": ["object", "array"]}}
#: The kinds of events: table, `event.kind` of what names none, and the scope of a token.
_KINDS = {
    "events": ("events", "", "openpipeline.events"),
    "events.sdlc": ("events", "SDLC_EVENT", "openpipeline.events_sdlc"),
    "security.events": ("security.events", "SECURITY_EVENT", "openpipeline.events_security"),
    "events.security": ("security.events", "SECURITY_EVENT", "openpipeline.events_security"),
}


def _declare(kind: str, table: str, named: str, scope: str) -> None:
    older = {"openpipeline.events_sdlc": "openpipeline.sdlc"}.get(scope, scope)

    async def ingest(call: Call) -> Answer:
        items = call.json if type(call.json) is list else [call.json]
        wrong = next((index for index, item in enumerate(items) if type(item) is not dict), None)
        if wrong is not None:
            raise Fault(400, f"Expected objects, found {described(items[wrong])} as event {wrong + 1}.")
        moment = now()
        records = [_stored(item, named, moment) for item in items]
        ids = [_id(table, record) for record in records] if call.server.dedupe else None
        await call.server.keep(table, records, ids)
        return Answer(202)

    ingest.__doc__ = f"Ingest {kind}: one object, or an array of them."
    scopes = (scope, older, "openpipeline:events:ingest", "storage:events:write")
    more: dict[str, Any] = {"body": _LARGEST, "statuses": (202,), "takes": _TAKEN}
    API.route("POST", f"/platform/ingest/v1/{kind}", scopes=scopes, **more)(ingest)
    custom = (f"{scope}.custom", f"{older}.custom", *scopes[2:])
    API.route("POST", f"/platform/ingest/custom/{kind}/{{name}}", scopes=custom, **more)(ingest)


for _kind, _declared in _KINDS.items():
    _declare(_kind, *_declared)


def _stored(event: Json, kind: str, moment: Timestamp) -> Record:
    record = {name: _value(value) for name, value in event.items() if not _is_read_only(name)}
    if kind:
        record.setdefault("event.kind", kind)
    record["timestamp"] = ingest_time(event.get("timestamp"), moment)
    return storable(record)


def _id(table: str, record: Record) -> str | None:
    given = record.get("event.id")
    return None if given in (None, "") else f"{table}\0\0{given}"


def _is_read_only(name: str) -> bool:
    return name.startswith(_READ_ONLY) and any(name == one or name.startswith(f"{one}.") for one in _READ_ONLY)


def _value(value: Json) -> Value:
    plain = type(value) is not dict and (type(value) is not list or is_plain_array(value))
    return value if plain else json_text(value)
