"""C001."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import argument, is_open, scans
from dqlkit.linting.subject import Subject


@rule("C001", "missing-timeframe", severity="warning", weight=5, contexts=("file", "workflow-task"), words=("fetch",))
def missing_timeframe(subject: Subject) -> Findings:
    """A billed data object without a time range.

    What: `fetch` without `from:` or `timeframe:` where nothing around the query sets the range.
    Why: What is read, and paid, is then up to a default that the query does not show.
    Bad: `fetch logs | filter status == "ERROR" | summarize n = count()`
    Good: `fetch logs, from:-1h | filter status == "ERROR" | summarize n = count()`
    """
    for scan in scans(subject):
        if not is_open(scan.fetch) and not any(argument(scan.fetch, name) for name in ("from", "to", "timeframe")):
            end = scan.fetch.arguments[0].end
            fix = Fix("Read the last hour", (Edit(Span(end, end), ", from:-1h"),), safe=False)
            yield subject.finding(
                scan.fetch.span, "The query sets no time range.", help="Add `from:`, as `from:-1h`.", fix=fix
            )
