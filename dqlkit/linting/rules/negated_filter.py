"""S004."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.tree import Call, Expression, Parentheses, Unary
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

#: Functions that are never null.
_CERTAIN = frozenset({"isnull", "isnotnull", "istrueornull", "isfalseornull", "exists"})


@rule("S004", "negated-filter", severity="info")
def negated_filter(subject: Subject) -> Findings:
    """`filter not` where `filterOut` says it.

    What: `filterOut` leaves out what its condition is true for.
    Why: It reads better, and keeps records for which the condition is null, which `filter not` drops.
    Bad: `fetch logs, from:-1h | filter not status == "INFO" | summarize n = count()`
    Good: `fetch logs, from:-1h | filterOut status == "INFO" | summarize n = count()`
    """
    for command in subject.commands("filter"):
        if len(command.arguments) != 1 or command.bad is not None:
            continue
        argument = command.arguments[0]
        value = argument.value
        if argument.name is None and isinstance(value, Unary) and value.operator == "not":
            inner = value.operand
            edits = (Edit(command.name.span, "filterOut"), Edit(Span(value.start, inner.start), ""))
            fix = Fix("Write `filterOut`", edits, safe=_certain(inner))
            yield subject.finding(value.span, "`filter not` is `filterOut`, but for null.", fix=fix)


def _certain(node: Expression) -> bool:
    while isinstance(node, Parentheses):
        node = node.inner
    return isinstance(node, Call) and node.function.name.lower() in _CERTAIN
