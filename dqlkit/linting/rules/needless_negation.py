"""S005."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.tree import Binary, Expression, Parentheses, Unary
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})


@rule("S005", "needless-negation", severity="info")
def needless_negation(subject: Subject) -> Findings:
    """A negation of a negation.

    What: `not (not x)` is `x`.
    Why: It is easily misread.
    Bad: `fetch logs, from:-1h | filter a == 1 and not (not b == 2) | summarize n = count()`
    Good: `fetch logs, from:-1h | filter a == 1 and b == 2 | summarize n = count()`
    """
    for node in subject.every(Unary):
        if node.operator != "not":
            continue
        inner = _bare(node.operand)
        if isinstance(inner, Unary) and inner.operator == "not":
            kept = inner.operand
            text = subject.source(kept)
            if isinstance(kept, Binary) and kept.operator not in _COMPARISONS:
                text = f"({text})"
            safe = isinstance(_bare(kept), Binary)  # of anything but a boolean `not` makes null
            fix = Fix("Remove both", (Edit(Span(node.start, node.end), text),), safe=safe)
            yield subject.finding(node.span, "The negations cancel each other out.", fix=fix)


def _bare(node: Expression) -> Expression:
    while isinstance(node, Parentheses):
        node = node.inner
    return node
