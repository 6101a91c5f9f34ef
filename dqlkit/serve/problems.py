"""Errors of DQL as the Grail API names and places them, and notifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dqlkit.diagnostics import Diagnostic
from dqlkit.errors import DqlkitError
from dqlkit.frozen import frozen
from dqlkit.serve.fault import Fault
from dqlkit.wire.positions import position

__all__ = ["fault_of", "notification_of", "warning"]

_SYNTAX = "DQL-SYNTAX-ERROR"


@frozen
class Type:
    """What the service calls an error of ours: exception type, error type, and its text with the word at the place, if it
    has its own."""

    exception: str
    name: str
    text: str = ""


_ALLOWED = "{} isn't allowed here."
_TYPES: Mapping[str, Type] = {
    "E001": Type("DQL-ERROR-PARSING", "PARSE_ERROR", _ALLOWED),
    "E002": Type("DQL-ERROR-PARSING", "PARSE_ERROR_SINGLE_QUOTES"),
    "E003": Type("DQL-ERROR-PARSING", "PARSE_ERROR", _ALLOWED),
    "E004": Type("DQL-ERROR-PARSING", "PARSE_ERROR", _ALLOWED),
    "E005": Type(_SYNTAX, "UNKNOWN_COMMAND", "There's no command {}."),
    "E006": Type(_SYNTAX, "UNKNOWN_COMMAND", "There's no command {}."),
    "E007": Type(_SYNTAX, "UNKNOWN_FUNCTION", "There's no function {}."),
    "E009": Type(_SYNTAX, "UNKNOWN_PARAMETER_DEFINED"),
    "E010": Type(_SYNTAX, "MANDATORY_PARAMETER_MISSING"),
    "E014": Type("DQL-RESULT_TYPE", "OPERATOR_PARAMETER_TYPE"),
    "R001": Type(_SYNTAX, "UNKNOWN_DATA_OBJECT", "{} isn't a valid data object."),
    "R002": Type(_SYNTAX, "UNKNOWN_VARIABLE"),
    "R004": Type("DQL-ERROR", "INVALID_TIMEFRAME"),
    "R030": Type("DQL-ERROR", "QUERY_LIMIT_REACHED"),
    "R033": Type("DQL-ERROR", "QUERY_LIMIT_REACHED"),
    "R090": Type("DQL-ERROR", "INTERNAL_ERROR"),
}
_OTHER = Type(_SYNTAX, "INVALID_QUERY")


def fault_of(problem: DqlkitError, query: str) -> Fault:
    """The fault for a query that is wrong or failed: the first error in it."""
    found = problem.diagnostics[0]
    kind = _type_of(found, query)
    format, arguments = _text(found, kind, query)
    details: dict[str, Any] = {
        "exceptionType": kind.exception,
        "errorType": kind.name,
        "errorMessage": _filled(format, arguments),
        "errorMessageFormat": format,
        "errorMessageFormatSpecifierTypes": ["INPUT_QUERY_PART"] * len(arguments),
        "arguments": arguments,
        "queryString": query,
    }
    if found.text is not None or found.span.end:
        details["syntaxErrorPosition"] = position(query, found.span)
    return Fault(500 if found.code == "R090" else 400, details["errorMessage"], kind.name, details)


def notification_of(found: Diagnostic, query: str) -> dict[str, Any]:
    """A finding as a notification."""
    kind = _type_of(found, query)
    format, arguments = _text(found, kind, query)
    return {
        "severity": found.severity.upper(),
        "notificationType": kind.name if found.severity == "error" else found.code,
        "message": _filled(format, arguments),
        "messageFormat": format,
        "arguments": arguments,
        "messageFormatSpecifierTypes": ["INPUT_QUERY_PART"] * len(arguments),
        "syntaxPosition": position(query, found.span),
    }


def warning(kind: str, format: str, *arguments: str) -> dict[str, Any]:
    """A notification of something that was left out, with numbers as arguments: `%1$s` is the first."""
    message = format
    for number, argument in enumerate(arguments, 1):
        message = message.replace(f"%{number}$s", argument)
    return {
        "severity": "WARNING",
        "notificationType": kind,
        "message": message,
        "messageFormat": format,
        "arguments": [*arguments],
        "messageFormatSpecifierTypes": ["NUMBER"] * len(arguments),
    }


def _type_of(found: Diagnostic, query: str) -> Type:
    if not query.strip():
        return Type("DQL-ERROR-PARSING", "COMMAND_NAME_MISSING", "The query has no command.")
    return _TYPES.get(found.code, _OTHER)


def _text(found: Diagnostic, kind: Type, query: str) -> tuple[str, list[str]]:
    """The text with `%1$s` for its argument, and the argument: what stands at the place."""
    word = query[found.span.start : found.span.end]
    if kind.text and "{}" not in kind.text:
        return kind.text, []
    if kind.text and found.code == "R001":
        return kind.text.format("%1$s"), [_data_object(found)]
    if kind.text and word and "\n" not in word:
        return kind.text.format("%1$s"), [f"`{word}`"]
    message = f"{found.message[:1].upper()}{found.message[1:]}."
    return (f"{message} {found.help}" if found.help else message).replace("..", "."), []


def _data_object(found: Diagnostic) -> str:
    return found.message.partition("`")[2].partition("`")[0]


def _filled(format: str, arguments: list[str]) -> str:
    return format.replace("%1$s", arguments[0]) if arguments else format
