"""B015."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.syntax.tree import Number
from dqlkit.linting.conditions import bare
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("B015", "percentile-range", severity="warning")
def percentile_range(subject: Subject) -> Findings:
    """A percentile given as a fraction.

    What: Percentiles go from 0 to 100; one below 1 is next to the minimum.
    Why: The query runs and gives a number that is far too small.
    Bad: `fetch spans, from:-1h | summarize p95 = percentile(duration, 0.95)`
    Good: `fetch spans, from:-1h | summarize p95 = percentile(duration, 95)`
    """
    for call in subject.calls("percentile", "percentiles", "arrayPercentile"):
        for argument in call.arguments[1:]:
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
