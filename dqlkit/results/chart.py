"""An answer as a chart for terminals: bars for a category with a number, a line of blocks for a time series."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.results.cells import TextColumn, columns_of, pad
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, TIMEFRAME, Array, Type, members
from dqlkit.types.text import format_double, format_instant
from dqlkit.types.values import Value

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["chart"]

_BLOCKS = " ▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LABEL_SHARE = 3


def chart(result: Result, width: int | None = None) -> Iterator[str]:
    """Lines no longer than `width` columns, 80 where it is None. An error where there is nothing to draw."""
    series = _first(result, lambda kind: isinstance(kind, Array) and _is_numeric(kind.element))
    number = _first(result, _is_numeric)
    if series is not None:
        return _lines(result, series, width or 80)
    if number is not None:
        return _bars(result, number, width or 80)
    message = "expected a column of numbers, or a time series, to draw; the answer has neither."
    raise DqlkitError([error("R006", Span(0, 0), message, help="Choose another output, such as `-o table`.")])


def _is_numeric(kind: Type) -> bool:
    options = members(kind)
    return bool(options) and {LONG, DOUBLE}.issuperset(options)


def _first(result: Result, wanted: Callable[[Type], bool]) -> str | None:
    return next((name for name, kind in result.schema.fields.items() if wanted(kind)), None)


def _values(result: Result, name: str) -> list[Value]:
    from dqlkit.engines.polars.physical import values_of

    return values_of(result.data[name], result.schema.fields[name])


def _labels(result: Result, width: int) -> list[str]:
    """What tells the records apart: all columns of neither numbers nor arrays nor the frame of a time series."""
    kinds = result.schema.fields
    texts = [c for c in columns_of(result) if not c.right and _is_label(kinds.get(c.name, TIMEFRAME))]
    rows = zip(*(column.cells for column in texts), strict=True) if texts else (("",),) * len(result)
    labels = TextColumn("", [" · ".join(row) for row in rows], False)
    widest = min(labels.width, width // _LABEL_SHARE)
    return [pad(label, widest) for label in labels.cells]


def _is_label(kind: Type) -> bool:
    return not isinstance(kind, Array) and kind not in (TIMEFRAME, DURATION)


def _bars(result: Result, name: str, width: int) -> Iterator[str]:
    values = _values(result, name)
    shown = ["null" if value is None else _number(value) for value in values]
    labels = _labels(result, width)
    digits = max(map(len, shown), default=0)
    room = max(width - max(map(len, labels), default=0) - digits - 2, 1)
    largest = max((abs(value) for value in values if _is_finite(value)), default=0) or 1
    for label, text, value in zip(labels, shown, values, strict=True):
        share = abs(value) / largest if _is_finite(value) else 0
        yield f"{label} {text.rjust(digits)} {_bar(share, room)}".rstrip()


def _bar(share: float, room: int) -> str:
    whole, eighths = divmod(round(share * room * 8), 8)
    return "█" * whole + _EIGHTHS[eighths].strip()


def _lines(result: Result, name: str, width: int) -> Iterator[str]:
    labels = _labels(result, width)
    yield from _frame(result)
    room = max(width - max(map(len, labels), default=0) - 1, 1)
    for label, values in zip(labels, _values(result, name), strict=True):
        points = [v for v in values or () if _is_finite(v)]
        low, high = (min(points), max(points)) if points else (0, 0)
        ends = f" {_number(low)} … {_number(high)}" if points else " no values"
        drawn = _sampled(values or [], max(room - len(ends), 1))
        yield f"{label} {''.join(_block(v, low, high) for v in drawn)}{ends}"


def _frame(result: Result) -> Iterator[str]:
    """From when to when, where all records agree."""
    name = _first(result, lambda kind: kind == TIMEFRAME)
    frames = set(_values(result, name)) if name else set()
    if len(frames) == 1 and (frame := frames.pop()) is not None:
        bounds = (format_instant(bound, result.timezone) for bound in (frame.start, frame.end))
        yield " … ".join(bound.replace(".000000000", "") for bound in bounds)


def _sampled(values: list[Value], room: int) -> list[Value]:
    """At most `room` values: the largest of each stretch, so that no peak is lost."""
    if len(values) <= room:
        return values
    bounds = [k * len(values) // room for k in range(room + 1)]
    stretches = [[v for v in values[a:b] if _is_finite(v)] for a, b in pairwise(bounds)]
    return [max(stretch, default=None) for stretch in stretches]


def _block(value: Value, low: float, high: float) -> str:
    if not _is_finite(value):
        return " "
    return _BLOCKS[1 + round((value - low) / (high - low) * 7)] if high > low else _BLOCKS[4]


def _is_finite(value: Value) -> bool:
    return value is not None and math.isfinite(value)


def _number(value: float) -> str:
    return str(value) if type(value) is int else format_double(value)
