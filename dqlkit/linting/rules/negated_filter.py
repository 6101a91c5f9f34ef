"""S004."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.functions import find
from dqlkit.languages.dql.commands.filter_out import filter_out
from dqlkit.languages.syntax.tree import Call, Expression, Unary
from dqlkit.linting.conditions import bare, filter_of
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject


@rule("S004", "negated-filter", severity="info")
def negated_filter(subject: Subject) -> Findings:
    """`filter not` where `filterOut` says it.

    What: `filterOut` leaves out what its condition is true for.
    Why: It reads better, and keeps records for which the condition is null, which `filter not` drops.
    Bad: `fetch logs, from:-1h | filter not status == "INFO" | summarize n = count()`
    Good: `fetch logs, from:-1h | filterOut status == "INFO" | summarize n = count()`
    """
    for command in subject.commands():
        value = filter_of(subject, command)
        if isinstance(value, Unary) and value.operator == "not":
            inner = value.operand
            edits = (Edit(command.name.span, filter_out.name), Edit(Span(value.start, inner.start), ""))
            fix = Fix("Write `filterOut`", edits, safe=_certain(inner))
            yield subject.finding(value.span, "`filter not` is `filterOut`, but for null.", fix=fix)


def _certain(node: Expression) -> bool:
    """Whether a condition is never null, so that what is not true is false."""
    node = bare(node)
    function = find(node.function.name) if isinstance(node, Call) else None
    return function is not None and function.never_null
