"""CSV with a header, parted by commas, semicolons or tabs, plain or gzipped.

CSV has no types; a column gets one where all its values are written as that type is: whole numbers of up to 64 bits
without leading zeros are longs, numbers with a fraction somewhere doubles, `true` and `false` booleans. All else is
text. An empty value is null. The head of comments that dtctl may write before the names is left out.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from dqlkit.engines.polars.physical import dtype_of
from dqlkit.sources.columns import Column
from dqlkit.sources.container import Container
from dqlkit.sources.content import content
from dqlkit.sources.errors import SourceError
from dqlkit.sources.frames import table_of_columns
from dqlkit.sources.json_text import decode_text
from dqlkit.sources.table import FrameTable
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, NULL, STRING
from dqlkit.wire.dtctl import CSV_HEAD, without_head

__all__ = ["CSV"]

_WHOLE = r"-?(0|[1-9][0-9]*)"
_FORMS = {
    LONG: rf"^{_WHOLE}$",
    DOUBLE: rf"^{_WHOLE}(\.[0-9]+)?([eE][+-]?[0-9]+)?$",
    BOOLEAN: "^(true|false)$",
}


def _matches(head: bytes) -> bool:
    line = _first_line(head)
    return line.startswith(CSV_HEAD) or (
        not line.startswith(("{", "[")) and any(separator in line for separator in ",;\t")
    )


def _first_line(data: bytes) -> str:
    return data.decode("utf-8", "replace").lstrip("\ufeff \r\n").split("\n")[0]


def _read(path: Path, times: Collection[str]) -> FrameTable:
    text = without_head(decode_text(content(path)))
    line = _first_line(text[:4096].encode())
    separator = max(",;\t", key=line.count)
    try:
        data = pl.read_csv(text.encode(), separator=separator, infer_schema=False)
    except PolarsError as fault:
        message = f"expected CSV with as many values in a line as names in the first: {fault}."
        raise SourceError.of("R102", message) from None
    return table_of_columns({column.name: _typed(column) for column in data}, times, "CSV")


def _typed(column: pl.Series) -> Column:
    if column.null_count() == len(column):
        return column.cast(pl.Boolean), NULL
    for kind, form in _FORMS.items():
        if column.str.contains(form).all():
            typed = column == "true" if kind == BOOLEAN else column.cast(dtype_of(kind), strict=False)
            return (typed, kind) if typed.null_count() == column.null_count() else (column, STRING)
    return column, STRING


CSV = Container("CSV", "csv", _matches, _read)
