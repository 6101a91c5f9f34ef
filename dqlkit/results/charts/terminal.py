"""Figures as lines of text: bars of blocks, a column chart for one series, a line of blocks for each of several, points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from dqlkit.results.cells import TextColumn, display_width, pad
from dqlkit.results.charts.figures import Bar, Bars, Figure, Scatter, Series, Timeline, finite
from dqlkit.types.text import format_double, format_instant
from dqlkit.types.values import Timestamp

__all__ = ["lines"]

_BLOCKS = " ▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SHADES = " ·•●"
_LABEL_SHARE = 3
_ROWS = 8
_EMPTY = "(no records)"
#: A point of a single series is drawn at most so wide.
_WIDEST = 8


def lines(figure: Figure, width: int | None = None) -> Iterator[str]:
    """Lines no longer than `width` columns, 80 where it is None."""
    if isinstance(figure, Timeline):
        return _timeline(figure, width or 80) if figure.series else iter([_EMPTY])
    if isinstance(figure, Bars):
        return _bars(figure, width or 80) if figure.bars else iter([_EMPTY])
    if isinstance(figure, Scatter):
        return _points(figure, width or 80) if figure.points else iter([_EMPTY])
    ends = f"({figure.ends[0]} … {figure.ends[1]})" if figure.share is not None else ""
    return iter([" ".join(filter(None, (figure.label, figure.text, ends)))])


def _padded(labels: Sequence[str], width: int) -> list[str]:
    """Labels of one width: a third of the line at most."""
    widest = min(TextColumn("", list(labels), False).width, width // _LABEL_SHARE)
    return [pad(label, widest) for label in labels]


# ---- bars -----------------------------------------------------------------------------------------------------------


def _bars(figure: Bars, width: int) -> Iterator[str]:
    """A line for each bar. Where a category has several, its label stands above them."""
    grouped = len(figure.groups) > 1
    shown = ["null" if bar.value is None else _number(bar.value) for bar in figure.bars]
    labels = _padded([f"  {bar.group}" if grouped else bar.label for bar in figure.bars], width)
    digits = max(map(len, shown), default=0)
    room = max(width - max(map(display_width, labels), default=0) - digits - 2, 1)
    if grouped or "[" in figure.title:
        yield " by ".join(part for part in (figure.title, figure.axis) if part)
    drawn = iter([f"{label} {text.rjust(digits)} " for label, text in zip(labels, shown, strict=True)])
    largest = {group: _largest(figure.bars, group) for group in figure.groups}
    for label, category in groupby(figure.bars, key=lambda bar: bar.label):
        if grouped:
            yield pad(label, width).rstrip()
        for bar in category:
            yield (next(drawn) + _bar(abs(finite(bar.value) or 0) / largest[bar.group], room)).rstrip()


def _largest(bars: Sequence[Bar], group: str) -> float:
    values = (value for bar in bars if bar.group == group and (value := finite(bar.value)) is not None)
    return max(map(abs, values), default=0) or 1


def _bar(share: float, room: int) -> str:
    whole, eighths = divmod(round(share * room * 8), 8)
    return "█" * whole + _EIGHTHS[eighths].strip()


# ---- time series ----------------------------------------------------------------------------------------------------


def _timeline(figure: Timeline, width: int) -> Iterator[str]:
    if len(figure.series) == 1:
        yield from _columns(figure, figure.series[0], width)
        return
    yield pad(": ".join(filter(None, (figure.title, _extent(figure)))), width).rstrip()
    labels = _padded([series.label for series in figure.series], width)
    numbers = [series.numbers for series in figure.series]
    ends = [f" {_number(min(n))} … {_number(max(n))}" if n else " no values" for n in numbers]
    room = max(width - max(map(display_width, labels)) - 1 - max(map(len, ends)), 1)
    most = max(len(series.points) for series in figure.series)
    each = max(min(room // max(most, 1), _WIDEST), 1)
    for label, series, own, end in zip(labels, figure.series, numbers, ends, strict=True):
        low, high = (min(own), max(own)) if own else (0, 0)
        drawn = _sampled([finite(value) for _, value in series.points], room)
        yield f"{label} {''.join(_block(value, low, high) * each for value in drawn)}{end}"


def _columns(figure: Timeline, series: Series, width: int) -> Iterator[str]:
    """One series, with its name above, the numbers of its axis at the left and its times below."""
    numbers = series.numbers
    low, high = min([0, *numbers]), max([0, *numbers])
    ends = [_number(high), _number(low)]
    left = max(map(len, ends))
    values = _sampled([finite(value) for _, value in series.points], max(width - left - 2, 1))
    each = max(min((width - left - 2) // max(len(values), 1), _WIDEST), 1)
    yield pad(figure.title, width).rstrip()
    for row in reversed(range(_ROWS)):
        drawn = "".join(_part(value, low, high, row) * each for value in values)
        end = ends[0] if row == _ROWS - 1 else ends[1] if row == 0 else ""
        yield f"{end.rjust(left)} {'┤' if end else '│'}{drawn}".rstrip()
    yield f"{' ' * left} └{'─' * (each * len(values))}"
    yield pad(f"{' ' * left}  {_extent(figure)}", width).rstrip()


def _points(figure: Scatter, width: int) -> Iterator[str]:
    """A mark where points lie, darker where there are more."""
    points = [(point.x, point.y) for point in figure.points]
    (left, right), (low, high) = ((min(ends), max(ends)) for ends in zip(*points, strict=True))
    ends = [_number(high), _number(low)]
    margin = max(map(len, ends))
    room, height = max(width - margin - 2, 1), 2 * _ROWS
    found = Counter((_place(x, left, right, room), _place(y, low, high, height)) for x, y in points)
    most = max(found.values())
    yield pad(figure.up, width).rstrip()
    for row in reversed(range(height)):
        counts = (found[column, row] for column in range(room))
        drawn = "".join(_SHADES[-(-count * (len(_SHADES) - 1) // most)] for count in counts)
        end = ends[0] if row == height - 1 else ends[1] if row == 0 else ""
        yield f"{end.rjust(margin)} {'┤' if end else '│'}{drawn}".rstrip()
    yield f"{' ' * margin} └{'─' * room}"
    yield pad(f"{' ' * margin}  {figure.across}: {_number(left)} … {_number(right)}", width).rstrip()


def _place(value: float, low: float, high: float, room: int) -> int:
    return min(int((value - low) / (high - low) * room), room - 1) if high > low else 0


def _part(value: float | None, low: float, high: float, row: int) -> str:
    """What a column shows in a row: blocks from the bottom up."""
    height = (value - low) / (high - low) * _ROWS * 8 if value is not None and high > low else 0
    return _BLOCKS[max(min(round(height) - row * 8, 8), 0)]


def _extent(figure: Timeline) -> str:
    bounds = (format_instant(Timestamp(bound), figure.zone) for bound in (figure.start, figure.end))
    return " … ".join(bound.replace(".000000000", "") for bound in bounds)


def _sampled(values: list[float | None], room: int) -> list[float | None]:
    """At most `room` values: the largest of each stretch, so that no peak is lost."""
    if len(values) <= room:
        return values
    bounds = [k * len(values) // room for k in range(room + 1)]
    stretches = [[v for v in values[a:b] if v is not None] for a, b in pairwise(bounds)]
    return [max(stretch, default=None) for stretch in stretches]


def _block(value: float | None, low: float, high: float) -> str:
    if value is None:
        return " "
    return _BLOCKS[1 + round((value - low) / (high - low) * 7)] if high > low else _BLOCKS[4]


def _number(value: float) -> str:
    return str(value) if type(value) is int else format_double(value)
