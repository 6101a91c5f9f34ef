"""Figures in Vega-Lite, as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from dqlkit.frozen import frozen, replace
from dqlkit.results.charts.figures import PALETTE, Bar, Bars, Figure, Number, Scatter, Series, Timeline, colours, finite
from dqlkit.results.charts.written import written
from dqlkit.types.text import moment_of
from dqlkit.types.values import Timestamp

__all__ = ["Look", "left_out", "shown", "slices", "specification"]

Specification: TypeAlias = dict[str, Any]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: More of these nobody can tell apart.
_MOST_SERIES, _MOST_BARS, _MOST_SLICES, _MOST_POINTS = 30, 40, 10, 2_000
#: So many points have their values as texts, which browsers show under the mouse.
_MOST_TEXTS = 400


@frozen
class Look:
    """How large a picture is, and whether it tells by itself what its colours mean: a page says it in its own text.

    `ink` is the colour of texts and axes.
    """

    width: int = 720
    height: int = 320
    legend: bool = True
    ink: str = "#2b2f3a"
    paper: str | None = "white"


#: How marks are ordered; None is the order of the data.
_SORT = "sort"


def specification(figure: Figure, look: Look = Look()) -> Specification:  # noqa: B008
    """The figure as a Vega-Lite chart."""
    drawn = shown(figure)
    make = {Timeline: _timeline, Bars: _bars, Number: _number, Scatter: _scatter}[type(drawn)]
    return {
        "$schema": _SCHEMA,
        "width": look.width,
        "height": look.height,
        "autosize": {"type": "fit", "contains": "padding"},
        "background": look.paper,
        "padding": 4 if look.legend else 0,
        **make(drawn, look),  # type: ignore[operator]
        "config": _config(look),
    }


def _config(look: Look) -> Specification:
    return {
        "font": "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
        "view": {"stroke": None},
        "axis": {
            "labelColor": look.ink,
            "titleColor": look.ink,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "labelOpacity": 0.8,
            "titleOpacity": 0.8,
            "gridColor": look.ink,
            "gridOpacity": 0.12,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
            "labelLimit": look.width // 4,
        },
        "axisX": {"grid": False, "titleLimit": look.width - 80},
        "axisY": {"titleLimit": look.height - 40},
        "legend": {"labelColor": look.ink, "labelFontSize": 11, "labelLimit": look.width // 3, "title": None},
        "arc": {"stroke": look.paper or None},
    }


# ---- what is left out ----------------------------------------------------------------------------------------------


def shown(figure: Figure) -> Figure:
    """The part of a figure that is drawn: the first series and bars; of a pie the small slices as one."""
    if isinstance(figure, Timeline) and len(figure.series) > _MOST_SERIES:
        return replace(figure, series=figure.series[:_MOST_SERIES])
    if isinstance(figure, Scatter) and len(figure.points) > _MOST_POINTS:
        return replace(figure, points=figure.points[:_MOST_POINTS])
    if not isinstance(figure, Bars) or len(figure.bars) <= _limit(figure):
        return figure
    if figure.kind not in ("pie", "donut"):
        return replace(figure, bars=figure.bars[: _limit(figure)])
    largest = sorted(figure.bars, key=lambda bar: -(finite(bar.value) or 0))
    kept, rest = largest[: _MOST_SLICES - 1], largest[_MOST_SLICES - 1 :]
    others = Bar(f"{len(rest)} others", "", sum(finite(bar.value) or 0 for bar in rest), "")
    return replace(figure, bars=(*kept, others))


def _limit(figure: Bars) -> int:
    if figure.kind in ("pie", "donut"):
        return _MOST_SLICES
    return _MOST_BARS * len(figure.groups) if figure.kind != "histogram" else 10 * _MOST_BARS


def left_out(figure: Figure) -> str:
    """What to say of a figure of which not all is drawn."""
    drawn = shown(figure)
    if isinstance(figure, Timeline) and isinstance(drawn, Timeline) and drawn is not figure:
        return f"The first {len(drawn.series)} of {len(figure.series)} series are drawn."
    if isinstance(figure, Bars) and isinstance(drawn, Bars) and drawn is not figure and figure.kind == "bars":
        return f"The first {len(drawn.bars)} of {len(figure.bars)} bars are drawn."
    if isinstance(figure, Scatter) and isinstance(drawn, Scatter) and drawn is not figure:
        return f"The first {len(drawn.points):,} of {len(figure.points):,} points are drawn."
    return ""


# ---- over time -----------------------------------------------------------------------------------------------------


def _timeline(figure: Timeline, look: Look) -> Specification:
    rows = [row for series in figure.series for row in _rows(figure, series)]
    if figure.kind in ("area", "columns"):
        _stack(rows)
    axis: Specification = {
        "title": None,
        "labelOverlap": True,
        "tickCount": max(look.width // 90, 2),
        "labelFlush": True,
    }
    axis["format"] = _CLOCK
    encoding: Specification = {
        "x": {"field": "time", "type": "temporal", "scale": {"type": "utc"}, "axis": axis},
        "color": _colour([series.label for series in figure.series], [s.colour for s in figure.series], figure, look),
    }
    layers = [*_marks(figure)]
    if len(rows) <= _MOST_TEXTS:
        encoding["description"] = {"field": "text"}
        if figure.kind != "columns":
            layers.append({"mark": {"type": "point", "size": 90, "filled": True, "opacity": 0}})
    drawn = _on_axes(figure, look, layers, rows)
    return {**drawn, "encoding": encoding | drawn.get("encoding", {})}


def _on_axes(figure: Timeline, look: Look, layers: list[Specification], rows: list[Specification]) -> Specification:
    """The layers on the left axis, among bands and thresholds; where some series belong to the right, once more for these, on an
    axis of their own."""
    all_of_left = [*_bands(figure), *layers, *_thresholds(figure)]
    left = _quantity(figure.title, _numbers(figure, False if figure.right else None), look) | {"stack": None}
    left["scale"] = _bounds(figure)
    if not figure.right:
        return {"data": {"values": rows}, "layer": all_of_left, "encoding": {"y": left}}
    right = _quantity(figure.right, _numbers(figure, True), look) | {"stack": None}
    right["axis"] |= {"orient": "right", "grid": False}
    sides = [
        {"data": {"values": [row for row in rows if row["right"] == at_right]}, "layer": own, "encoding": {"y": side}}
        for at_right, own, side in ((False, all_of_left, left), (True, layers, right))
    ]
    return {"layer": sides, "resolve": {"scale": {"y": "independent"}}}


def _bounds(figure: Timeline) -> Specification:
    """Where the left axis begins and ends, where that is asked for."""
    asked = {"domainMin": figure.settings.least, "domainMax": figure.settings.most}
    return {name: value for name, value in asked.items() if isinstance(value, (int, float))}


def _bands(figure: Timeline) -> Iterator[Specification]:
    """What lies between two series, behind their lines."""
    for band in figure.bands:
        ends = zip(band.lower.points, band.upper.points, strict=False)
        rows = [
            {"time": _wall(time, figure.zone), "low": finite(low), "high": finite(high), "text": ""}
            for (time, low), (_, high) in ends
        ]
        yield {
            "data": {"values": rows},
            "mark": {"type": "area", "opacity": 0.25, **_curve(figure)},
            "encoding": {"y": {"field": "low"}, "y2": {"field": "high"}, "color": {"value": band.upper.colour}},
        }


def _thresholds(figure: Timeline) -> Iterator[Specification]:
    """A line across for each threshold."""
    for value, colour in figure.lines:
        text = f"threshold {written(value)}"
        yield {
            "data": {"values": [{"value": value, "text": text}]},
            "mark": {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 1.2},
            "encoding": {"x": {"value": 0}, "x2": {"value": "width"}, "color": {"value": colour}},
        }


def _curve(figure: Timeline) -> Specification:
    return {"interpolate": "monotone" if figure.settings.smooth else "linear"}


def _marks(figure: Timeline) -> Iterator[Specification]:
    """The layers of marks: lines, and what is filled below them."""
    if figure.kind == "columns":
        ends = {"x2": {"field": "end"}} if figure.step else {}
        yield {
            "mark": {"type": "bar", "strokeWidth": 0} | ({} if figure.step else {"width": 3}),
            "encoding": _BASE | ends,
        }
        return
    shape = _curve(figure)
    if figure.kind == "area":
        yield {"mark": {"type": "area", "opacity": 0.35, **shape}, "encoding": _BASE}
    alone = max((len(series.points) for series in figure.series), default=0) == 1
    yield {"mark": {"type": "line", "strokeWidth": 1.8, "strokeJoin": "round", "point": alone, **shape}}


#: How times are written, by the largest unit that they begin.
_CLOCK = {
    "year": "%Y",
    "quarter": "%b",
    "month": "%b",
    "week": "%b %d",
    "date": "%b %d",
    "hours": "%H:%M",
    "minutes": "%H:%M",
    "seconds": "%H:%M:%S",
    "milliseconds": "%S.%L",
}
_BASE: Specification = {"y2": {"field": "base"}}


def _rows(figure: Timeline, series: Series) -> Iterator[Specification]:
    """The points of a series. Times are those of a clock in the answer's zone."""
    for moment, given in series.points:
        value = finite(given)
        if value is None and (figure.settings.connect or figure.kind == "columns"):
            continue
        time, end = (_wall(at, figure.zone) for at in (moment, moment + figure.step))
        text = "" if given is None else f"{series.label}: {written(given)}\n{_spelled(moment, figure.zone)}"
        value = 0 if value is None and figure.kind == "area" else value
        yield {"time": time, "end": end, "value": value, "series": series.label, "text": text, "right": series.right}


