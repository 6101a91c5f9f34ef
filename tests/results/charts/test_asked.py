"""Charts that documents ask for: bands, two axes, thresholds, gauges."""

from __future__ import annotations

import re
from typing import Any

import pytest

import dqlkit
from dqlkit.reports.visual import visual_of
from dqlkit.results.charts import Figure, Number, Scatter, Timeline, figure_of
from dqlkit.results.charts.inline import html_figure
from dqlkit.results.charts.terminal import lines
from dqlkit.results.charts.vega import specification

PRICES = [{"timestamp": f"2026-01-05T0{k}:00:00Z", "price": price} for k, price in enumerate([3, 9, 4, 8])]
SERIES = "fetch t | makeTimeseries {low = min(price), high = max(price), n = count()}, interval: 2h"


def asked(query: str, chart: str, settings: dict[str, Any]) -> Figure:
    visual = visual_of(chart, settings)
    return figure_of(dqlkit.query(query, {"t": PRICES}), visual.settings)


def mapped(**fields: Any) -> dict[str, Any]:
    return {"chartSettings": {"fieldMapping": {"timestamp": "timeframe", **fields}}}


def test_a_band_lies_between_two_series() -> None:
    band = {"chartSettings": {"bandChartSettings": {"lower": "low", "upper": "high", "time": "timeframe"}}}
    figure = asked(SERIES, "bandChart", band)
    assert isinstance(figure, Timeline)
    assert [(one.lower.label, one.lower.numbers, one.upper.numbers) for one in figure.bands] == [
        ("low", [3, 4], [9, 8])
    ]
    area = specification(figure)["layer"][0]
    assert area["mark"]["type"] == "area"
    assert [(row["low"], row["high"]) for row in area["data"]["values"]] == [(3, 9), (4, 8)]


def test_numbers_of_the_right_axis_have_a_scale_of_their_own() -> None:
    figure = asked(SERIES, "lineChart", mapped(leftAxisValues=["high"], rightAxisValues=["n"]))
    assert isinstance(figure, Timeline)
    assert (figure.title, figure.right) == ("high", "n")
    drawn = specification(figure)
    assert drawn["resolve"] == {"scale": {"y": "independent"}}
    assert [one["encoding"]["y"]["axis"].get("orient") for one in drawn["layer"]] == [None, "right"]
    assert "resolve" not in specification(asked(SERIES, "lineChart", mapped(rightAxisValues=["n"])))


def test_thresholds_are_lines_and_axes_end_where_they_are_asked_to() -> None:
    rules = [{"comparator": "≥", "value": 7, "color": {"Default": "var(--red, #c4233b)"}}]
    settings = mapped(leftAxisValues=["high"])
    settings["chartSettings"]["leftYAxisSettings"] = {"min": -1, "max": 20}
    figure = asked(SERIES, "lineChart", {**settings, "thresholds": [{"field": "high", "rules": rules}]})
    assert isinstance(figure, Timeline)
    assert figure.lines == ((7, "#c4233b"),)
    assert specification(figure)["encoding"]["y"]["scale"] == {"domainMin": -1, "domainMax": 20}
    rule = specification(figure)["layer"][-1]
    assert (rule["mark"]["type"], rule["data"]["values"][0]["value"]) == ("rule", 7)


@pytest.mark.parametrize(
    ("bounds", "share", "ends"),
    [
        ({"max": {"mode": "custom", "value": 24}}, 0.75, ("0", "24")),
        ({"min": {"mode": "custom", "value": 12}, "max": {"mode": "custom", "value": 24}}, 0.5, ("12", "24")),
        ({"max": {"mode": "data-field"}}, 0.45, ("0", "40")),
        ({"min": "auto", "max": "auto"}, 0.18, ("0", "100")),
        ({"max": {"mode": "custom", "value": 9}}, 1, ("0", "9")),
    ],
)
@pytest.mark.parametrize("chart", ["gauge", "meterBar"])
def test_a_gauge_says_how_far_its_value_is(chart: str, bounds: Any, share: float, ends: tuple[str, str]) -> None:
    rule = {"field": "v", "comparator": "≥", "value": 10, "customColor": {"Default": "#c4233b"}}
    settings = {
        "label": {"label": "races"},
        "valueBoundaries": bounds,
        "dataMapping": {"maxDataField": "all"},
        "coloring": {"colorRules": [rule]},
    }
    figure = asked("data record(v = 18, all = 40)", chart, settings)
    assert isinstance(figure, Number)
    assert (figure.label, figure.text, figure.colour, figure.ends) == ("races", "18", "#c4233b", ends)
    assert figure.share == pytest.approx(share)
    assert [*lines(figure)] == [f"races 18 ({ends[0]} … {ends[1]})"]
    assert re.search(rf"stroke-dasharray=\"{share * 100:.1f} 100\"|width:{share:.1%}", html_figure(figure))


def test_a_series_of_the_legend_is_switched_off_by_its_colour() -> None:
    drawn = html_figure(asked(SERIES, "lineChart", mapped(leftAxisValues=["low", "high"])))
    colours = re.findall(r'<input type="checkbox" checked data-colour="(#\w+)">', drawn)
    assert len(colours) == 2
    assert all(
        f'stroke="{colour}"' in drawn and f'[data-colour="{colour}"]:not(:checked)' in drawn for colour in colours
    )


def test_two_numbers_of_a_record_are_a_point() -> None:
    records = [{"host": "ab"[k % 2], "x": k, "y": k * k - 1.5} for k in range(4)] + [{"host": "c", "x": 9}]
    result = dqlkit.query("fetch t", {"t": records})
    figure = figure_of(result, visual_of("scatterplot", {}).settings)
    assert isinstance(figure, Scatter)
    assert (figure.across, figure.up, [*figure.groups]) == ("x", "y", ["a", "b"])
    assert [(p.x, p.y, p.label) for p in figure.points] == [
        (0, -1.5, "a"),
        (1, -0.5, "b"),
        (2, 2.5, "a"),
        (3, 7.5, "b"),
    ]
    drawn = specification(figure)["data"]["values"]
    assert [(row["x"], row["value"], row["series"]) for row in drawn[:2]] == [(0, -1.5, "a"), (1, -0.5, "b")]
    assert html_figure(figure).count("<li>") == 2
    top, *rows = lines(figure, 20)
    assert (top, rows[0], rows[-1]) == ("y", " 7.5 ┤             ●", "      x: 0 … 3")
    assert [k for k, row in enumerate(rows) if "●" in row] == [0, 8, 14, 15]


def test_what_is_no_scatter_is_drawn_as_what_fits() -> None:
    result = dqlkit.query("fetch t | fields x", {"t": [{"x": 1}, {"x": 2}]})
    assert figure_of(result, visual_of("scatterplot", {}).settings).kind == "histogram"
