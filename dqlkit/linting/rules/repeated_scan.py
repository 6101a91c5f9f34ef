"""C015."""

from __future__ import annotations

from dqlkit.languages.dql.canonical import canonical
from dqlkit.languages.dql.tree import Pipeline, Subquery
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.scans import scans
from dqlkit.linting.stages import stage, stages
from dqlkit.linting.subject import Subject
from dqlkit.plan.ops.append import Append


@rule("C015", "repeated-scan", severity="warning", weight=2, words=("append",))
def repeated_scan(subject: Subject) -> Findings:
    """The same records read twice.

    What: A query and what it appends aggregate one data object over the same range.
    Why: Both reads are paid. Conditions inside of aggregations (`countIf()`) often need one only.
    Bad: `fetch logs, from:-1h | filter status == "ERROR" | summarize n = count() | append [ fetch logs, from:-1h
    | filter status == "WARN" | summarize n = count() ]`
    Good: `fetch logs, from:-1h | summarize errors = countIf(status == "ERROR"), warnings = countIf(status == "WARN")`
    """
    appending = (command for command in subject.commands() if isinstance(stage(subject, command), Append))
    blocks = {id(a.value.pipeline) for c in appending for a in c.arguments if isinstance(a.value, Subquery)}
    parts = (scan for scan in scans(subject) if scan.pipeline is subject.parsed.tree or id(scan.pipeline) in blocks)
    parts = (scan for scan in parts if _aggregates(subject, scan.pipeline))
    seen: set[str] = set()
    for scan in parts if blocks else ():
        text = canonical(scan.fetch)
        if text in seen:
            yield subject.finding(
                scan.fetch.span,
                f"`{text}` is read more than once.",
                help="Aggregate it once, with `countIf()` and the like.",
            )
        seen.add(text)


def _aggregates(subject: Subject, pipeline: Pipeline) -> bool:
    """Whether all records are aggregated, and not the first of them chosen."""
    operators = [operator for command in pipeline.commands for operator in stages(subject, command)]
    return any(one.groups for one in operators) and not any(one.chooses for one in operators)
