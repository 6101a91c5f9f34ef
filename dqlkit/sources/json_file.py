"""JSON and NDJSON files, plain or gzipped, with any of the exports inside.

Records are read in blocks, of lines, of documents over several lines, or of elements of an array, also one that documents
wrap: of each record only the fields that are wanted, and no more blocks than the limit asks for. A block that the fast
decoder refuses is read again by the exact one. A file that is none of these is read as a whole, which tells what is wrong
with it: documents of which only some wrap records, what is no JSON, and the feed as pages print it.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from dqlkit.engines.table import EVERYTHING, Want
from dqlkit.functions.context import Notice
from dqlkit.regex import regex
from dqlkit.sources.content import content, is_plain, opened
from dqlkit.sources.frames import table_of
from dqlkit.sources.json_blocks import are_lines, blocks_of, is_record_in_line, whole
from dqlkit.sources.json_columns import table_of_blocks
from dqlkit.sources.json_pages import WrappedRecords
from dqlkit.sources.json_text import decode_text
from dqlkit.sources.options import ReadOptions, left_out
from dqlkit.sources.printed import as_json, is_printed
from dqlkit.sources.table import Deferred, FrameTable
from dqlkit.wire import Reading, read_items

__all__ = ["export_name", "matches", "read", "spans"]

#: A file is cut before lines of no more bytes.
_LONGEST = 1 << 20


def read(path: Path, options: ReadOptions) -> Deferred:
    return Deferred(lambda want: _wanted(path, options, want))


def _wanted(path: Path, options: ReadOptions, want: Want) -> FrameTable:
    with opened(path, options.span) as file:
        blocks = blocks_of(file, options.ignore_errors)
        if blocks is not None:
            return table_of_blocks(blocks, options.times, want)
    wrapped = WrappedRecords.of(partial(opened, path), options.ignore_errors)
    if wrapped is not None:
        return wrapped.table(options.times, want)
    return table_of(_reading(path, options.ignore_errors), options.times)


def spans(path: Path, size: int) -> list[tuple[int, int]]:
    """Spans of about so many bytes of a file of records that lie in a line each; none for another file."""
    total = path.stat().st_size
    if total < 2 * size or not is_plain(path):
        return []
    with opened(path) as file:
        if not are_lines(blocks_of(file)):
            return []
    with path.open("rb") as file:
        starts = [0, *(start for at in range(size, total, size) if (start := _line_behind(file, at)))]
    return list(pairwise(dict.fromkeys([*starts, total])))


def _line_behind(file: BinaryIO, at: int) -> int:
    """Where the first line behind a place begins that is a record; 0 if it is none."""
    file.seek(at)
    file.readline()
    start = file.tell()
    return start if is_record_in_line(file.readline(_LONGEST)) else 0


def _reading(path: Path, lenient: bool = False) -> Reading:
    """What the documents of a file hold, also where they are printed as pages of documentation print them."""
    data = content(path)
    if not is_printed(data):
        reading = read_items(whole(data), lenient)
        reading.notices |= dict.fromkeys(left_out(reading.skipped, "record"))
        return reading
    text, shortened = as_json(decode_text(data))
    reading = read_items(whole(text.encode()))
    if shortened:
        reading.notices[Notice("MORE_RECORDS_EXIST", "`...` in the text says that something was left out there.")] = (
            None
        )
    return reading


def export_name(path: Path) -> str:
    """Which export a JSON file holds."""
    return _wanted(path, ReadOptions(), EVERYTHING).format


#: A value of JSON, or nothing; or a line that begins an object, behind others that do not.
_BEGINS = regex(
    rb"\s*(\Z|[\[{\"]|(true|false|null|NaN|-?Infinity|-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?)\s*([\n,]|\Z))|(?:.*\n)+[{\[]"
)


def matches(head: bytes) -> bool:
    """Whether a file begins so."""
    return _BEGINS.match(head) is not None
