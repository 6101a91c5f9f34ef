"""S004."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.functions import find
from dqlkit.languages.dql.command import Command as Declared
from dqlkit.languages.dql.commands.filter import filter as keep
from dqlkit.languages.dql.commands.filter_out import filter_out
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.syntax.tree import Call, Expression, Unary
from dqlkit.linting.conditions import bare, filter_of, filters
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.stages import stage
from dqlkit.linting.subject import Subject
from dqlkit.plan.ops.filter import Filter


@rule("S004", "negated-filter", severity="info")
def negated_filter(subject: Subject) -> Findings:
    """`filter not` where `filterOut` says it, and `filterOut not` where `filter` does.

    What: `filterOut` leaves out what its condition is true for.
    Why: It reads better, and keeps records for which the condition is null, which `filter not` drops.
    Bad: `fetch logs, from:-1h | filter not status == "INFO" | summarize n = count()`
    Good: `fetch logs, from:-1h | filterOut status == "INFO" | summarize n = count()`
    """
    for command in filters(subject) if subject.every(Unary) else ():
        value = filter_of(subject, command, or_out=True)
        if isinstance(value, Unary) and value.operator == "not":
            written, opposite = (declared.name for declared in _pair(subject, command))
            inner = bare(value.operand)
            edits = [Edit(command.name.span, opposite), Edit(Span(value.start, inner.start), "")]
            edits += [Edit(Span(inner.end, value.end), "")] if inner.end < value.end else []
            fix = Fix(f"Write `{opposite}`", tuple(edits), safe=_certain(inner))
            yield subject.finding(value.span, f"`{written} not` is `{opposite}`, but for null.", fix=fix)


def _pair(subject: Subject, command: Command) -> tuple[Declared, Declared]:
    """The command that is written, and its opposite."""
    made = stage(subject, command)
    assert isinstance(made, Filter)
    return (filter_out, keep) if made.negated else (keep, filter_out)


def _certain(node: Expression) -> bool:
    """Whether a condition is never null, so that what is not true is false."""
    node = bare(node)
    function = find(node.function.name) if isinstance(node, Call) else None
    return function is not None and function.never_null
