"""V007."""

from __future__ import annotations

from dqlkit.languages.dql.tree import Pipeline
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import is_whole, stages
from dqlkit.linting.subject import Subject
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.timeseries import Timeseries

_CHARTS = frozenset({"lineChart", "areaChart", "bandChart"})


@rule("V007", "chart-shape", severity="warning", contexts=("dashboard-tile", "notebook"))
def chart_shape(subject: Subject) -> Findings:
    """A chart over time without a time series.

    What: Line, area and band charts draw series; the query makes none and groups by no time.
    Why: The tile stays empty.
    Bad: `fetch logs | summarize n = count(), by:{host.name}`
    Good: `fetch logs | makeTimeseries n = count(), by:{host.name}`
    Note: The examples stand in a tile that draws a line chart.
    """
    tree = subject.parsed.tree
    if subject.document.visualization not in _CHARTS or not isinstance(tree, Pipeline) or not tree.commands:
        return
    operators = [operator for command in tree.commands for operator in stages(subject, command)]
    counted = any(one.groups for one in operators) and not any(isinstance(one, Timeseries) for one in operators)
    if not counted or not is_whole(tree) or not isinstance(operators[0], Fetch):
        return
    last = tree.commands[-1]
    if not any(word in subject.text for word in ("bin(", "@", "timestamp", "time", "interval")):
        chart = subject.document.visualization
        yield subject.finding(last.span, f"A {chart} draws series, and there are none.", help="Use `makeTimeseries`.")
