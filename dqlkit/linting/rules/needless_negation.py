"""S005."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.tree import Binary, Unary
from dqlkit.linting.conditions import bare, compares
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_LOGICAL = ("and", "or", "xor", "in")


@rule("S005", "needless-negation", severity="info", words=("not",))
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
        inner = bare(node.operand)
        if isinstance(inner, Unary) and inner.operator == "not":
            kept = bare(inner.operand)
            text = subject.source(kept)
            if isinstance(kept, Binary) and not compares(kept.operator):
                text = f"({text})"
            # of anything but a boolean `not` makes null
            safe = isinstance(kept, Binary) and (kept.operator in _LOGICAL or compares(kept.operator) is not None)
            fix = Fix("Remove both", (Edit(Span(node.start, node.end), text),), safe=safe)
            yield subject.finding(node.span, "The negations cancel each other out.", fix=fix)
