"""B015."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Edit, Fix
from dqlkit.functions import find
from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql.matching import match
from dqlkit.languages.syntax.tree import Argument, Call, Number
from dqlkit.linting.conditions import bare
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("B015", "percentile-range", severity="warning", languages=("dql", "adql"), words=("percent",))
def percentile_range(subject: Subject) -> Findings:
    """A percentile given as a fraction.

    What: Percentiles go from 0 to 100; one below 1 is next to the minimum.
    Why: The query runs and gives a number that is far too small.
    Bad: `fetch spans, from:-1h | summarize p95 = percentile(duration, 0.95)`
    Good: `fetch spans, from:-1h | summarize p95 = percentile(duration, 95)`
    """
    yield from subject.reported()
    for argument in (argument for call in subject.calls() for argument in _percentages(call)):
        value = bare(argument.value)
        if isinstance(value, Number) and 0.01 <= value.value < 1 and isinstance(value.value, float):
            meant = f"{value.value * 100:.10g}"
            fix = Fix(f"Write `{meant}`", (Edit(value.span, meant),), safe=False)
            yield subject.finding(
                value.span,
                f"The percentile {subject.source(value)} is next to the minimum.",
                help=f"Write `{meant}`.",
                fix=fix,
            )


def _percentages(call: Call) -> Iterator[Argument]:
    """The arguments that are percentages."""
    function = find(call.function.name)
    if function is None or not any(_is_percentage(parameter) for parameter in function.signature.parameters):
        return
    matched = match(function.signature, call.arguments, function.name, call)
    for parameter in filter(_is_percentage, function.signature.parameters):
        yield from matched.given.get(parameter.name, ())


def _is_percentage(parameter: Parameter) -> bool:
    return (parameter.kind.minimum, parameter.kind.maximum) == (0, 100)
