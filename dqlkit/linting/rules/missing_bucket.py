"""C002."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import Name
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import argument, is_open, scans
from dqlkit.linting.subject import Subject

_BUCKET = "dt.system.bucket"


@rule("C002", "missing-bucket", severity="warning", weight=3, default=False, words=("fetch",))
def missing_bucket(subject: Subject) -> Findings:
    """A billed data object read from all buckets.

    What: `fetch` without `bucket:`, and no filter of `dt.system.bucket`. Off unless it is selected.
    Why: Every bucket that the reader may see is scanned.
    Bad: `fetch logs, from:-1h | filter status == "ERROR" | summarize n = count()`
    Good: `fetch logs, from:-1h, bucket:{"payments"} | filter status == "ERROR" | summarize n = count()`
    """
    if _BUCKET in subject.text and any(name.name == _BUCKET for name in subject.every(Name)):
        return
    for scan in scans(subject):
        if not argument(scan.fetch, "bucket") and not is_open(scan.fetch):
            yield subject.finding(
                scan.fetch.span, "All buckets are read.", help='Name those that are needed: `bucket:{"…"}`.'
            )
