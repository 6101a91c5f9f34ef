"""E014."""

from __future__ import annotations

from dqlkit.languages.syntax.tree import Binary, Boolean, Call, Duration, Expression, Number, Parentheses, String, Unary
from dqlkit.lint.rule import Findings, rule
from dqlkit.lint.subject import Subject

_NUMBERS = frozenset({"long", "double"})

#: The types that go together, by operator: what is not here is null for every record.
_PAIRS: dict[str, frozenset[tuple[str, str]]] = {
    "+": frozenset({("timestamp", "duration"), ("duration", "timestamp"), ("duration", "duration")}),
    "-": frozenset({("timestamp", "timestamp"), ("timestamp", "duration"), ("duration", "duration")}),
    "*": frozenset({("duration", "number"), ("number", "duration")}),
    "/": frozenset({("duration", "number"), ("duration", "duration")}),
    "%": frozenset({("duration", "duration")}),
}
_ORDERED = frozenset({"number", "string", "timestamp", "duration"})


@rule("E014", "operator-type", severity="error")
def operator_type(subject: Subject) -> Findings:
    """Operands that do not go together.

    What: An operator between values whose types are known from the text and never give a result.
    Why: The query is refused, or the result is null for every record.
    Bad: `fetch logs, from:-1h | fieldsAdd total = 22 * "3" | fields timestamp, total`
    Good: `fetch logs, from:-1h | fieldsAdd total = 22 * 3 | fields timestamp, total`
    """
    for node in subject.nodes:
        if not isinstance(node, Binary):
            continue
        left, right = _type(node.left), _type(node.right)
        if left and right and not _fit(node.operator, left, right):
            yield subject.finding(
                node.span, f"`{node.operator}` does not go with a {left} and a {right}.", help="Convert one of them."
            )


def _fit(operator: str, left: str, right: str) -> bool:
    if operator in _PAIRS:
        return left == right == "number" or (left, right) in _PAIRS[operator]
    if operator in ("<", "<=", ">", ">="):
        return left == right and left in _ORDERED
    return True


def _type(node: Expression) -> str:
    """The type of a node, empty where the text alone does not tell."""
    match node:
        case Parentheses():
            return _type(node.inner)
        case Unary(operator="-" | "+"):
            return _type(node.operand)
        case Number():
            return "number"
        case String():
            return "string"
        case Boolean():
            return "boolean"
        case Duration():
            return "duration"
        case Call() if node.function.name.lower() == "now" and not node.arguments:
            return "timestamp"
        case Binary(operator="==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or" | "xor"):
            return "boolean"
        case _:
            return ""
