"""The records with a header: null as nothing, arrays and records as JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain

from dqlkit.results.format import Format
from dqlkit.results.formats.json import text
from dqlkit.results.result import Result

__all__ = ["FORMAT"]


def _lines(result: Result, _: int | None) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    names: list[object] = [*result.schema.fields]
    rows: Iterator[list[object]] = (
        [_cell(record.get(name)) for name in result.schema.fields] for record in result.records
    )
    for row in chain([names], rows):
        writer.writerow(row)
        yield line.getvalue().removesuffix("\r\n")
        line.seek(0)
        line.truncate()


def _cell(value: object) -> object:
    return text(value) if isinstance(value, (bool, list, dict)) else value


FORMAT = Format(_lines)
