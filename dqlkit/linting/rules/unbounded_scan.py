"""C003."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import Number, Unary
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import argument, length, scans
from dqlkit.linting.subject import Subject
from dqlkit.types.units import DAY


@rule("C003", "unbounded-scan", severity="warning", weight=4, options={"max-days": 7}, words=("fetch",))
def unbounded_scan(subject: Subject) -> Findings:
    """A read without bounds, or over a long time.

    What: `scanLimitGBytes:-1`, or a range of more than 7 days (option `max-days`).
    Why: Everything in the range is read and paid each time the query runs.
    Bad: `fetch logs, from:-90d | filter status == "ERROR" | summarize n = count()`
    Good: `fetch logs, from:-1d | filter status == "ERROR" | summarize n = count()`
    """
    days = subject.option("max-days")
    for scan in scans(subject):
        limit = argument(scan.fetch, "scanLimitGBytes")
        value = limit.value if limit is not None else None
        if limit is not None and isinstance(value, Unary) and isinstance(value.operand, Number):
            yield subject.finding(limit.span, "The scan has no limit.", help="Set `scanLimitGBytes` to what is needed.")
        nanos = length(scan.fetch)
        start = argument(scan.fetch, "from")
        if nanos is not None and start is not None and nanos > days * DAY:
            yield subject.finding(
                start.span,
                f"The range of {nanos // DAY} days is longer than {days}.",
                help="Read less, or sample the records.",
            )
