"""How the APIs write errors."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from dqlkit.serve.fault import Answer, Fault, answer

__all__ = ["analytics", "classic", "grail", "ingest", "oauth"]


def _written(fault: Fault, value: dict[str, Any]) -> Answer:
    found = answer(fault.status, value)
    return Answer(found.status, found.body, found.content, fault.headers)


def classic(fault: Fault) -> Answer:
    """`{"error": {"code", "message", "constraintViolations"?}}`, of all APIs under `/api`."""
    return _written(fault, {"error": {"code": fault.status, "message": fault.message, **fault.details}})


def ingest(fault: Fault) -> Answer:
    """Of business events: `{"errors": […]}` for what is wrong with events, the classic one for all else."""
    if fault.status not in (400, 413, 429, 503):
        return classic(fault)
    return _written(fault, fault.body or {"errors": [{"message": fault.message}]})


def grail(fault: Fault) -> Answer:
    """`{"error": {"code", "message": TYPE, "details": {…}}}` of the platform's APIs."""
    kind = fault.code or _TYPES.get(fault.status, "INTERNAL_ERROR")
    details = {
        "exceptionType": "GONE" if fault.status == 410 else "DQL-ERROR",
        "errorType": kind,
        "errorMessage": fault.message,
        "errorMessageFormat": fault.message,
        "errorMessageFormatSpecifierTypes": [],
        "arguments": [],
        "message": fault.message,
        **fault.details,
    }
    said = fault.message if fault.status in (401, 404, 405) else kind
    error: dict[str, Any] = {"code": fault.status, "message": said, "details": details}
    if "Retry-After" in fault.headers:
        error["retryAfterSeconds"] = int(fault.headers["Retry-After"])
    return _written(fault, {"error": error})


_TYPES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "INSUFFICIENT_PERMISSION",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "REQUEST_TIMEOUT",
    410: "QUERY_GONE",
    413: "REQUEST_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "TOO_MANY_REQUESTS",
    503: "SERVICE_UNAVAILABLE",
}


def analytics(fault: Fault) -> Answer:
    """`{"statusCode", "code", "message", "developerMessage", "logCorrelationId"}`."""
    code = fault.code if "." in fault.code else _CODES.get(fault.status, "Internal.Error")
    members = {"statusCode": fault.status, "code": code, "message": fault.message}
    return _written(fault, {**members, "developerMessage": None, "logCorrelationId": str(uuid4())})


_CODES = {
    400: "Invalid.Parameter",
    401: "Authentication.Failed",
    403: "Authorization.Failed",
    404: "Missing.Resource",
    405: "Method.NotAllowed",
    406: "Not.Acceptable",
    413: "RequestTooLarge",
    415: "Unsupported.MediaType",
    429: "RateLimit.Exceeded",
    503: "Service.Unavailable",
}


def oauth(fault: Fault) -> Answer:
    """`{"error", "error_description", "issueId"}`."""
    error = fault.code if fault.code.islower() else "invalid_request"
    return _written(fault, {"error": error, "error_description": fault.message, "issueId": uuid4().hex[:16].upper()})
