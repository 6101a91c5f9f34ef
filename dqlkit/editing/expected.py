"""What types of value a place in a DQL query takes: by the operator, the function or the parameter around it."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit import functions
from dqlkit.editing.functions import results
from dqlkit.functions import Function
from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.command import Command
from dqlkit.languages.dql.expressions import CALENDAR
from dqlkit.languages.dql.matching import match
from dqlkit.languages.dql.tree import Command as CommandNode
from dqlkit.languages.syntax.tree import (
    Argument,
    Binary,
    Boolean,
    Call,
    Duration,
    Expression,
    Node,
    Number,
    Parentheses,
    String,
    Unary,
)

__all__ = ["Owner", "expected", "owner_of"]


class Owner:
    """The command or call whose parameter a place is the value of, or in the value of.

    `parameter` is that parameter, None where none fits; `argument` is what is written for it, `given` are the names of all
    parameters that are written.
    """

    def __init__(self, node: CommandNode | Call, declared: Command | Function[..., object] | None, offset: int) -> None:
        self.node, self.declared = node, declared
        self.parameter: Parameter | None = None
        self.argument: Argument | None = None
        self.given: frozenset[str] = frozenset()
        if declared is None:
            return
        matched = match(declared.signature, node.arguments, declared.name, node)
        around = {
            name: argument
            for name, arguments in matched.given.items()
            for argument in arguments
            if argument.start <= offset < argument.end or argument.value.start <= offset < argument.value.end
        }
        self.given = frozenset(name for name in matched.given if name not in around)
        for name, argument in around.items():
            found = declared.signature.find(name)
            nameless = any(own.start <= offset < own.end and own.name is None for own in node.arguments)
            if not (
                found and found.named and nameless and matched.given[name] == [argument]
            ):  # else it is only a guess
                self.parameter, self.argument = found, argument


def owner_of(path: Sequence[Node]) -> Owner | None:
    """The innermost command or call in whose arguments the end of a path stands."""
    offset = path[-1].start
    for above, node in reversed(list(zip(path[1:], path, strict=False))):
        if isinstance(node, Call) and above is not node.function:
            return Owner(
                node, functions.find(node.function.name, "scalar", "aggregation", "iterative", "series"), offset
            )
        if isinstance(node, CommandNode) and above is not node.name:
            return Owner(node, commands.find(node.name.name), offset)
    return None


def expected(path: Sequence[Node], owner: Owner) -> frozenset[str]:
    """The names of the types that fit at the end of a path; empty where any does."""
    inner = path[-1]
    for node in reversed(path[:-1]):
        if isinstance(node, Parentheses):
            inner = node
        elif isinstance(node, Binary):
            return _operand(node, inner)
        elif isinstance(node, Unary):
            function = functions.operator_of(node.operator, 1)
            return function.accepts(0) if function else frozenset()
        else:
            break
    if owner.parameter is None:
        return frozenset()
    if isinstance(owner.declared, Function):
        return owner.declared.accepted(owner.parameter)
    return owner.parameter.kind.types


def _operand(node: Binary, inner: Node) -> frozenset[str]:
    """What an operator takes on one side, given what stands on the other."""
    function = functions.operator_of(node.operator, 2)
    if function is None:
        return frozenset()
    position = int(inner is node.right)
    other = _literal(node.left if position else node.right)
    fitting = {
        wanted[position]
        for wanted, _ in function.overloads
        if len(wanted) == 2 and (not other or wanted[1 - position] == other)
    }
    return frozenset(fitting) or function.accepts(position)


def _literal(node: Expression) -> str:
    """The type of a literal, or of a call that always yields one; "" for anything else."""
    match node:
        case Call():
            function = functions.find(node.function.name, "scalar")
            yielded = results(function) if function else frozenset()
            return next(iter(yielded)) if len(yielded) == 1 else ""
        case Number():
            return "long" if isinstance(node.value, int) else "double"
        case String():
            return "string"
        case Boolean():
            return "boolean"
        case Duration():
            return "" if node.unit in CALENDAR else "duration"
        case Unary():
            return _literal(node.operand) if node.operator == "-" else ""
    return ""
