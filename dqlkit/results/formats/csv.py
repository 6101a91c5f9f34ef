"""The records with a header: null is nothing, the empty text `""`, arrays and records are JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dqlkit.regex import regex
from dqlkit.results.format import Format
from dqlkit.results.json_lines import text
from dqlkit.results.result import Result
from dqlkit.types.text import format_double

__all__ = ["FORMAT", "separated"]

#: What cannot stand in a cell without quotes, whatever parts the cells; blanks at the ends are lost in some tools.
_QUOTED = regex(r"[\",;\t\r\n]|^[\s#]|\s$|^$")


def separated(result: Result, separator: str) -> Iterator[str]:
    """The lines of a table whose cells are parted by `separator`."""
    names = [*result.schema.fields]
    yield separator.join(map(_quoted, names))
    for part in result.parts():
        for record in part.records:
            yield _line((record.get(name) for name in names), separator)


def _line(values: Iterable[object], separator: str) -> str:
    return separator.join(map(_cell, values))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float):
        return format_double(value)
    return str(value) if type(value) is int else _quoted(text(value))


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if _QUOTED.search(value) else value


FORMAT = Format(lambda result, _: separated(result, ","), heading=1)
