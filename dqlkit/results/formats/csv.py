"""The records with a header: null as nothing, empty text as `""`, arrays and records as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dqlkit.results.format import Format
from dqlkit.results.formats.json import text
from dqlkit.results.result import Result

__all__ = ["FORMAT"]

_SPECIAL = re.compile(r'[",\r\n]')


def _lines(result: Result, _: int | None) -> Iterator[str]:
    names = [*result.schema.fields]
    yield ",".join(map(_cell, names))
    for record in result.records:
        yield ",".join(_cell(record.get(name)) for name in names)


def _cell(value: object) -> str:
    if value is None:
        return ""
    written = text(value) if isinstance(value, (bool, list, dict)) else str(value)
    return f'"{written.replace(chr(34), chr(34) * 2)}"' if not written or _SPECIAL.search(written) else written


FORMAT = Format(_lines)
