"""Values as text for tables: short, exact, one line each.

Times lose the digits that are zero in the whole column, durations are written with their largest fitting unit. What is
null says `null`: an empty cell is an empty text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from dqlkit.diagnostics.visible import visible
from dqlkit.frozen import frozen
from dqlkit.functions.exact_names import series_named
from dqlkit.regex import regex
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, TIMEFRAME, TIMESTAMP, Type, members
from dqlkit.types.text import format_double
from dqlkit.types.units import UNITS
from dqlkit.wire.values import wire_column

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["TextColumn", "columns_of", "display_width", "pad"]

_WHOLE_UNITS, _FRACTION_UNITS = ("d", "h", "m"), ("s", "ms", "us", "ns")
_FRACTION = regex(r"\.(\d{9})")


@frozen
class TextColumn:
    """One column of a table. Numbers stand at the right."""

    name: str
    cells: list[str]
    right: bool
    kind: str = ""

    @property
    def width(self) -> int:
        return max(map(display_width, [self.name, *self.cells]))


def columns_of(result: Result) -> list[TextColumn]:
    """The columns of an answer as text."""
    return [
        TextColumn(
            _one_line(name),
            _cells(wire_column(series_named(result.data, name), kind, result.timezone), kind),
            _is_number(kind),
            _one_line(str(kind)),
        )
        for name, kind in result.schema.fields.items()
    ]


def _is_number(kind: Type) -> bool:
    return kind == DURATION or {LONG, DOUBLE}.issuperset(members(kind) or [kind])


def _cells(values: list[Any], kind: Type) -> list[str]:
    write = _WRITERS.get(kind, _cell)
    cells = ["null" if value is None else write(value) for value in values]
    return _shortened(cells) if kind in (TIMESTAMP, TIMEFRAME) else cells


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return _one_line(value)
    if isinstance(value, float):
        return format_double(value)
    return _one_line(json.dumps(value, ensure_ascii=False))


def _one_line(text: str) -> str:
    """What would move the cursor, change the direction of writing or not be seen is shown as an escape."""
    return visible(text).replace("\t", "\\t").replace("\n", "\\n").replace("\\x0d", "\\r")


def _duration(digits: str) -> str:
    """`1d2h`, `1.5s`, `20ms`: whole days, hours and minutes, then one unit with a fraction."""
    nanos = abs(int(digits))
    sign = "-" if digits.startswith("-") else ""
    parts = []
    for unit in _WHOLE_UNITS:
        count, nanos = divmod(nanos, UNITS[unit])
        parts.append(f"{count}{unit}" if count else "")
    units = _FRACTION_UNITS[:1] if any(parts) else _FRACTION_UNITS
    unit = next((unit for unit in units if nanos >= UNITS[unit]), units[-1] if nanos else "s")
    length = UNITS[unit]
    whole, rest = divmod(nanos, length)
    fraction = f".{rest:0{len(str(length)) - 1}d}".rstrip("0") if rest else ""
    return sign + "".join(parts) + (f"{whole}{fraction}{unit}" if nanos or not any(parts) else "")


_WRITERS: dict[Type, Callable[[Any], str]] = {
    DURATION: _duration,
    TIMEFRAME: lambda frame: f"{frame['start']}/{frame['end']}",
}


def _shortened(cells: list[str]) -> list[str]:
    """Timestamps with as many digits of a second as any of them needs: none, three, six or nine."""
    used = max((len(found.group(1).rstrip("0")) for cell in cells if (found := _FRACTION.search(cell))), default=0)
    kept = -(-used // 3) * 3
    keep: Callable[[re.Match[str]], str] = lambda found: f".{found.group(1)[:kept]}" if kept else ""  # noqa: E731
    return [_FRACTION.sub(keep, cell) for cell in cells]


def display_width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, width: int, right: bool = False) -> str:
    """A text in a field of `width` columns, cut with `…` where it does not fit."""
    shown = text if display_width(text) <= width else _cut(text, width - 1) + "…"
    blanks = " " * (width - display_width(shown))
    return blanks + shown if right else shown + blanks


def _cut(text: str, width: int) -> str:
    return "".join(_until(text, width))


def _until(text: str, width: int) -> Iterable[str]:
    for character in text:
        width -= _character_width(character)
        if width < 0:
            return
        yield character
