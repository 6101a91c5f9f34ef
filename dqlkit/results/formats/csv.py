"""The records with a header: null is nothing, the empty text `""`, arrays and records are JSON.

Cells are written column by column, as lines of JSON are (`json_lines.py`).
"""

from __future__ import annotations

from typing import IO

import polars as pl

from dqlkit.functions.conversion.texts import as_text
from dqlkit.functions.exact_names import series_named
from dqlkit.regex import regex
from dqlkit.results.format import Format
from dqlkit.results.json_lines import json_values, put, text
from dqlkit.results.result import Result
from dqlkit.results.typed import typed_column
from dqlkit.types.kinds import BOOLEAN, DOUBLE, DURATION, IP, LONG, TIMESTAMP, UID, Type
from dqlkit.types.text import format_double
from dqlkit.wire.shape import Json
from dqlkit.wire.values import wire_column, wire_series

__all__ = ["FORMAT", "Separated"]

#: What cannot stand in a cell without quotes, whatever parts the cells; blanks at the ends are lost in some tools.
_QUOTED = regex(r"[\",;\t\r\n]|^[\s\x1c-\x1f#]|[\s\x1c-\x1f]$|^$")
#: The types whose values never need quotes.
_BARE = frozenset({BOOLEAN, LONG, DURATION, TIMESTAMP})
#: Those among them that are written as `toString` writes them.
_SPELLED = frozenset({DOUBLE, IP, UID})


class Separated:
    """A table whose cells are parted by `separator`."""

    def __init__(self, stream: IO[str], separator: str) -> None:
        self._stream, self._separator = stream, separator
        self._begun = False

    def take(self, part: Result) -> None:
        """A line for each record, below the names of the fields."""
        self._begin(part)
        if not part.schema.fields:
            self._stream.write("\n" * len(part))
            return
        cells = [_cells(part, name, kind).fill_null("") for name, kind in part.schema.fields.items()]
        line = pl.concat_str(cells, separator=self._separator)
        put(self._stream, pl.select(pl.concat_str(line, pl.lit("\n"))).to_series())

    def _begin(self, answer: Result) -> None:
        if not self._begun:
            self._stream.write(self._separator.join(map(_quoted, answer.schema.fields)) + "\n")
        self._begun = True

    def end(self, answer: Result) -> None:
        """Nothing stands behind the records."""
        self._begin(answer)


def _cells(part: Result, name: str, kind: Type) -> pl.Series:
    """The cells of a column, null for null."""
    column = series_named(part.data, name)
    if kind in _SPELLED:
        return pl.select(as_text(pl.lit(column), kind)).to_series()
    written = wire_series(column, kind, part.timezone, numbers=part.numbers)
    if written is None:
        values = (typed_column if part.numbers else wire_column)(column, kind, part.timezone)
        return pl.Series([None if value is None else _cell(value) for value in values], dtype=pl.String)
    if kind in _BARE or written.dtype == pl.Null:
        return written.cast(pl.String)
    texts = written if written.dtype == pl.String else json_values(written)
    needed = texts.str.contains(_QUOTED.pattern)
    if not needed.any():
        return texts
    quoted = pl.lit('"') + pl.lit(texts).str.replace_all('"', '""', literal=True) + pl.lit('"')
    return pl.select(pl.when(needed).then(quoted).otherwise(pl.lit(texts))).to_series()


def _cell(value: Json) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float):
        return format_double(value)
    return str(value) if type(value) is int else _quoted(text(value))


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if _QUOTED.search(value) else value


FORMAT = Format(sink=lambda stream: Separated(stream, ","))
