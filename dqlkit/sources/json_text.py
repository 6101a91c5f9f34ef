"""JSON text as documents: one, or one after the other as in NDJSON and in pretty-printed objects in a row.

This reader is exact and slow. Numbers that Python has no value for, and texts that are no Unicode, keep a class of their
own, so that whoever makes columns of them can count them.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Generator, Iterator
from typing import Any, TypeAlias

from dqlkit import compiled
from dqlkit.frozen import frozen
from dqlkit.functions.lazy import arrow_pays, pl
from dqlkit.regex import regex
from dqlkit.sources.errors import SourceError
from dqlkit.sources.lazy import pa

__all__ = [
    "BEGINNING",
    "Bytes",
    "Digits",
    "Mended",
    "Spelled",
    "Start",
    "Unfinished",
    "behind",
    "decode_text",
    "documents",
    "exact_end",
    "expected_here",
    "in_a_row",
    "not_text",
    "sound_elements",
]

#: How an object begins: its brace and its first name.
_NEXT = regex(r'\{\s*"(?:[^"\\]|\\.)*"')
_BLANK = regex(r"\s*")
#: A line has about so many bytes.
_LINE = 500
_SURROGATE = regex(r"\\u[dD][89a-fA-F]")

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


Bytes: TypeAlias = bytes | bytearray


class Unfinished(SourceError):
    """A text that ends before its document does."""


class Digits(str):
    """A number beyond what a double holds, as it was written."""

    __slots__ = ()


class Mended(str):
    """Text in which half a surrogate pair was replaced."""

    __slots__ = ()


class Spelled(str):
    """A time or a duration beyond 64 bits of nanoseconds, as text."""

    __slots__ = ()


@frozen
class Start:
    """Where a text begins in its file: how many lines and bytes come before it, how many records, and of its line how many
    characters."""

    lines: int = 0
    bytes: int = 0
    records: int = 0
    column: int = 0

    def with_records(self, count: int) -> Start:
        """The same place, with so many records before it."""
        return Start(self.lines, self.bytes, count, self.column)


BEGINNING = Start()


def behind(start: Start, data: Bytes) -> Start:
    """Where the text behind these bytes begins."""
    lines, last = _newlines(data), data.rfind(b"\n") + 1
    column = len(data[last:].decode(errors="replace")) + (0 if lines else start.column)
    return Start(start.lines + lines, start.bytes + len(data), start.records, column)


def _newlines(data: Bytes) -> int:
    if compiled.json_decoder is not None:
        return int(compiled.json_decoder.count_lines(data))
    if not arrow_pays(len(data) // _LINE):
        return data.count(b"\n")
    signs = pa.Array.from_buffers(pa.uint8(), len(data), [None, pa.py_buffer(data)])
    return int((pl.Series(signs) == ord("\n")).sum())  # a seventh of the time


def decode_text(data: Bytes) -> str:
    """The text of a file in any of the encodings JSON may have."""
    try:
        return data.decode(json.detect_encoding(data)).lstrip("\ufeff")
    except UnicodeDecodeError as fault:
        raise not_text(fault, BEGINNING) from None


def not_text(fault: UnicodeDecodeError, start: Start) -> SourceError:
    """The error of bytes that are no text."""
    found = f"found {fault.object[fault.start]:#04x} at byte {start.bytes + fault.start}"
    return SourceError.of("R102", f"expected UTF-8 text, {found}.", "Save the file as UTF-8.")


def documents(text: str, start: Start = BEGINNING) -> Iterator[Any]:
    """The documents of a JSON text, in order. An array stands for the documents in it, as lines do."""
    at, number = _skip_blank(text, 0), start.records
    while at < len(text):
        if text[at] == "[":
            at = yield from _elements(text, at, Start(start.lines, start.bytes, number))
        else:
            document, at = _document_at(text, at, Start(start.lines, start.bytes, number))
            yield document
        number += 1
        at = _skip_blank(text, at)


def _elements(text: str, at: int, start: Start) -> Generator[Any, None, int]:
    """The elements of the array that begins at a place; where it ends."""
    at, number = _skip_blank(text, at + 1), start.records
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        here = Start(start.lines, start.bytes, number)
        document, at = _document_at(text, at, here)
        yield document
        at, number = _skip_blank(text, at), number + 1
        if text[at : at + 1] == "]":
            return at + 1
        if text[at : at + 1] != ",":
            raise _syntax(json.JSONDecodeError("Expecting ',' delimiter", text, at), here)
        at = _skip_blank(text, at + 1)


def in_a_row(data: bytes, start: Start, commas: bool) -> list[Any]:
    """The values that lie in a row, with commas between them or without."""
    found: list[Any] = []
    while data:
        end, count = exact_end(data, start, commas, True, found)
        data, start = data[end:].lstrip(b", \t\r\n"), behind(start, data[:end]).with_records(start.records + count)
    return found


def exact_end(data: bytes, start: Start, commas: bool, is_all: bool, found: list[Any] | None = None) -> tuple[int, int]:
    """Where the last whole one of the values in a row ends, and how many there are; they are put into `found`.

    0 where the data, which are not `is_all` there is, may end within the first one. A fault in a later one is left to whoever
    begins there.
    """
    try:
        text, _ = codecs.utf_8_decode(data, "strict", is_all)
    except UnicodeDecodeError as fault:
        raise not_text(fault, start) from None
    at, end, number = 0, 0, 0
    while at < len(text) and not (commas and text[at] == "]"):
        here = start.with_records(start.records + number)
        try:
            value, at = _value_in_row(text, at, here, commas, is_all)
        except _CutOff:
            break
        except SourceError:
            if end:
                break
            raise
        if found is not None:
            found.append(value)
        end, number = at, number + 1
        at = _skip_blank(text, at + 1 if commas and text[at : at + 1] == "," else at)
    return len(text[:end].encode("utf-8", "surrogatepass")), number


class _CutOff(Exception):
    """The text may go on where this value ends."""


#: So near to its end a text may be at fault because it is cut there, in characters.
_NEAR = 16


def _value_in_row(text: str, at: int, start: Start, commas: bool, is_all: bool) -> tuple[Any, int]:
    """The value at a place, and where it and the blank behind it end."""
    try:
        value, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as fault:
        if not is_all and (fault.msg.startswith("Unterminated") or fault.pos + _NEAR > len(text)):
            raise _CutOff from None
        raise _syntax(fault, start) from None
    except RecursionError:
        value, end = _document_at(text, at, start)
    if end == len(text) and not is_all:
        raise _CutOff
    end = _skip_blank(text, end)
    if commas and text[end : end + 1] not in ("", ",", "]"):
        raise _syntax(json.JSONDecodeError("Expecting ',' delimiter", text, end), start)
    return (_mended(value) if _SURROGATE.search(text, at, end) else value), end


def expected_here(what: str, data: bytes, start: Start) -> SourceError:
    """The error of an array that goes on with these bytes; `what` is what Python's `json` says then."""
    return _syntax(json.JSONDecodeError(what, data.decode(errors="replace"), 0), start)


