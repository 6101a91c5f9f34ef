"""S005."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span
from dqlkit.languages.syntax.tree import Binary, Number, Unary
from dqlkit.linting.conditions import bare, compares
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_LOGICAL = ("and", "or", "xor", "in")
#: `- -5` may be a comment of SQL as well.
_ARITHMETIC = ("+", "*", "/", "%")


@rule("S005", "needless-negation", severity="info")
def needless_negation(subject: Subject) -> Findings:
    """A negation of a negation, or a sign right behind an operator.

    What: `not (not x)` is `x`, `---5` is `-5`, and `5*-1` is `5*(-1)`.
    Why: It is easily misread.
    Bad: `fetch logs, from:-1h | filter a == 1 and not (not b == 2) | summarize n = count()`
    Good: `fetch logs, from:-1h | filter a == 1 and b == 2 | summarize n = count()`
    """
    yield from _signs(subject)
    yield from _behind_operators(subject)
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


def _signs(subject: Subject) -> Iterator[Diagnostic]:
    """Several signs in a row, outermost first."""
    seen: set[int] = set()
    for node in subject.every(Unary):
        if node.operator not in ("-", "+") or id(node) in seen:
            continue
        signs, operand = [node.operator], node.operand
        while isinstance(operand, Unary) and operand.operator in ("-", "+"):
            seen.add(id(operand))
            signs.append(operand.operator)
            operand = operand.operand
        if len(signs) > 1:
            kept = "-" * (signs.count("-") % 2)
            fix = Fix("Keep one at most", (Edit(Span(node.start, operand.start), kept),), isinstance(operand, Number))
            yield subject.finding(Span(node.start, operand.start), "The signs cancel each other out.", fix=fix)


def _behind_operators(subject: Subject) -> Iterator[Diagnostic]:
    for node in subject.operations(*_ARITHMETIC):
        right = node.right
        if not isinstance(right, Unary) or right.operator != "-":
            continue
        if not isinstance(right.operand, Unary):
            edits = (Edit(Span(right.start, right.start), "("), Edit(Span(right.end, right.end), ")"))
            message = f"A sign stands right behind `{node.operator}`."
            yield subject.finding(right.span, message, help="Put brackets around it.", fix=Fix("Add brackets", edits))
