"""D002."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.dql.objects import data_object
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Name
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

#: Parameters of `fetch` that `metrics` does not have.
_GONE = ("samplingratio", "scanlimitgbytes")


@rule("D002", "metric-series", severity="warning", words=("metric",))
def metric_series(subject: Subject) -> Findings:
    """`fetch metric.series` where `metrics` is meant.

    What: The data object `metric.series` has a command of its own now.
    Why: It is deprecated.
    Bad: `fetch metric.series, from:-1h | fields metric.key`
    Good: `metrics from:-1h | fields metric.key`
    """
    for command in subject.commands("fetch"):
        table = command.arguments[0].value if command.arguments else None
        if isinstance(table, Name) and data_object(table.name).deprecated:
            yield subject.finding(
                Span(command.start, table.end),
                "`metric.series` is deprecated.",
                help="List metrics with `metrics`.",
                fix=_as_metrics(subject, command),
            )


def _as_metrics(subject: Subject, command: Command) -> Fix | None:
    if any(command.start <= comment.start < command.end for comment in subject.parsed.comments):
        return None
    kept = [a for a in command.arguments[1:] if a.name is None or a.name.name.lower() not in _GONE]
    written = ", ".join(map(subject.source, kept))
    return Fix("Write `metrics`", (Edit(command.span, f"metrics {written}".rstrip()),))
