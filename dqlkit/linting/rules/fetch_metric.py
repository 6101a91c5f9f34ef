"""E017."""

from __future__ import annotations

from dqlkit.languages.dql.objects import data_object, is_metric
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import stage
from dqlkit.linting.subject import Subject
from dqlkit.plan.ops.fetch import Fetch


@rule("E017", "fetch-metric", severity="error", words=("fetch",))
def fetch_metric(subject: Subject) -> Findings:
    """`fetch` of a metric.

    What: Metrics are read with `timeseries`, and `metrics` lists which ones there are.
    Why: There is no such data object.
    Bad: `fetch dt.host.cpu.usage, from:-1h | summarize n = count()`
    Good: `timeseries usage = avg(dt.host.cpu.usage), from:-1h`
    """
    for command in subject.commands():
        operator = stage(subject, command)
        if not isinstance(operator, Fetch) or not command.arguments:
            continue
        name, span = operator.table, command.arguments[0].value.span
        known = data_object(name)
        if known.command and not known.deprecated:
            message = f"`{name}` is no data object."
            yield subject.finding(span, message, help=f"List metrics with `{known.command}`.")
        elif is_metric(name):
            message = f"`{name}` is a metric, not a data object."
            yield subject.finding(span, message, help=f"Read it with `timeseries avg({name})`.")
