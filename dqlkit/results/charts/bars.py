"""Numbers by category, and how often numbers fall into ranges."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from dqlkit.results.charts.columns import Columns, Scale, is_range, scales, suffixed
from dqlkit.results.charts.figures import Bar, Bars, colours, finite
from dqlkit.types.kinds import DOUBLE
from dqlkit.types.text import format_double

__all__ = ["bars", "histogram"]

#: Into about so many ranges numbers are counted.
_RANGES = 20


def bars(columns: Columns, kind: str) -> Bars | None:
    """The numbers of each record; those of a single record without labels are told apart by their fields. None where there
    are no numbers."""
    labels, numbers = columns.labels(), columns.numbers
    if not labels and len(columns) > 1 and (key := _key(columns, numbers)):
        labels, numbers = [key], [name for name in numbers if name != key]
    if not numbers:
        return None
    if not labels and len(columns) == 1:
        return _of_fields(columns, kind, numbers)
    return _made(columns, kind, columns.names(labels), numbers, " · ".join(labels))


def _key(columns: Columns, numbers: Sequence[str]) -> str | None:
    """The field of numbers that records are grouped by: the first of several, where no number is there twice."""
    first = numbers[0] if len(numbers) > 1 else None
    if first is None or columns.kinds[first] == DOUBLE:
        return None
    values = columns.values(first)
    return first if len(set(values)) == len(values) else None


def _made(columns: Columns, kind: str, names: Sequence[str], numbers: Sequence[str], axis: str) -> Bars:
    values = {field: columns.values(field) for field in numbers}
    scale = scales(columns, values)
    shades = dict(zip(numbers, colours(numbers, columns.settings.colours), strict=True))
    groups = {field: suffixed(field, scale[field].suffix) if len(numbers) > 1 else "" for field in numbers}
    made = tuple(
        Bar(name, groups[field], scale[field].of(values[field][k]), shades[field])
        for k, name in enumerate(names)
        for field in numbers
    )
    title = suffixed(numbers[0], scale[numbers[0]].suffix) if len(numbers) == 1 else ""
    return Bars(kind, made, title, axis, columns.settings)


def _of_fields(columns: Columns, kind: str, numbers: Sequence[str]) -> Bars:
    values = {field: columns.values(field) for field in numbers}
    scale = scales(columns, values)
    shade = colours(numbers[:1], columns.settings.colours)[0]
    made = tuple(
        Bar(suffixed(field, scale[field].suffix), "", scale[field].of(values[field][0]), shade) for field in numbers
    )
    return Bars(kind, made, "", "", columns.settings)


def histogram(columns: Columns, kind: str) -> Bars | None:
    """How often numbers fall into ranges: ranges that the query made, or those of a single field of numbers."""
    ranges = next((name for name, one in columns.kinds.items() if is_range(one)), None)
    if ranges is not None:
        numbers = [name for name in columns.numbers if name != ranges]
        return _made(columns, kind, columns.names([ranges]), numbers, ranges) if numbers else None
    if len(columns.numbers) != 1:
        return bars(columns, kind)
    field = columns.numbers[0]
    scale = Scale(columns.values(field), columns.unit(field))
    found = [number for value in columns.values(field) if (number := finite(scale.of(value))) is not None]
    if not found:
        return None
    shade = colours([field], columns.settings.colours)[0]
    counted = tuple(Bar(label, "", count, shade) for label, count in _counted(found))
    return Bars(kind, counted, "count", suffixed(field, scale.suffix), columns.settings)


def _counted(numbers: Sequence[float]) -> Iterator[tuple[str, int]]:
    """Ranges of round width, and how many numbers are in each."""
    low, high = min(numbers), max(numbers)
    whole = all(type(number) is int for number in numbers)
    width = max(_round_width((high - low) / _RANGES), float(whole)) if high > low else 1
    counts = Counter(math.floor(number / width) for number in numbers)
    for k in range(min(counts), max(counts) + 1):
        yield f"{_bound(k * width)} – {_bound((k + 1) * width)}", counts[k]


def _round_width(least: float) -> float:
    """The least of 1, 2 and 5 times a power of ten that is not below."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= least)


def _bound(number: float) -> str:
    return f"{number:.0f}" if number == round(number) and abs(number) < 1e15 else format_double(float(f"{number:.6g}"))
