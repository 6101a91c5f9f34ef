"""CSV with a header, parted by commas, semicolons or tabs.

CSV has no types; `texts` says which a column gets. Nothing between two separators is null, `""` is the empty text. Every
line has as many values as the first has names; a blank line is none, except in a file of one column, where it is null.
Lines end as they end anywhere, also with CR alone. The head of comments that dtctl may write before the names is left out.

A repeated name gets a number behind it, and a notification says so; a column that has neither a name nor a value is no
field, for spreadsheets end their lines with a separator [decided].
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from dqlkit.frozen import replace
from dqlkit.functions.context import Notice
from dqlkit.regex import regex
from dqlkit.sources.content import content
from dqlkit.sources.errors import SourceError
from dqlkit.sources.frames import table_of_columns
from dqlkit.sources.json_text import decode_text
from dqlkit.sources.lazy import arrow_csv as arrow
from dqlkit.sources.lazy import pa
from dqlkit.sources.names import unique_names
from dqlkit.sources.options import ReadOptions, left_out
from dqlkit.sources.table import FrameTable
from dqlkit.sources.texts import typed_texts
from dqlkit.wire.dtctl import CSV_HEAD, without_head

__all__ = ["matches", "read"]

_SEPARATORS = ",;\t"
#: How much is parsed at once. No value can be longer.
_BLOCK = 1 << 26
#: What names do not hold: a time of day. Lines of logs do.
_TIME = regex(r"\d\d:\d\d:\d\d")
_WORD = regex(r"[A-Za-z_][\w.:\-]*|\"[^\"]*\"")


def matches(head: bytes) -> bool:
    text = head.decode("utf-8", "replace").lstrip("\ufeff \r\n")
    if text.startswith(CSV_HEAD):
        return True
    lines = text.splitlines() or [""]
    if text.startswith(("{", "[")) or "\0" in lines[0]:
        return False
    if text.startswith("<"):
        return False
    names = _header(text)[1]
    return not any(map(_TIME.search, names)) if len(names) > 1 else _is_column(lines)


def _is_column(lines: list[str]) -> bool:
    """Whether lines are a column with its name. A name is a word, and no JSON value."""
    name = lines[0].rstrip()
    is_name = bool(_WORD.fullmatch(name)) and name not in ("true", "false", "null")
    return is_name and len(lines) > 1 and not lines[1].startswith(("{", "["))


def read(path: Path, options: ReadOptions) -> FrameTable:
    text = without_head(decode_text(content(path)))
    separator, names, start = _header(text)
    if not names:
        return table_of_columns({}, options.times, "CSV")
    notices: list[Notice] = []
    parse = _Parser(text, start, separator, len(names), options.ignore_errors)
    columns = _columns(parse())
    notices += left_out(parse.skipped, "line")
    kept = [(name, column) for name, column in zip(names, columns, strict=True) if name or _has_values(column)]
    unique = unique_names([name for name, _ in kept], notices)
    fields = {name: typed_texts(column.alias(name), notices) for name, (_, column) in zip(unique, kept, strict=True)}
    table = table_of_columns(fields, options.times, "CSV")
    return replace(table, notices=(*notices, *table.notices))


def _has_values(column: pl.Series) -> bool:
    return column.null_count() < len(column)


def _header(text: str) -> tuple[str, list[str], int]:
    """The separator that parts most names, the names, and where the first record begins."""
    found = [(separator, *_first_row(text, separator)) for separator in _SEPARATORS]
    return max(found, key=lambda one: len(one[1]))


def _first_row(text: str, separator: str) -> tuple[list[str], int]:
    read: list[int] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            read.append(len(line))
            yield line

    try:
        rows = csv.reader(lines(), delimiter=separator)
        names = next((row for row in rows if any(row)), [])
    except csv.Error as fault:
        raise SourceError.of("R102", f"line 1: expected the names of columns, found none: {fault}.") from None
    return names, sum(read)


class _Parser:
    """Parses the values as texts, in columns that are called by their positions. Lines that do not fit the header are errors,
    or left out and counted."""

    def __init__(self, text: str, start: int, separator: str, width: int, lenient: bool) -> None:
        self.skipped = 0
        self._text, self._start, self._separator, self._width, self._lenient = text, start, separator, width, lenient

    def __call__(self) -> pa.Table:
        if self._lenient:
            self._without_open_quote()
        data = self._text[self._start :].encode()
        names = [str(position) for position in range(self._width)]
        if not data.strip(b"\r\n"):
            return pa.Table.from_pydict({name: [] for name in names}).cast(_schema(names))
        convert = arrow.ConvertOptions(
            column_types=_schema(names), strings_can_be_null=True, quoted_strings_can_be_null=False, null_values=[""]
        )
        how = arrow.ReadOptions(use_threads=False, column_names=names, block_size=_BLOCK)
        try:
            if data.count(b'"') % 2:
                self._check()
            return arrow.read_csv(
                io.BytesIO(data), read_options=how, parse_options=self._form(), convert_options=convert
            )
        except pa.ArrowInvalid as fault:
            self._check()
            raise SourceError.of("R102", f"expected CSV, found a damaged file: {fault}.") from None

    def _form(self) -> arrow.ParseOptions:
        return arrow.ParseOptions(
            delimiter=self._separator,
            newlines_in_values=True,
            ignore_empty_lines=self._width > 1,
            invalid_row_handler=self._skip if self._lenient else None,
        )

    def _skip(self, _: object) -> str:
        self.skipped += 1
        return "skip"

    def _check(self) -> None:
        """An error at the first row that has not one value for each name."""
        for line, row in self._rows():
            if row is None:
                message = f'line {line}: expected a closing `"`, found the end of the file.'
                raise SourceError.of("R102", message)
            if row and len(row) != self._width:
                values = "1 value" if len(row) == 1 else f"{len(row)} values"
                message = f"line {line}: expected {self._width} values as in the header, found {values}."
                raise SourceError.of("R102", message)

    def _rows(self) -> Iterator[tuple[int, list[str] | None]]:
        """The rows with the lines on which they begin; None for one with a quote that nothing closes."""
        rows = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._separator, strict=True)
        line = 1
        try:
            for row in rows:
                yield line, row
                line = rows.line_num + 1
        except csv.Error as fault:
            if "end of data" in str(fault):
                yield line, None

    def _without_open_quote(self) -> None:
        """Leave out each line with a quote that nothing closes, which would take all lines behind it along."""
        while self._text.count('"', self._start) % 2:
            line = next((line for line, row in self._rows() if row is None), None)
            if line is None:
                return
            lines = io.StringIO(self._text, newline="").readlines()
            self._text = "".join(lines[: line - 1] + lines[line:])
            self.skipped += 1


def _schema(names: list[str]) -> object:
    return pa.schema([(name, pa.string()) for name in names])


def _columns(table: pa.Table) -> list[pl.Series]:
    data = pl.from_arrow(table)
    assert isinstance(data, pl.DataFrame)
    return data.get_columns()
