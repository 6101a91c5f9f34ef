"""C002."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import Name
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import argument, is_open, scans
from dqlkit.linting.subject import Subject


@rule("C002", "missing-bucket", severity="warning", weight=3, default=False, words=("fetch",))
def missing_bucket(subject: Subject) -> Findings:
    """A billed data object read from all buckets.

    What: `fetch` without `bucket:`, and no filter of `dt.system.bucket`. Off unless it is selected.
    Why: Every bucket that the reader may see is scanned.
    Bad: `fetch logs, from:-1h | filter status == "ERROR" | summarize n = count()`
    Good: `fetch logs, from:-1h, bucket:{"payments"} | filter status == "ERROR" | summarize n = count()`
    """
    for scan in scans(subject):
        named = argument(scan.fetch, "bucket") or any(name.name == "dt.system.bucket" for name in subject.every(Name))
        if not named and not is_open(scan.fetch):
            yield subject.finding(
                scan.fetch.span, "All buckets are read.", help='Name those that are needed: `bucket:{"…"}`.'
            )
