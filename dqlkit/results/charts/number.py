"""One value, large, and the course of the time series it comes from."""

from __future__ import annotations

from dqlkit.results.charts.columns import Columns, Scale, is_number, plain
from dqlkit.results.charts.figures import Number, Series, finite
from dqlkit.results.charts.timeline import timeline
from dqlkit.results.charts.written import written
from dqlkit.types.values import Value

__all__ = ["number"]


def number(columns: Columns, kind: str) -> Number | None:
    """The value of the first record; None where there is no record.

    [decided: of a time series that is its newest value, since a single number answers how things are.]
    """
    trend = _trend(columns)
    asked = [name for name in columns.settings.values if name in columns.kinds]
    field = next(iter([*asked, *columns.numbers, *columns.series, *columns.kinds]), None)
    if field is None or not len(columns):
        return None
    value = columns.values(field)[0]
    if field in columns.series:
        value = next((one for one in reversed(value or []) if one is not None), None)
    shown = _shown(columns, field, value)
    label = field if columns.settings.label is None else columns.settings.label
    colour = _colour(columns, field, value, shown)
    if kind == "value":
        return Number(kind, shown, label, colour, trend, columns.settings)
    return Number(kind, shown, label, colour, None, columns.settings, *_measured(columns, field, value))


def _measured(columns: Columns, field: str, value: Value) -> tuple[float | None, tuple[str, str]]:
    """Which share of the way from the least to the most a value is, and these two as texts.

    [decided: where the document does not say, a gauge goes from 0 to 100, and on to the value where that is larger.]
    """
    number = finite(plain(value)) if is_number(columns.kinds[field]) or field in columns.series else None
    least, most = columns.settings.least or 0, _most(columns)
    most = max(100, number or 0) if most is None else most
    ends = _shown(columns, field, least), _shown(columns, field, most)
    return None if number is None or most <= least else min(max((number - least) / (most - least), 0), 1), ends


def _most(columns: Columns) -> float | None:
    """Where a gauge ends, if the document says so: a number, or the field of the answer that holds it."""
    most = columns.settings.most
    if isinstance(most, str):
        return (
            finite(plain(columns.values(most)[0])) if most in columns.kinds and is_number(columns.kinds[most]) else None
        )
    return most


def _trend(columns: Columns) -> Series | None:
    found = timeline(columns, "line") if columns.settings.trend and columns.series else None
    return found.series[0] if found is not None and found.series else None


def _shown(columns: Columns, field: str, value: Value) -> str:
    if value is None or not (is_number(columns.kinds[field]) or field in columns.series):
        return columns.names([field])[0] if value is not None else "–"
    scale = Scale([value], columns.unit(field))
    known = scale.of(value)
    return "–" if known is None else written(known, scale.decimals, scale.suffix)


def _colour(columns: Columns, field: str, value: Value, shown: str) -> str:
    compared = value if type(value) in (int, float) else shown
    return columns.settings.colour(field, compared) or columns.settings.colours.get(field, "")
