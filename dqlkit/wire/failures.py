"""Error responses. They hold no records: reading one raises an error that repeats its message.

{"error": {"code": 400, "message": …, "details": {"errorMessage": …}}}      Dynatrace APIs
{"errors": [{"index": 0, "message": …}]}                                    business events ingest
{"statusCode": 404, "code": "Missing.EventType", "message": …}              Analytics Events API
{"error": "invalid_client", "error_description": …}                         the endpoint of tokens
{"label": "0", "error": …}                                                  one query of the Analytics Events API
{"error": …}                                                                the same, beside answers of others
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dqlkit.errors import SourceError
from dqlkit.wire.shape import Json, Place, Record, Shape

__all__ = ["SHAPE"]

_ANALYTICS = {"statusCode", "code", "message", "developerMessage", "logCorrelationId"}
_TOKEN = {"error", "error_description", "error_uri", "issueId"}
_INGEST = {"index", "id", "source", "message"}


def _find(document: Json) -> Place | None:
    said = _said(document) if type(document) is dict else ""
    return Place((next(iter(document)),), lambda index, item: _fail(said)) if said else None


def _said(document: Mapping[str, Json]) -> str:
    """The message of an error response; None for any other document."""
    error = document.get("error")
    if document.keys() == {"error"} and type(error) is dict and {"code", "message"} & error.keys():
        details = error.get("details")
        message = (details.get("errorMessage") if type(details) is dict else "") or error.get("message")
        return " ".join(str(part) for part in (error.get("code"), message) if part is not None)
    if {"error", "error_description"} <= document.keys() <= _TOKEN:
        return f"{error} {document['error_description']}"
    if document.keys() == {"label", "error"} and type(error) is str:
        return error or "no reason is given"
    if document.keys() >= {"statusCode", "code"} and document.keys() <= _ANALYTICS:
        return f"{document['statusCode']} {document.get('message') or document['code']}"
    errors = document.get("errors")
    if document.keys() == {"errors"} and type(errors) is list and errors and all(map(_is_rejection, errors)):
        return "; ".join(str(one.get("message")) for one in errors)
    return ""


def _is_rejection(item: Json) -> bool:
    return type(item) is dict and "message" in item and item.keys() <= _INGEST


def _fail(said: str) -> Iterable[Record]:
    raise SourceError.of("R103", f"expected records, found the answer to a failed request: {said}.")


def _find_text(document: Json) -> Place | None:
    if type(document) is not dict or document.keys() != {"error"} or type(document["error"]) is not str:
        return None
    return Place(("error",), lambda index, said: _fail(said))


SHAPE = Shape("error", _find)
TEXT = Shape("error text", _find_text, alone=False)
