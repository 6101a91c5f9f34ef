"""E017."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import Name
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

#: Beginnings of metric keys; no data object begins like that.
_FAMILIES = ("host", "service", "process", "kubernetes", "containers", "cloud", "runtime", "frontend")
_METRICS = tuple(f"dt.{family}." for family in _FAMILIES)
_TABLES = frozenset({"metrics", "metric", "dt.metrics", "dt.metric"})


@rule("E017", "fetch-metric", severity="error")
def fetch_metric(subject: Subject) -> Findings:
    """`fetch` of a metric.

    What: Metrics are read with `timeseries`, and `metrics` lists which ones there are.
    Why: There is no such data object.
    Bad: `fetch dt.host.cpu.usage, from:-1h | summarize n = count()`
    Good: `timeseries usage = avg(dt.host.cpu.usage), from:-1h`
    """
    for command in subject.commands("fetch"):
        for argument in command.arguments[:1]:
            table = argument.value
            if not isinstance(table, Name):
                continue
            if table.name.lower() in _TABLES:
                message = f"`{table.name}` is no data object."
                yield subject.finding(table.span, message, help="List metrics with `metrics`.")
            elif table.name.startswith(_METRICS):
                yield subject.finding(
                    table.span,
                    f"`{table.name}` is a metric, not a data object.",
                    help=f"Read it with `timeseries avg({table.name})`.",
                )
