"""What files hold that no reader is for, told from how they begin, so that the error says what was found."""

from __future__ import annotations

import re

from dqlkit.frozen import frozen
from dqlkit.regex import regex
from dqlkit.sources.errors import SourceError

__all__ = ["refused"]

_READ = "JSON, CSV, Parquet or Arrow"


@frozen
class _Other:
    """Something else: how it begins, what it is, and what its user may do."""

    begins: re.Pattern[bytes]
    name: str
    help: str = ""


_OTHERS = (
    _Other(
        regex(rb"\s*<(!doctype\s+html|html)", re.I),
        "an HTML page",
        "A service may have answered with its page for logging in: send a token along.",
    ),
    _Other(regex(rb"\s*<[?!/A-Za-z]"), "XML", "Ask for JSON: `Accept: application/json`."),
    _Other(regex(rb"%PDF-"), "a PDF document"),
    _Other(regex(rb"\x89PNG|GIF8|\xff\xd8\xff"), "an image"),
    _Other(regex(rb"SQLite format 3\x00"), "an SQLite database", "Export the table as CSV."),
    _Other(regex(rb"Obj\x01"), "an Avro file", "Convert it to Parquet."),
    _Other(regex(rb"ORC"), "an ORC file", "Convert it to Parquet."),
    _Other(regex(rb"\xd0\xcf\x11\xe0"), "an Excel workbook", "Save the sheet as CSV."),
    _Other(regex(rb".{257}ustar", re.S), "a tar archive", "Unpack it, and read the folder."),
    _Other(regex(rb"7z\xbc\xaf|Rar!"), "an archive", "Unpack it, and read the folder."),
    _Other(regex(rb"\x04\"M\x18"), "an LZ4 file", "Unpack it: `lz4 -d`."),
    _Other(
        regex(rb"(---\s*\n)?(\s*#.*\n)*(- \S|[A-Za-z_][\w.-]*:(\s|\Z))"),
        "YAML",
        "Convert it to JSON: `yq -o json`.",
    ),
)
_LINES = (
    "It looks like lines of text, and is no CSV, Parquet or Arrow either. If each line is a record, make it one: "
    "`jq -R '{content: .}'`. If it is CSV, say so: `format=\"csv\"`."
)


def refused(head: bytes) -> SourceError:
    """The error for a file that begins so."""
    other = next((other for other in _OTHERS if other.begins.match(head)), None)
    if other is not None:
        place = "" if b"\0" in head or _is_binary(head) else "line 1, column 1: "
        return SourceError.of("R102", f"{place}expected {_READ}, found {other.name}.", other.help)
    if b"\0" in head or _is_binary(head):
        return SourceError.of("R102", f"expected {_READ}, found binary data.")
    first = next(iter(head.decode("utf-8", "replace").split("\n")), "").strip()[:40]
    return SourceError.of("R102", f"line 1, column 1: expected a JSON value, found `{first}`.", _LINES)


def _is_binary(head: bytes) -> bool:
    """Whether many bytes are no text; the last character may be cut, and a few belong to another encoding."""
    text = head.decode("utf-8", "replace")
    return text.count("\ufffd") > max(3, len(text) // 10)
