"""A016."""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.syntax.tree import Binary, Call, Expression, Number
from dqlkit.linting.conditions import bare
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_COUNTS = frozenset({"count", "distinctcount"})


@rule("A016", "integer-division", severity="warning", languages=("adql",))
def adql_integer_division(subject: Subject) -> Findings:
    """A division of whole numbers, which leaves no fraction.

    What: Both sides of `/` are counts or whole numbers.
    Why: The result is cut to a whole number, a share is 0; division by zero gives null.
    Bad: `SELECT count(errors) / count(*) FROM transactions`
    Good: `SELECT count(errors) * 1.0 / count(*) FROM transactions`
    """
    for node in subject.every(Binary):
        if node.operator == "/" and _is_whole(node.left) and _is_whole(node.right):
            fix = Fix("Multiply by 1.0 first", (Edit(Span(node.left.end, node.left.end), " * 1.0"),), safe=False)
            yield subject.finding(
                node.span, "Whole numbers divide without a fraction.", help="Multiply by 1.0 first.", fix=fix
            )


def _is_whole(node: Expression) -> bool:
    node = bare(node)
    if isinstance(node, Binary) and node.operator in "+-*/%":
        return _is_whole(node.left) and _is_whole(node.right)
    if isinstance(node, Call):
        return node.function.name.lower() in _COUNTS
    return isinstance(node, Number) and isinstance(node.value, int)
