"""E018."""

from __future__ import annotations

from dqlkit.functions import find
from dqlkit.languages.syntax.tree import Call, walk
from dqlkit.linting.aggregates import named_by_text
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

#: Aggregations that give a number for each slot of a time series.
_OF_SERIES = frozenset(
    {
        *("sum", "avg", "min", "max", "median", "percentile", "percentilefromsamples", "percentrank"),
        *("count", "countif", "countdistinct", "countdistinctexact", "countdistinctapprox", "start", "end"),
    }
)


@rule("E018", "aggregation-misplaced", severity="error")
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
    for command in subject.commands("makeTimeseries"):
        for argument in command.arguments:
            if argument.name is not None:
                continue
            for node in walk(argument.value):
                name = node.function.name if isinstance(node, Call) else ""
                if name and name.lower() not in _OF_SERIES and find(name, "aggregation"):
                    message = f"`{name}()` gives no time series."
                    yield subject.finding(node.span, message, help="Use `summarize` with `bin()`.")
