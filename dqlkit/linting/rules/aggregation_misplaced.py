"""E018."""

from __future__ import annotations

from dqlkit.functions import find
from dqlkit.languages.syntax.tree import Call, walk
from dqlkit.linting.aggregates import named_by_text
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import declared
from dqlkit.linting.subject import Subject
from dqlkit.plan.ops.timeseries import Timeseries


@rule("E018", "aggregation-misplaced", severity="error", languages=("dql", "adql"))
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
    for command in subject.commands():
        known = declared(command)
        if known is None or Timeseries not in known.makes:
            continue
        for node in (node for one in command.arguments if one.name is None for node in walk(one.value)):
            function = find(node.function.name, "aggregation") if isinstance(node, Call) else None
            if function is not None and not function.in_series:
                message = f"`{function.name}()` gives no time series."
                yield subject.finding(node.span, message, help="Use `summarize` with `bin()`.")
