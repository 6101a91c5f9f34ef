"""E004."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.frozen import replace
from dqlkit.languages.syntax.tree import Binary
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("E004", "foreign-operator", severity="error", languages=("dql", "adql"), words=("<>",))
def foreign_operator(subject: Subject) -> Findings:
    """An operator of another language.

    What: `&&`, `||`, `!==`, `like`, `between`, `is null`, a list after `in`: DQL has words and functions for them.
    `<>` is read by some of the vendor's tools and documented nowhere: a warning.
    Why: The query does not run.
    Bad: `fetch logs, from:-1h | filter status in ["ERROR", "WARN"] | summarize n = count()`
    Good: `fetch logs, from:-1h | filter in(status, "ERROR", "WARN") | summarize n = count()`
    """
    yield from subject.reported()
    for node in subject.every(Binary):
        if node.operator == "<>":
            span = Span(node.operator_start, node.operator_start + 2)
            fix = Fix("Write `!=`", (Edit(span, "!="),))
            found = subject.finding(span, "`<>` is no documented operator.", help="Write `!=`.", fix=fix)
            yield replace(found, severity="warning")
