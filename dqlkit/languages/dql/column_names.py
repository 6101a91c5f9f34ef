"""The names of columns without an alias."""

from __future__ import annotations

from dqlkit import functions
from dqlkit.languages.dql.matching import match
from dqlkit.languages.syntax.tree import Call, Expression, Name, String

__all__ = ["column_name"]


def column_name(expression: Expression) -> str:
    """The column name of an expression without an alias.

    A field has its own name, a call the one that its function declares, all else its canonical text.
    """
    if isinstance(expression, Name):
        return expression.name
    if isinstance(expression, Call) and (declared := _declared_name(expression)):
        return declared
    from dqlkit.languages.dql.canonical import column_text  # most queries name what they compute

    return column_text(expression)


def _declared_name(call: Call) -> str:
    function = functions.find(call.function.name)
    if function is None or function.column_hook is None:
        return ""
    matched = match(function.signature, call.arguments, function.name, call)
    if matched.diagnostics:
        return ""
    given = {p.python: matched.given[p.name][0].value for p in function.signature.parameters if p.name in matched.given}
    texts = {name: node.value if isinstance(node, String) else column_name(node) for name, node in given.items()}
    return function.column_hook(**texts)
