"""What a chart shows: numbers in the unit they are shown in, with their labels and colours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from dqlkit.frozen import frozen
from dqlkit.results.charts.settings import Settings

__all__ = [
    "PALETTE",
    "Band",
    "Bar",
    "Bars",
    "Figure",
    "Number",
    "Point",
    "Scatter",
    "Series",
    "Timeline",
    "colours",
    "finite",
]

#: Colours that can be told apart, and that are seen on white as well as on black.
PALETTE = (
    "#4f7fe8",
    "#e08a2b",
    "#24a08a",
    "#b264d6",
    "#d8555b",
    "#7a9a2e",
    "#0d9fc4",
    "#c76b98",
    "#9a7f4f",
    "#6c7fa6",
)


@frozen
class Series:
    """Numbers over time: the nanoseconds of each and its value, None where there is none. Those that are `right` belong to the
    axis at the right."""

    label: str
    points: tuple[tuple[int, float | None], ...]
    colour: str
    right: bool = False

    @property
    def numbers(self) -> list[float]:
        """The values that can be drawn."""
        return [value for _, one in self.points if (value := finite(one)) is not None]


@frozen
class Band:
    """What lies between two series."""

    lower: Series
    upper: Series


@frozen
class Timeline:
    """Series over one time axis. `step` is the length of an interval, 0 where the points are moments; `right` is the title of
    the axis at the right, `lines` are thresholds: where they lie, and their colours."""

    kind: str
    series: tuple[Series, ...]
    start: int
    end: int
    step: int
    zone: str
    title: str
    settings: Settings
    right: str = ""
    bands: tuple[Band, ...] = ()
    lines: tuple[tuple[float, str], ...] = ()


@frozen
class Bar:
    """One number of a category. `group` tells several numbers of the same category apart."""

    label: str
    group: str
    value: float | None
    colour: str


@frozen
class Bars:
    """Numbers by category, or by range for a histogram."""

    kind: str
    bars: tuple[Bar, ...]
    title: str
    axis: str
    settings: Settings

    @property
    def groups(self) -> dict[str, str]:
        """The colour of each group."""
        return {bar.group: bar.colour for bar in self.bars}


@frozen
class Number:
    """One value, with what it is called, and the series that it comes from. A gauge or a meter says which share of the way from
    the least to the most it is, and how these two are written."""

    kind: str
    text: str
    label: str
    colour: str
    trend: Series | None
    settings: Settings
    share: float | None = None
    ends: tuple[str, str] = ("", "")


@frozen
class Point:
    """Two numbers of one record."""

    x: float
    y: float
    label: str


@frozen
class Scatter:
    """Records as points. `across` and `up` are the titles of the axes, `groups` the colours of labels, none where there is
    one or too many."""

    kind: str
    points: tuple[Point, ...]
    across: str
    up: str
    groups: Mapping[str, str]
    settings: Settings


Figure: TypeAlias = Timeline | Bars | Number | Scatter


def finite(value: float | None) -> float | None:
    """A number that can be drawn; None for null, and for what is infinite or no number."""
    return value if value is not None and math.isfinite(value) else None


def colours(labels: Sequence[str], asked: Mapping[str, str]) -> list[str]:
    """A colour for each: the one that is asked for, else the next of the palette."""
    return [asked.get(label) or PALETTE[k % len(PALETTE)] for k, label in enumerate(labels)]
