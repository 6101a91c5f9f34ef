"""What is asked of a chart. Whatever is not asked, the answer itself decides."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from dqlkit.frozen import field, frozen

__all__ = ["Settings", "Threshold", "Unit"]


@frozen
class Unit:
    """How the numbers of a field are written: with so many decimals, and a suffix. One that has `nanos` tells a length of
    time, of so many nanoseconds each, and is shown in the unit that suits it."""

    suffix: str = ""
    decimals: int | None = None
    nanos: int = 0


@frozen
class Threshold:
    """A colour for the values of a field that compare so with a number; of all fields where it names none."""

    field: str
    comparator: str
    value: float
    colour: str

    def holds(self, value: float | str) -> bool:
        """Whether a value is one of them. Text is unequal to any number, and neither smaller nor larger."""
        compare = _COMPARATORS.get(self.comparator)
        if isinstance(value, str):
            return compare is operator.ne
        return compare is not None and compare(value, self.value)


_COMPARATORS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "≠": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    "≤": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "≥": operator.ge,
}


@frozen
class Settings:
    """The settings of one chart.

    kind        the name of a chart, ours or a vendor's (`kinds.py`); empty for the one that fits the answer
    time        the field that the time axis shows
    values      the fields of the numbers
    right       those whose numbers an axis at the right shows
    band        the fields of the lower and of the upper end of a band
    least       where the axis, or a gauge, begins
    most        where it ends: a number, or the field that holds it
    labels      the fields that tell the records apart
    label       what stands beside a single number
    connect     whether a line is drawn on where values are missing
    smooth      whether lines are curved
    vertical    whether bars of categories stand upright
    grouped     whether bars of one category stand side by side, rather than on each other
    legend      whether it tells which colour is which
    colours     colours by field or series
    units       how numbers are written, by field
    thresholds  colours of numbers that are large or small
    trend       whether a single number shows the course of its time series
    backdrop    whether a threshold colours the background of a number or a cell, not its digits
    """

    kind: str = ""
    time: str = ""
    values: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    band: tuple[str, ...] = ()
    least: float | None = None
    most: float | str | None = None
    labels: tuple[str, ...] = ()
    label: str | None = None
    connect: bool = False
    smooth: bool = False
    vertical: bool = False
    grouped: bool = False
    legend: bool = True
    colours: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, Unit] = field(default_factory=dict)
    thresholds: tuple[Threshold, ...] = ()
    trend: bool = True
    backdrop: bool = False

    def colour(self, field: str, value: float | str) -> str:
        """The colour of the first threshold that holds for a value of a field; empty where none does."""
        reached = (one.colour for one in self.thresholds if one.field in ("", field) and one.holds(value))
        return next(reached, "")
