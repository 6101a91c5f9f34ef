"""C010."""

from __future__ import annotations

from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Call, Duration, Name, walk
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import argument, length, span_of
from dqlkit.linting.subject import Subject

_MOST = 1500
_TIMES = frozenset({"timestamp", "start_time", "end_time"})


@rule("C010", "too-many-buckets", severity="warning", weight=2, words=("interval", "bin"))
def too_many_buckets(subject: Subject) -> Findings:
    """More points in time than anyone can see.

    What: The range divided by `interval:` or the width of `bin()` gives more than 1,500 points.
    Why: They are computed and sent for each series, and a chart merges them again.
    Bad: `fetch logs, from:-6d | makeTimeseries n = count(), interval:1m`
    Good: `fetch logs, from:-6d | makeTimeseries n = count(), interval:1h`
    """
    for pipeline in subject.pipelines:
        for command in pipeline.commands:
            width = _width(command)
            each = span_of(width) if width is not None else None
            nanos = (length(command) or length(pipeline.commands[0])) if each else None
            if width is not None and nanos and each and nanos / each > _MOST:
                yield subject.finding(
                    width.span,
                    f"{nanos // each:,} points in time are more than {_MOST:,}.",
                    help="Take a longer interval.",
                )


def _width(command: Command) -> Duration | None:
    interval, by = argument(command, "interval"), argument(command, "by")
    if interval is not None:
        return interval.value if isinstance(interval.value, Duration) else None
    if by is not None:
        bins = (node for node in walk(by) if isinstance(node, Call) and node.function.name.lower() == "bin")
        pairs = ((call.arguments[0].value, call.arguments[1].value) for call in bins if len(call.arguments) > 1)
        times = (width for field, width in pairs if isinstance(field, Name) and field.name in _TIMES)
        return next((width for width in times if isinstance(width, Duration)), None)
    return None
