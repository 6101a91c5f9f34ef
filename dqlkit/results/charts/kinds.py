"""The kinds of charts, what vendors call them, and the choice of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.frozen import frozen
from dqlkit.results.charts.bars import bars, histogram
from dqlkit.results.charts.columns import Columns
from dqlkit.results.charts.figures import Figure
from dqlkit.results.charts.number import number
from dqlkit.results.charts.scatter import scatter
from dqlkit.results.charts.settings import Settings
from dqlkit.results.charts.timeline import timeline

if TYPE_CHECKING:
    from dqlkit.results.result import Result

__all__ = ["KINDS", "Kind", "figure_of", "kind_named"]


@frozen
class Kind:
    """A kind of chart; `title` is what people call it, `names` are those that vendors' documents have for it. `make` gives
    None where the answer holds nothing that it could show."""

    name: str
    title: str
    make: Callable[[Columns, str], Figure | None]
    names: tuple[str, ...]


KINDS = (
    Kind("line", "line chart", timeline, ("lineChart",)),
    Kind("band", "band chart", timeline, ("bandChart",)),
    Kind("area", "area chart", timeline, ("areaChart",)),
    Kind("columns", "bar chart over time", timeline, ("barChart",)),
    Kind("bars", "bar chart", bars, ("categoricalBarChart", "topList")),
    Kind("pie", "pie chart", bars, ("pieChart",)),
    Kind("donut", "donut chart", bars, ("donutChart",)),
    Kind("value", "single value", number, ("singleValue",)),
    Kind("gauge", "gauge", number, ("gauge",)),
    Kind("meter", "meter bar", number, ("meterBar",)),
    Kind("histogram", "histogram", histogram, ("histogram",)),
    Kind("scatter", "scatter plot", scatter, ("scatterplot", "scatterPlot", "scatterChart")),
)


def kind_named(name: str) -> Kind | None:
    """The kind of that name, ours or a vendor's."""
    return next((kind for kind in KINDS if name in (kind.name, *kind.names)), None)


def figure_of(result: Result, settings: Settings = Settings()) -> Figure:  # noqa: B008
    """What the asked chart shows of an answer, else what fits the answer. Raises `DqlkitError` where there is no number."""
    columns = Columns(result, settings)
    asked = kind_named(settings.kind)
    made = asked.make(columns, asked.name) if asked is not None else None
    figure = made or _fitting(Columns(result, settings if asked is None else Settings(units=settings.units)))
    if figure is None:
        message = "expected a column of numbers, or a time series, to draw; the answer has neither."
        raise DqlkitError([error("R006", Span(0, 0), message, help="Choose another output, such as `-o table`.")])
    return figure


def _fitting(columns: Columns) -> Figure | None:
    """A line for what goes over time, the number of a single record, bars for categories, else a histogram."""
    labels = columns.labels(other=columns.times)
    if columns.series or (columns.time and _is_regular(columns, labels)):
        return timeline(columns, "line")
    if not columns.numbers:
        return None
    if len(columns) == 1 and len(columns.numbers) == 1:
        return number(columns, "value")
    if labels or columns.time or len(columns.numbers) > 1:
        return bars(columns, "bars")
    return histogram(columns, "histogram")


def _is_regular(columns: Columns, labels: list[str]) -> bool:
    """Whether records are numbers over time, as opposed to single events: they have labels that come again, if any."""
    names = columns.names(labels)
    return len(columns) > 1 and (not labels or len(set(names)) * 2 <= len(names))
