"""C015."""

from __future__ import annotations

from dqlkit.languages.dql.canonical import canonical
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.scans import scans
from dqlkit.lint.subject import Subject


@rule("C015", "repeated-scan", severity="warning", weight=2)
def repeated_scan(subject: Subject) -> Findings:
    """The same records read twice.

    What: Two parts of a query fetch one data object over the same range, and go on differently.
    Why: Both reads are paid. Conditions inside of aggregations (`countIf()`) often need one only.
    Bad: `fetch logs, from:-1h | filter status == "ERROR" | summarize n = count() | append [ fetch logs, from:-1h
    | filter status == "WARN" | summarize n = count() ]`
    Good: `fetch logs, from:-1h | summarize errors = countIf(status == "ERROR"), warnings = countIf(status == "WARN")`
    """
    found = list(scans(subject))
    seen: set[str] = set()
    for scan in found if len(found) > 1 else ():
        text = canonical(scan.fetch)
        if text in seen:
            yield subject.finding(scan.fetch.span, f"`{text}` is read more than once.", help="Read it once, with `countIf()` and the like.")
        seen.add(text)
