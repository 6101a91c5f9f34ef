"""E018."""

from __future__ import annotations

from dqlkit.linting.aggregates import named_by_text
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E018", "aggregation-misplaced", severity="error", languages=("dql", "adql"), passes_on=True)
def aggregation_misplaced(subject: Subject) -> Findings:
    """An aggregation where none can stand.

    What: An aggregation outside of `summarize`, `makeTimeseries` and `timeseries`, inside another one, or one that
    gives no number in a time series.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | filter count() > 3 | fields timestamp, content`
    Good: `fetch logs, from:-1h | summarize n = count(), by:{host.name} | filter n > 3`
    """
    named = named_by_text(subject)
    yield from (diagnostic for diagnostic in subject.reported() if diagnostic.span not in named)
