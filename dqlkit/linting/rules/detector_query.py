"""P003."""

from __future__ import annotations

from dqlkit.functions import find
from dqlkit.languages.dql.tree import Pipeline
from dqlkit.languages.syntax.tree import Argument, Boolean, Call, Duration
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import stage
from dqlkit.linting.subject import Subject
from dqlkit.plan.ops.sort import Sort

_TIMES = ("from", "to", "timeframe")


@rule("P003", "detector-query", severity="error", contexts=("detector",))
def detector_query(subject: Subject) -> Findings:
    """What the query of an anomaly detector must not do.

    What: A timeframe of its own, an interval other than a minute, `sort` or `limit`, `scalar`, changing dimensions.
    Why: The detector runs every minute and sets the time itself; what it watches must stay the same series.
    Bad: `timeseries usage = avg(dt.host.cpu.usage), from:-1h, interval:1m`
    Good: `timeseries usage = avg(dt.host.cpu.usage), interval:1m`
    """
    tree = subject.parsed.tree
    if not isinstance(tree, Pipeline):
        return
    for command in tree.commands:
        operator = stage(subject, command)
        if operator is not None and (operator.chooses or isinstance(operator, Sort)):
            message = f"`{command.name.name}` changes which series are watched."
            yield subject.finding(command.span, message, help="Remove it.")
        for argument in command.arguments:
            name = argument.name.name.lower() if argument.name is not None else ""
            if name in _TIMES:
                yield subject.finding(argument.span, "The detector sets the timeframe.", help=f"Remove `{name}`.")
            elif name == "interval" and _is_not_minute(argument):
                yield subject.finding(argument.span, "A detector works by the minute.", help="Write `interval:1m`.")
    for call in subject.calls():
        function = find(call.function.name)
        if function is not None and (function.volatile or function.online):
            message = f"`{call.function.name}()` is not the same from run to run."
            yield subject.finding(call.span, message, help="Remove it.")
        if function is not None and function.collapses:
            message = f"`{call.function.name}()` makes one number of a series."
            yield subject.finding(call.span, message, help="Leave the series as it is.")
        yield from (
            subject.finding(argument.span, "A detector watches series, not one number.", help="Remove `scalar`.")
            for argument in call.arguments
            if _is_scalar(call, argument)
        )


def _is_not_minute(argument: Argument) -> bool:
    value = argument.value
    return isinstance(value, Duration) and (value.amount, value.unit[:1]) not in ((1, "m"), (60, "s"))


def _is_scalar(call: Call, argument: Argument) -> bool:
    named = argument.name is not None and argument.name.name.lower() == "scalar"
    return named and isinstance(argument.value, Boolean) and argument.value.value
