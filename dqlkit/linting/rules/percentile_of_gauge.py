"""B020."""

from __future__ import annotations

from typing import TypeGuard

from dqlkit.functions import find
from dqlkit.functions.aggregation.ranks import median, percent_rank, percentile
from dqlkit.languages.dql.objects import is_gauge
from dqlkit.languages.syntax.tree import Call, Name, Node, walk
from dqlkit.linting.conditions import bare
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import argument
from dqlkit.linting.stages import stage
from dqlkit.linting.subject import Subject
from dqlkit.plan.ops.combine import Combine
from dqlkit.plan.ops.timeseries import Timeseries


@rule("B020", "percentile-of-gauge", severity="warning", words=("percent", "median"))
def percentile_of_gauge(subject: Subject) -> Findings:
    """A percentile of a metric that is no histogram, without `rollup:`.

    What: Metrics of hosts, processes, containers, clusters and runtimes are single numbers, of which one rollup has to be chosen.
    Why: Without it there are no percentiles to read, and the series is empty.
    Bad: `timeseries p = percentile(dt.host.cpu.usage, 90), from:-1h`
    Good: `timeseries p = percentile(dt.host.cpu.usage, 90, rollup:avg), from:-1h`
    """
    for command in subject.commands():
        if isinstance(stage(subject, command), (Timeseries, Combine)):
            for call in filter(_is_percentile, walk(command)):
                if argument(call, "rollup") is None and argument(command, "rollup") is None:
                    message = f"`{subject.source(call.arguments[0])}` is no histogram."
                    help = "Say which of its values count, as in `rollup:avg`."
                    yield subject.finding(call.span, message, help=help)


def _is_percentile(node: Node) -> TypeGuard[Call]:
    """Whether it is a percentile of a metric that surely is no histogram."""
    if not isinstance(node, Call) or find(node.function.name) not in (percentile, median, percent_rank):
        return False
    key = bare(node.arguments[0].value) if node.arguments else None
    return isinstance(key, Name) and is_gauge(key.name)