def _stack(rows: Sequence[Specification]) -> None:
    """The values of one time stand on each other: those above zero upwards, the others downwards."""
    heights: dict[tuple[float, bool], float] = {}
    for row in rows:
        place = (row["time"], row["value"] < 0)
        row["base"] = heights.get(place, 0)
        row["value"] = heights[place] = row["base"] + row["value"]


def _wall(nanos: int, zone: str) -> float:
    """The milliseconds at which a clock in UTC shows what one in the zone does."""
    offset = moment_of(Timestamp(nanos), zone)[0].utcoffset()
    return nanos / 1e6 + (offset.total_seconds() * 1000 if offset else 0)


def _spelled(nanos: int, zone: str) -> str:
    return f"{moment_of(Timestamp(nanos), zone)[0]:%Y-%m-%d %H:%M:%S}"


def _numbers(figure: Timeline, right: bool | None = None) -> list[float]:
    """The numbers of one side, None for both."""
    return [n for series in figure.series if right in (None, series.right) for n in series.numbers]


def _quantity(title: str, numbers: Sequence[float], look: Look) -> Specification:
    large = max(map(abs, numbers), default=0) >= 10_000
    axis = {"title": title or None, "tickCount": max(look.height // 55, 2), "format": "~s" if large else ",.6~g"}
    return {"field": "value", "type": "quantitative", "axis": axis}


def _colour(
    labels: Sequence[str], colours: Sequence[str], figure: Timeline | Bars | Scatter, look: Look
) -> Specification:
    """The colours of labels, and what tells them apart: a legend below, in as many columns as fit."""
    told = look.legend and figure.settings.legend and len(labels) > 1
    longest = min(max(map(len, labels), default=0) * 7, look.width // 3)
    legend = {"orient": "bottom", "columns": max(look.width // (longest + 40), 1), "symbolType": "circle"}
    scale = {"domain": [*labels], "range": [*colours]}
    return {"field": "series", "type": "nominal", "scale": scale, "legend": legend if told else None, _SORT: None}


# ---- one number against another -------------------------------------------------------------------------------------


def _scatter(figure: Scatter, look: Look) -> Specification:
    rows = [
        {"x": p.x, "value": p.y, "series": p.label if figure.groups else "",
         "text": f"{p.label}\n{written(p.x)}, {written(p.y)}".strip()}
        for p in figure.points
    ]  # fmt: skip
    groups = figure.groups or {"": PALETTE[0]}
    axes = (
        _quantity(title, numbers, look) | {"scale": {"zero": False, "nice": True}}
        for title, numbers in (
            (figure.across, [p.x for p in figure.points]),
            (figure.up, [p.y for p in figure.points]),
        )
    )
    across, up = axes
    encoding = {"x": across | {"field": "x"}, "y": up, "color": _colour([*groups], [*groups.values()], figure, look)}
    if len(rows) <= _MOST_TEXTS:
        encoding["description"] = {"field": "text"}
    return {
        "data": {"values": rows},
        "mark": {"type": "point", "filled": True, "size": 36, "opacity": 0.7},
        "encoding": encoding,
    }


# ---- by category ---------------------------------------------------------------------------------------------------


def _bars(figure: Bars, look: Look) -> Specification:
    if figure.kind in ("pie", "donut"):
        return _slices(figure, look)
    rows = [
        {"label": bar.label, "series": bar.group, "value": finite(bar.value), "text": _bar_text(figure, k)}
        for k, bar in enumerate(figure.bars)
    ]
    upright = figure.settings.vertical or figure.kind == "histogram"
    narrow = upright and len({bar.label for bar in figure.bars}) * 60 > look.width
    axis = {"title": figure.axis or None, "labelOverlap": True, "labelAngle": -40 if narrow else 0, "labelPadding": 4}
    band = {"paddingInner": 0.03} if figure.kind == "histogram" else {"paddingInner": 0.25}
    category = {"field": "label", "type": "nominal", _SORT: None, "axis": axis, "scale": band}
    several = len(figure.groups) > 1
    offset = {"field": "series", _SORT: None} if figure.settings.grouped and several else None
    across, along, side = ("x", "y", "xOffset") if upright else ("y", "x", "yOffset")
    encoding = {
        across: category,
        along: _quantity(figure.title, [v for bar in figure.bars if (v := finite(bar.value)) is not None], look)
        | {"stack": "zero" if several and not offset else None},
        "color": _colour([*figure.groups], [*figure.groups.values()], figure, look),
        "description": {"field": "text"},
        **({side: offset} if offset else {}),
    }
    return {"data": {"values": rows}, "mark": "bar", "encoding": encoding}


def _bar_text(figure: Bars, k: int) -> str:
    bar = figure.bars[k]
    number = "null" if bar.value is None else written(bar.value)
    return f"{bar.label} {bar.group}".strip() + f": {number}"


def _slices(figure: Bars, look: Look) -> Specification:
    """A slice for each bar, with its share; what is negative has none."""
    sizes = [max(finite(bar.value) or 0, 0) for bar in figure.bars]
    total = sum(sizes) or 1
    labels, colours = slices(figure)
    rows = [
        {"series": label, "value": size, "order": k, "text": f"{label}: {written(bar.value or 0)}",
         "share": f"{size / total:.0%}" if size / total >= 0.05 else ""}
        for k, (label, bar, size) in enumerate(zip(labels, figure.bars, sizes, strict=True))
    ]  # fmt: skip
    radius = min(look.width, look.height) * 0.46
    hole = radius * 0.62 if figure.kind == "donut" else 0
    legend = {"orient": "right", "symbolType": "circle"}
    told = look.legend and figure.settings.legend
    colour = _colour(labels, colours, figure, look) | {"legend": legend if told else None}
    theta = {"field": "value", "type": "quantitative", "stack": True}
    ring: Specification = {"type": "arc", "outerRadius": radius, "innerRadius": hole, "padAngle": 0.01}
    inside = {"type": "text", "radius": (radius + hole) / 2 + 4, "fill": "white", "fontSize": 11, "fontWeight": 600}
    order = {"field": "order", "type": "quantitative"}
    return {
        "data": {"values": rows},
        "encoding": {"theta": theta, "order": order, "description": {"field": "text"}},
        "layer": [
            {"mark": ring, "encoding": {"color": colour}},
            {"mark": inside, "encoding": {"text": {"field": "share"}, "detail": {"field": "series"}}},
        ],
    }


def slices(figure: Bars) -> tuple[list[str], list[str]]:
    """The labels and the colours of the slices: each has its own."""
    labels = [" · ".join(part for part in (bar.label, bar.group) if part) for bar in figure.bars]
    return labels, colours(labels, figure.settings.colours)


# ---- a number ------------------------------------------------------------------------------------------------------


def _number(figure: Number, look: Look) -> Specification:
    size = min(look.height // 3, int(look.width / max(len(figure.text), 4) * 1.2))
    colour = figure.colour or look.ink
    texts: list[Specification] = [
        {"mark": {"type": "text", "fontSize": size, "fontWeight": 600, "color": colour, "text": figure.text}},
        {"mark": {"type": "text", "fontSize": 14, "dy": size * 0.8, "color": look.ink, "text": figure.label}},
    ]
    return {"data": {"values": [{}]}, "layer": texts}
