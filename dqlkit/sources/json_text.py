"""JSON text as documents: one, or one after the other as in NDJSON and in pretty-printed objects in a row."""

from __future__ import annotations

import json
import re
from typing import Any

from dqlkit.sources.errors import SourceError
from dqlkit.types.values import LONG_MAX, LONG_MIN

__all__ = ["decode_text", "documents"]

_BLANK = re.compile(r"\s*")
_LONG_DIGITS = re.compile(r"\d{19}")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

_EXPECTED = {
    "Expecting value": "a JSON value",
    "Expecting ',' delimiter": "`,` or the end of the array or object",
    "Expecting ':' delimiter": "`:` after the name",
    "Expecting property name enclosed in double quotes": "a name in double quotes",
    "Illegal trailing comma before end of object": "a name in double quotes",
    "Illegal trailing comma before end of array": "a JSON value",
    "Unterminated string starting at": "a closing quote for this text",
    "Invalid control character at": "an escape such as `\\n`",
    "Invalid \\escape": 'one of `\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t`, `\\u`',
    "Invalid \\uXXXX escape": "four hexadecimal digits",
}


def decode_text(data: bytes) -> str:
    """The text of a file in any of the encodings JSON may have."""
    try:
        return data.decode(json.detect_encoding(data)).lstrip("\ufeff")
    except UnicodeDecodeError as fault:
        found = f"found {data[fault.start]:#04x} at byte {fault.start}"
        raise SourceError.of("R102", f"expected UTF-8 text, {found}.", "Save the file as UTF-8.") from None


def documents(text: str) -> list[Any]:
    """The documents of a JSON text, in order."""
    exact = json.JSONDecoder(parse_int=_integer) if _LONG_DIGITS.search(text) else json.JSONDecoder()
    found = []
    at = _skip_blank(text, 0)
    try:
        while at < len(text):
            document, at = exact.raw_decode(text, at)
            found.append(document)
            at = _skip_blank(text, at)
    except json.JSONDecodeError as fault:
        raise _syntax(fault) from None
    except RecursionError:
        raise SourceError.of("R102", f"the value at character {at} is nested too deeply to be read.") from None
    return _mended(found) if _SURROGATE.search(text) else found


def _skip_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _integer(digits: str) -> int | float:
    # No number of 64 bits has more than 20 characters; reading a far longer one as an integer takes quadratic time.
    if len(digits) > 20:
        return float(digits)
    number = int(digits)
    return number if LONG_MIN <= number <= LONG_MAX else float(number)


def _syntax(fault: json.JSONDecodeError) -> SourceError:
    expected = _EXPECTED.get(fault.msg, fault.msg[0].lower() + fault.msg[1:])
    rest = fault.doc[fault.pos : fault.pos + 20].split("\n")[0]
    found = f"`{rest}`" if rest else "the end of the line" if fault.pos < len(fault.doc) else "the end of the file"
    where = f"line {fault.lineno}, column {fault.colno}"
    return SourceError.of("R102", f"{where}: expected {expected}, found {found}.")


def _mended(value: Any) -> Any:
    """Half a surrogate pair is no character: it becomes U+FFFD."""
    if type(value) is str:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if type(value) is list:
        return [_mended(item) for item in value]
    if type(value) is dict:
        return {_mended(name): _mended(member) for name, member in value.items()}
    return value
