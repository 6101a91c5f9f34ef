"""B016."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix
from dqlkit.languages.syntax.tree import Duration
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

#: So many months are years, which have a unit of their own.
_MOST_MONTHS = 13


@rule("B016", "minute-month", severity="warning")
def minute_month(subject: Subject) -> Findings:
    """Months where minutes are meant.

    What: `M` counts months, `m` minutes.
    Why: 30 months instead of 30 minutes read everything that was ever kept.
    Bad: `timeseries cpu = avg(dt.host.cpu.usage), from:now()-30M`
    Good: `timeseries cpu = avg(dt.host.cpu.usage), from:now()-30m`
    """
    for node in subject.every(Duration):
        if node.unit == "M" and node.amount >= _MOST_MONTHS and node.amount % 12:
            meant = f"{node.amount}m"
            fix = Fix(f"Write `{meant}`", (Edit(node.span, meant),), safe=False)
            yield subject.finding(
                node.span, f"{node.amount} months are asked for.", help=f"Minutes are `{meant}`.", fix=fix
            )
