"""The fields of an answer by the part they can have in a chart."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from dqlkit.cached import cached_property
from dqlkit.results.cells import columns_of
from dqlkit.results.charts.figures import finite
from dqlkit.results.charts.settings import Settings, Unit
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, TIMEFRAME, TIMESTAMP, Array, Record, Type, members
from dqlkit.types.units import UNITS
from dqlkit.types.values import Duration, Value

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["Columns", "Scale", "is_number", "is_range", "is_series", "plain", "scales", "suffixed"]

#: Units in which lengths of time are shown, and how they are written.
_LENGTHS = {"d": "d", "h": "h", "m": "min", "s": "s", "ms": "ms", "us": "µs", "ns": "ns"}


class Columns:
    """An answer and what is asked of its chart. Fields that are asked for and are not there do not count."""

    def __init__(self, result: Result, settings: Settings) -> None:
        self.result, self.settings = result, settings
        self.kinds = result.schema.fields

    def __len__(self) -> int:
        return len(self.result)

    @property
    def series(self) -> list[str]:
        """The arrays of numbers."""
        return self._asked(self.settings.values, is_series)

    @property
    def numbers(self) -> list[str]:
        """The numbers, lengths of time among them."""
        frame = any(kind == TIMEFRAME for kind in self.kinds.values())
        return [name for name in self._asked(self.settings.values, is_number) if not (frame and name == "interval")]

    @property
    def time(self) -> str | None:
        """The field of the time axis."""
        wanted = (self.settings.time,) if self.settings.time else ()
        return next(iter(self._asked(wanted, lambda kind: kind in (TIMESTAMP, TIMEFRAME))), None)

    @property
    def times(self) -> list[str]:
        """All fields that could be the time axis."""
        return [name for name, kind in self.kinds.items() if kind in (TIMESTAMP, TIMEFRAME)]

    def labels(self, other: Iterable[str] = ()) -> list[str]:
        """The fields that tell records apart: those that are asked for, else all texts and the like, but for some."""
        other = set(other)
        return [name for name in self._asked(self.settings.labels, _is_label) if name not in other]

    def _asked(self, wanted: Sequence[str], suits: Callable[[Type], bool]) -> list[str]:
        asked = [name for name in wanted if name in self.kinds and (suits(self.kinds[name]) or suits is _is_label)]
        return asked or [name for name, kind in self.kinds.items() if suits(kind)]

    def values(self, name: str) -> list[Value]:
        """The values of a field."""
        from dqlkit.engines.polars.physical import values_of

        return values_of(self.result.data[name], self.kinds[name])

    def names(self, fields: Sequence[str]) -> list[str]:
        """What tells each record apart: the texts of these fields."""
        if not fields:
            return [""] * len(self)
        return [" · ".join(row) for row in zip(*(self._cells[field] for field in fields), strict=True)]

    @cached_property
    def _cells(self) -> dict[str, list[str]]:
        columns = zip(self.kinds.items(), columns_of(self.result), strict=True)
        return {
            name: [*map(_range_text, column.cells)] if is_range(kind) else column.cells
            for (name, kind), column in columns
        }

    def unit(self, name: str) -> Unit:
        """How the numbers of a field are written."""
        asked = self.settings.units.get(name, Unit())
        kind = self.kinds[name]
        kind = kind.element if isinstance(kind, Array) else kind
        return Unit("", asked.decimals, 1) if kind == DURATION else asked


class Scale:
    """Numbers as they are shown: lengths of time in the one unit that suits the largest of them."""

    def __init__(self, numbers: Iterable[Value], unit: Unit) -> None:
        self.decimals, self.suffix, self._factor = unit.decimals, unit.suffix, 0.0
        if unit.nanos:
            drawn = (number for one in numbers if (number := finite(plain(one))) is not None)
            largest = max((abs(number) * unit.nanos for number in drawn), default=0)
            name = next((name for name in _LENGTHS if largest >= UNITS[name]), "ns")
            self.suffix, self._factor = _LENGTHS[name], unit.nanos / UNITS[name]

    def of(self, value: Value) -> float | None:
        """A number in that unit, of which six digits count; None for null."""
        number = plain(value)
        return float(f"{number * self._factor:.6g}") if number is not None and self._factor else number


def scales(columns: Columns, values: Mapping[str, Iterable[Value]]) -> dict[str, Scale]:
    """A scale for the numbers of each field; fields of one unit share one."""
    units = {field: columns.unit(field) for field in values}
    together = {
        unit: [value for field in values if units[field] == unit for value in values[field]] for unit in units.values()
    }
    made = {unit: Scale(numbers, unit) for unit, numbers in together.items()}
    return {field: made[unit] for field, unit in units.items()}


def suffixed(name: str, suffix: str) -> str:
    """What numbers are called, with their unit."""
    return f"{name} [{suffix}]".strip() if suffix else name


def plain(value: Value) -> float | None:
    """A number, a length of time in nanoseconds; None for null."""
    number: float | None = value.nanos if isinstance(value, Duration) else value
    return number


def is_number(kind: Type) -> bool:
    """Whether values of the type are numbers or lengths of time."""
    options = members(kind)
    return kind == DURATION or (bool(options) and {LONG, DOUBLE}.issuperset(options))


def is_series(kind: Type) -> bool:
    """Whether values of the type are arrays of numbers."""
    return isinstance(kind, Array) and is_number(kind.element)


def is_range(kind: Type) -> bool:
    """Whether values of the type are ranges of numbers, as `range` makes them."""
    return isinstance(kind, Record) and [name for name, _ in kind.fields] == ["start", "end"]


def _range_text(cell: str) -> str:
    """`{"start": 0, "end": 5}` as `0 – 5`."""
    bounds = json.loads(cell) if cell != "null" else {}
    return " – ".join(_bound(bound) for bound in bounds.values()) or cell


def _bound(bound: object) -> str:
    return f"{bound:.0f}" if isinstance(bound, float) and bound == round(bound) else str(bound)


def _is_label(kind: Type) -> bool:
    return not is_number(kind) and not isinstance(kind, Array) and kind != TIMEFRAME
