"""What the service remarks of a query beside its answer, with its own types and words: how it could be written better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dqlkit.diagnostics import Span
from dqlkit.functions.operators import equals
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.objects import CLASSIC_ENTITY
from dqlkit.languages.dql.tree import Command
from dqlkit.languages.statement import Statement
from dqlkit.languages.syntax.tree import Argument, Group, Node
from dqlkit.languages.syntax.tree import walk as nodes
from dqlkit.plan.expressions import Call, Column, walk
from dqlkit.plan.operators import Operator, expressions
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.walk import operators
from dqlkit.wire.positions import position

__all__ = ["remarks"]

_GROUP = "The parameters should be grouped with curly braces: {}."
_CLASSIC = "The data object %1$s is deprecated. Use the command `smartscapeNodes` instead."
_EQUAL = "The expression `%1$s` is always true because the two arguments of %2$s are equal."


def remarks(statement: Statement, plan: Operator) -> Iterator[Mapping[str, Any]]:
    """The notifications about the text of a query in DQL."""
    if statement.language != "dql":
        return
    text = statement.text
    for found in statement.diagnostics:
        if found.code == "B002":
            yield _remark("PARAMETERS_SHOULD_BE_GROUPED", _GROUP, {}, text, found.span)
    for argument in _ungrouped(statement.parsed.tree):
        yield _remark("PARAMETERS_SHOULD_BE_GROUPED", _GROUP, {}, text, argument.span)
    for operator in operators(plan):
        if isinstance(operator, Fetch) and operator.table.startswith(CLASSIC_ENTITY) and operator.span is not None:
            at = text.find(operator.table, operator.span.start)
            span = Span(at, at + len(operator.table)) if at >= 0 else operator.span
            named = {f"`{operator.table}`": "DATA_OBJECT"}
            yield _remark("DEPRECATED_ENTITY_DATAOBJECT", _CLASSIC, named, text, span)
        for call in _equal_to_itself(operator):
            said = {text[call.span.start : call.span.end]: "INPUT_QUERY_PART", "==": "OPERATOR"} if call.span else {}
            yield _remark("EXPRESSION_ALWAYS_TRUE_EQUALS", _EQUAL, said, text, call.span, "WARNING")


def _ungrouped(tree: Node) -> Iterator[Argument]:
    """Values without braces of parameters that take several and have no name, as in `traverse runs_on, HOST`."""
    for node in (one for one in nodes(tree) if isinstance(one, Command)):
        declared = commands.find(node.name.name)
        places = declared.signature.positional if declared is not None else ()
        nameless = (argument for argument in node.arguments if argument.name is None)
        for argument, parameter in zip(nameless, places, strict=False):
            if parameter.kind.many and not isinstance(argument.value, Group):
                yield argument


def _equal_to_itself(operator: Operator) -> Iterator[Call]:
    calls = (node for one in expressions(operator) for node in walk(one) if isinstance(node, Call))
    for call in calls:
        if call.function is equals and call.arguments[0] == call.arguments[1] and isinstance(call.arguments[0], Column):
            yield call


def _remark(
    type: str, format: str, arguments: Mapping[str, str], text: str, span: Span | None, severity: str = "INFO"
) -> Mapping[str, Any]:
    """A notification; `arguments` are what `%1$s` and so on stand for, each with its kind."""
    message = format
    for number, argument in enumerate(arguments, 1):
        message = message.replace(f"%{number}$s", argument)
    told = {
        "severity": severity,
        "notificationType": type,
        "message": message,
        "messageFormat": format,
        "arguments": list(arguments),
        "messageFormatSpecifierTypes": list(arguments.values()),
    }
    return told if span is None else told | {"syntaxPosition": position(text, span)}
