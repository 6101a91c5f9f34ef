"""How a section shows its answer: as a table or a chart, with the settings of the document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from dqlkit.frozen import frozen
from dqlkit.regex import regex
from dqlkit.reports.members import Json, names, objects, part, text
from dqlkit.results.charts import Settings, Threshold, Unit

__all__ = ["Visual", "visual_of"]

#: Names of what shows records as they are; a honeycomb is a table of its cells.
_TABLES = frozenset({"table", "raw", "recordView", "recordList", "honeycomb", "heatmap"})

#: Units as the documents name them: how they are written, or how many nanoseconds they have.
_SUFFIXES = {"percent": "%", "degree_celsius": "°C", "degree_fahrenheit": "°F", "byte": "B", "bit": "bit"}
_NANOS = {"nanosecond": 1, "microsecond": 10**3, "millisecond": 10**6, "second": 10**9, "minute": 60 * 10**9}


@frozen
class Visual:
    """`table` is None where the document leaves the choice to the answer. `hidden` are columns that a table does not show, and
    `sorted` is the one it is sorted by, from the largest on where it begins with `-`."""

    table: bool | None = None
    settings: Settings = Settings()
    hidden: frozenset[str] = frozenset()
    sorted: str = ""


def visual_of(name: str, given: Json) -> Visual:
    """The settings of a section; `name` is what the document calls the chart, empty where it chooses none."""
    name = "" if name == "davis" else name  # the service analyses the answer; here it is shown
    table = part(given, "table")
    return Visual(
        table=name in _TABLES if name else None,
        settings=_settings(name, given),
        hidden=frozenset(_hidden(table.get("hiddenColumns"))),
        sorted=_sorted(part(table, "sortBy")),
    )


def _hidden(columns: Json) -> Iterator[str]:
    """Columns are names, or lists of names."""
    for column in columns if isinstance(columns, list) else ():
        yield from names(_decoded(column))


def _settings(name: str, given: Json) -> Settings:
    chart, value = part(given, "chartSettings"), part(given, "singleValue")
    mapping, bars = part(chart, "fieldMapping"), part(chart, "categoricalBarChartSettings")
    band, left = part(chart, "bandChartSettings"), part(chart, "leftYAxisSettings")
    right = names(mapping.get("rightAxisValues"))
    by_category = name in ("categoricalBarChart", "pieChart", "donutChart")
    ranges = objects(part(given, "histogram"), "dataMappings")
    if name in ("singleValue", "meterBar", "gauge"):
        values = names(value.get("recordField"))
    elif name == "bandChart" and band:
        values = (*names(band.get("lower")), *names(band.get("upper")))
    elif name == "histogram":
        values = tuple(one for mapped in ranges for one in names(mapped.get("valueAxis")))
    else:
        values = names(bars.get("valueAxis")) if by_category else (*names(mapping.get("leftAxisValues")), *right)
    return Settings(
        kind=name,
        time="" if by_category else text(mapping, "timestamp"),
        values=values,
        right=right,
        band=(*names(band.get("lower")), *names(band.get("upper"))),
        least=_least(given, left),
        most=_bound(given, left, "max"),
        labels=names(bars.get("categoryAxis")) if by_category else names(mapping.get("leftAxisDimensions")),
        label=_label(value or part(given, "label")),
        connect=chart.get("gapPolicy") == "connect",
        smooth=chart.get("curve") == "smooth",
        vertical=bars.get("layout") == "vertical",
        grouped=bars.get("groupMode") == "grouped",
        legend=part(chart, "legend").get("hidden") is not True,
        colours=dict(_colours(chart)),
        units=dict(_units(given)),
        thresholds=tuple(_thresholds(given)),
        trend=part(value, "sparklineSettings").get("isVisible") is not False,
        backdrop="background" in (value.get("colorThresholdTarget"), part(given, "table").get("colorThresholdTarget")),
    )


def _least(given: Json, axis: Mapping[str, Json]) -> float | None:
    found = _bound(given, axis, "min")
    return found if not isinstance(found, str) else None


def _bound(given: Json, axis: Mapping[str, Json], end: str) -> float | str | None:
    """Where an axis, or a gauge, begins or ends: a number, or the field that holds it."""
    bound = part(part(given, "valueBoundaries"), end)
    if bound.get("mode") == "data-field":
        return text(part(given, "dataMapping"), f"{end}DataField") or None
    return _number(bound.get("value") if bound else axis.get(end))


def _label(value: Mapping[str, Json]) -> str | None:
    if value.get("showLabel") is False or value.get("labelMode") == "none":
        return ""
    return text(value, "label") or None


def _colours(chart: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for one in objects(chart, "seriesOverrides"):
        colour = _colour(part(one, "override").get("color"))
        series = names(one.get("seriesId")) if colour else ()
        yield from ((name, colour) for name in series)


def _units(given: Json) -> Iterator[tuple[str, Unit]]:
    for one in objects(given, "unitsOverrides"):
        base, decimals = text(one, "baseUnit"), one.get("decimals")
        suffix = text(one, "suffix") or _SUFFIXES.get(base, "")
        known = decimals if type(decimals) is int and 0 <= decimals <= 9 else None
        yield text(one, "identifier"), Unit(suffix, known, 0 if suffix else _NANOS.get(base, 0))


def _thresholds(given: Json) -> Iterator[Threshold]:
    for one in objects(given, "thresholds"):
        if one.get("isEnabled") is not False:
            for rule in objects(one, "rules"):
                value, colour = _number(rule.get("value")), _colour(rule.get("color"))
                if value is not None and colour:
                    yield Threshold(text(one, "field"), text(rule, "comparator"), value, colour)
    for rule in objects(part(given, "coloring"), "colorRules"):
        value, colour = _number(rule.get("value")), _colour(rule.get("customColor"))
        if value is not None and colour:
            yield Threshold(text(rule, "field"), text(rule, "comparator"), value, colour)


def _number(value: Json) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


_COLOUR = regex(r"#[0-9a-fA-F]{3,8}\b")


def _colour(given: Json) -> str:
    """A colour as `#rrggbb`; the documents also write it as a variable with that as its default."""
    given = given.get("Default") if isinstance(given, Mapping) else given
    found = _COLOUR.search(given) if isinstance(given, str) else None
    return found.group() if found else ""


def _sorted(given: Mapping[str, Json]) -> str:
    column = names(_decoded(given.get("columnId")))
    direction = given.get("direction")
    if not column or direction not in ("ascending", "descending"):
        return ""
    return f"-{column[0]}" if direction == "descending" else column[0]


def _decoded(given: Json) -> Json:
    """Ids of columns are lists of names, written as JSON."""
    if isinstance(given, str) and given.startswith("["):
        try:
            return json.loads(given)
        except ValueError:
            return given
    return given