def sound_elements(text: str) -> tuple[list[Any], int]:
    """The elements of an array that can be read, and how many cannot.

    Behind one that cannot, reading goes on where the next object begins with the name that the first one began with: any
    other brace may lie deeper inside. Without such a place the rest counts as one.
    """
    found, skipped = [], 0
    at = text.index("[") + 1
    begins = _NEXT.search(text, at)
    resume = re.compile(r",\s*(?=" + (re.escape(begins[0]) if begins else r"\{") + ")")
    while (at := _skip_blank(text, at)) < len(text) and text[at] != "]":
        try:
            document, end = _document_at(text, at, BEGINNING)
            end = _skip_blank(text, end)
            if text[end : end + 1] not in (",", "]", ""):
                raise Unfinished.of("R102", "expected `,`")
            found.append(document)
            at = end + 1 if text[end : end + 1] == "," else end
        except SourceError:
            skipped += 1
            place = resume.search(text, at + 1)
            at = place.end() if place else len(text)
    return found, skipped


def _document_at(text: str, at: int, start: Start) -> tuple[Any, int]:
    """The document that begins at a place, and where it ends."""
    try:
        document, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as fault:
        raise _syntax(fault, start) from None
    except RecursionError:
        where = _where(text, at, start)
        raise SourceError.of("R102", f"{where}: the value is nested too deeply to be read.") from None
    return (_mended(document) if _SURROGATE.search(text, at, end) else document), end


def _skip_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _whole(digits: str) -> int | Digits:
    # Python refuses to read far longer numbers, and doubles end at 309 digits.
    return int(digits) if len(digits) <= 400 else Digits(digits)


def _fraction(digits: str) -> float | Digits:
    number = float(digits)
    return Digits(digits) if number in (float("inf"), float("-inf")) else number


_DECODER = json.JSONDecoder(parse_int=_whole, parse_float=_fraction)


def _syntax(fault: json.JSONDecodeError, start: Start) -> SourceError:
    expected = _EXPECTED.get(fault.msg, fault.msg[0].lower() + fault.msg[1:])
    rest = fault.doc[fault.pos : fault.pos + 20].split("\n")[0]
    found = f"`{rest}`" if rest else "the end of the line" if fault.pos < len(fault.doc) else "the end of the file"
    kind = SourceError if fault.doc[fault.pos :].strip() else Unfinished
    return kind.of("R102", f"{_where(fault.doc, fault.pos, start)}: expected {expected}, found {found}.")


def _where(text: str, at: int, start: Start) -> str:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at) + (start.column if line == 1 else 0)
    place = start.bytes + len(text[:at].encode("utf-8", "surrogatepass"))
    return f"record {start.records + 1}, byte {place}, line {start.lines + line}, column {column}"


def _mended(value: Any) -> Any:
    """The value with U+FFFD for each half of a surrogate pair."""
    if type(value) is str:
        mended = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value if mended == value else Mended(mended)
    if type(value) is list:
        return [_mended(item) for item in value]
    if type(value) is dict:
        return {str(_mended(name)): _mended(member) for name, member in value.items()}
    return value
