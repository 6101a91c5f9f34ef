"""B017."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import String
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("B017", "bad-pattern", severity="error", languages=("dql", "adql"), passes_on=True)
def bad_pattern(subject: Subject) -> Findings:
    """A pattern that is no DPL.

    What: The pattern of `parse`, `matchesPattern()` and the like cannot be read, or names two exports alike. Of several
    faults of one pattern the first is told.
    Why: The query does not run, or a value is lost.
    Bad: `fetch logs, from:-1h | parse content, "INT:a SPACE INTT:b" | fields a, b`
    Good: `fetch logs, from:-1h | parse content, "INT:a SPACE INT:b" | fields a, b`
    """
    told: set[int] = set()
    for diagnostic in sorted(subject.reported(), key=lambda diagnostic: diagnostic.span):
        patterns = (node for node in subject.every(String) if node.start <= diagnostic.span.start <= node.end)
        pattern = next(patterns, None)
        if pattern is None or pattern.start not in told:
            yield diagnostic
        told |= {pattern.start} if pattern is not None else set()
