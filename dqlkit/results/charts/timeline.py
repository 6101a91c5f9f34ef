"""Numbers over time: arrays of a time series, or records that have a time each."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import TypeAlias

from dqlkit.frozen import frozen
from dqlkit.results.charts.columns import Columns, Scale, scales, suffixed
from dqlkit.results.charts.figures import Band, Series, Timeline, colours
from dqlkit.types.kinds import DURATION, TIMEFRAME
from dqlkit.types.values import Duration, Timeframe, Value

__all__ = ["timeline"]

Points: TypeAlias = "list[tuple[int, Value]]"


@frozen
class _Course:
    """The numbers of a field over time, of one record or of all that have the same name."""

    field: str
    name: str
    points: Points


def timeline(columns: Columns, kind: str) -> Timeline | None:
    """The time series of an answer; None where it has none."""
    if columns.time is None:
        return None
    if columns.series:
        courses, step = _of_arrays(columns, columns.time)
    elif columns.numbers and len(columns) > 1:
        courses = _of_records(columns, columns.time)
        step = _least_step(courses)
    else:
        return None
    return _drawn(columns, kind, courses, step)


def _drawn(columns: Columns, kind: str, courses: list[_Course], step: int) -> Timeline:
    fields = dict.fromkeys(course.field for course in courses)
    scale = scales(columns, {f: [value for c in courses if c.field == f for _, value in c.points] for f in fields})
    suffixes = {one.suffix for one in scale.values()}
    common = suffixes.pop() if len(suffixes) == 1 else ""
    shown = {field: field if common else suffixed(field, scale[field].suffix) for field in fields}
    labels = [_label(shown, course) for course in courses]
    asked = columns.settings.colours
    shades = colours([c.field if c.field in asked else label for c, label in zip(courses, labels, strict=True)], asked)
    right = set(columns.settings.right)
    series = tuple(
        Series(
            label,
            tuple((time, scale[course.field].of(value)) for time, value in course.points),
            shade,
            course.field in right,
        )
        for label, course, shade in zip(labels, courses, shades, strict=True)
    )
    times = [time for course in courses for time, _ in course.points]
    start, end = (min(times), max(times) + step) if times else (0, 0)
    title = next(iter(fields)) if len(fields) == 1 else ""
    if len(labels) == 1 and labels[0] != title:  # no legend tells whose it is
        title = f"{title} · {labels[0]}"
    if any(field in right for field in fields) and not all(field in right for field in fields):
        title, other = (_titles(fields, right, side) for side in (False, True))
    else:
        other = ""
    return Timeline(
        kind,
        series,
        start,
        end,
        step,
        columns.result.timezone,
        suffixed(title, common),
        columns.settings,
        suffixed(other, common) if other else "",
        tuple(_bands(columns, courses, series)) if kind == "band" else (),
        tuple(_lines(columns, scale)),
    )


def _titles(fields: Iterable[str], right: Container[str], side: bool) -> str:
    """What the numbers of one axis are."""
    return ", ".join(field for field in fields if (field in right) == side)


def _bands(columns: Columns, courses: Sequence[_Course], series: Sequence[Series]) -> Iterator[Band]:
    """Between the lower and the upper field of each record."""
    there = {(course.field, course.name): one for course, one in zip(courses, series, strict=True)}
    for lower, upper in [columns.settings.band] if len(columns.settings.band) == 2 else []:
        for field, name in there:
            if field == lower and (upper, name) in there:
                yield Band(there[lower, name], there[upper, name])


def _lines(columns: Columns, scale: Mapping[str, Scale]) -> Iterator[tuple[float, str]]:
    """Where thresholds of these fields lie on the left axis."""
    for one in columns.settings.thresholds:
        field = one.field or next(iter(scale), "")
        if field in scale and field not in columns.settings.right and (value := scale[field].of(one.value)) is not None:
            yield value, one.colour


def _label(fields: Mapping[str, str], course: _Course) -> str:
    """What tells a series apart: its record, and the field where there are several."""
    field = fields[course.field] if len(fields) > 1 or not course.name else ""
    return " · ".join(part for part in (field, course.name) if part)


def _of_arrays(columns: Columns, time: str) -> tuple[list[_Course], int]:
    """Each array of each record is a series, spread evenly over the timeframe of the record; and the length of a step."""
    names = columns.names(columns.labels())
    frames = columns.values(time)
    steps = columns.values("interval") if columns.kinds.get("interval") == DURATION else [None] * len(columns)
    lengths: list[int] = []
    found = []
    for field in columns.series:
        for name, frame, step, values in zip(names, frames, steps, columns.values(field), strict=True):
            start, length = _grid(frame, step, len(values or ()))
            lengths.append(length)
            points = [(start + k * length, value) for k, value in enumerate(values or ())] if length else []
            found.append(_Course(field, name, points))
    return found, max(lengths, default=0)


def _grid(frame: Value, step: Duration | None, count: int) -> tuple[int, int]:
    """The start of a series and the length of its steps, 0 where nothing tells them."""
    if not isinstance(frame, Timeframe) or not count:
        return 0, 0
    start = frame.start.nanos
    return start, step.nanos if step is not None else (frame.end.nanos - start) // count


def _of_records(columns: Columns, time: str) -> list[_Course]:
    """Each number of each record is a point; records of one name are one series."""
    names = columns.names(columns.labels(other=columns.times))
    moments = columns.values(time)
    if columns.kinds[time] == TIMEFRAME:
        moments = [None if frame is None else frame.start for frame in moments]
    found: dict[tuple[str, str], Points] = {}
    for field in columns.numbers:
        for name, moment, value in zip(names, moments, columns.values(field), strict=True):
            if moment is not None:
                found.setdefault((field, name), []).append((moment.nanos, value))
    return [_Course(*key, sorted(points, key=itemgetter(0))) for key, points in found.items()]


def _least_step(courses: list[_Course]) -> int:
    """The distance of points that are all multiples of one distance apart, as records by `bin` are; else 0."""
    times = sorted({time for course in courses for time, _ in course.points})
    steps = [after - before for before, after in pairwise(times)]
    least = min(steps, default=0)
    return least if least and all(step % least == 0 for step in steps) else 0
