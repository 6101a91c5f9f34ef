"""What the names of one query mean: fields of its event type, nested ones, aliases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dqlkit.diagnostics import Diagnostic, Fix, Span, error, warning
from dqlkit.languages.adql.calls import call, is_call, operands
from dqlkit.languages.adql.schema import EventSchema, FieldType
from dqlkit.languages.adql.tree import Path
from dqlkit.languages.syntax.tree import Name
from dqlkit.plan.expressions import Column, Expression, Item, Literal, Loop, rewrite, walk
from dqlkit.types.values import Timestamp

__all__ = ["Scope"]

_LITERAL_TYPES: dict[type, FieldType] = {
    bool: "boolean",
    int: "integer",
    float: "float",
    str: "string",
    Timestamp: "date",
}
_RESULT_TYPES: dict[str, FieldType] = {
    "count": "integer",
    "countIf": "integer",
    "countDistinctExact": "integer",
    "stringLength": "integer",
    "indexOf": "integer",
    "toLong": "integer",
    "avg": "float",
    "stddev": "float",
    "toDouble": "float",
    "toString": "string",
    "concat": "string",
    "substring": "string",
    "trim": "string",
    "now": "date",
    "timestampFromUnixMillis": "date",
    "unixMillisFromTimestamp": "integer",
}
_LIKE_THEIR_ARGUMENT = frozenset({"bin", "min", "max", "integerSum", "negate", "if", "coalesce"})


@dataclass
class Scope:
    """The names of a query, and what has been found wrong so far.

    A field with dots is nested: it may hold several values. `paths` are the nested fields met, in order.
    """

    schema: EventSchema
    diagnostics: list[Diagnostic] = field(default_factory=list)
    aliases: dict[str, Expression] = field(default_factory=dict)
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def error(self, code: str, span: Span, message: str, help: str = "", fix: Fix | None = None) -> None:
        self.diagnostics.append(error(code, span, message, help=help, fix=fix))

    def warn(self, code: str, span: Span, message: str, help: str = "", fix: Fix | None = None) -> None:
        self.diagnostics.append(warning(code, span, message, help=help, fix=fix))

    # ---- names --------------------------------------------------------------------------------------------------

    def column(self, node: Name | Path) -> Expression:
        """The field of that name, or what it is an alias of."""
        if isinstance(node, Path):
            if self.schema.type(node.name) in (None, "object"):
                self.paths.setdefault(node.name, tuple(part.name for part in node.parts))
        elif node.name in self.aliases:
            return self.aliases[node.name]
        return Column(node.name, span=node.span)

    def is_analysed(self, expression: Expression) -> bool:
        return isinstance(expression, Column) and expression.name in self.schema.analysed

    # ---- several values -----------------------------------------------------------------------------------------

    def nested(self, expression: Expression) -> Iterator[Column]:
        """The nested fields in an expression."""
        for node in walk(expression):
            if isinstance(node, Column) and node.name in self.paths:
                yield node

    def is_nested(self, expression: Expression) -> bool:
        return next(self.nested(expression), None) is not None

    def each(self, expression: Expression) -> Expression:
        """An expression over nested fields as an array: its value for each of theirs. A field alone stays itself."""
        columns = list(dict.fromkeys(self.nested(expression)))
        if not columns or isinstance(expression, Column):
            return expression

        def item(node: Expression) -> Expression | None:
            return Item(columns.index(node)) if isinstance(node, Column) and node in columns else None

        sources = tuple(call("toArray", column) for column in columns)
        return Loop(sources, rewrite(expression, item), span=expression.span)

    # ---- types --------------------------------------------------------------------------------------------------

    def type(self, expression: Expression) -> FieldType | None:
        """The type of an expression, None where it is not known before the data is."""
        if isinstance(expression, Column):
            return self.schema.type(expression.name)
        if isinstance(expression, Literal):
            return _LITERAL_TYPES.get(type(expression.value))
        if not is_call(expression, *_RESULT_TYPES, *_LIKE_THEIR_ARGUMENT):
            return self._arithmetic_type(expression)
        name = expression.function.name
        if name in _RESULT_TYPES:
            return _RESULT_TYPES[name]
        return self.type(operands(expression)[1 if name == "if" else 0])

    def _arithmetic_type(self, expression: Expression) -> FieldType | None:
        if not is_call(expression, "add", "subtract", "multiply", "divide", "modulo"):
            return None
        kinds = set(map(self.type, operands(expression)))
        if "float" in kinds:
            return "float"
        return "integer" if kinds <= {"integer", "date"} else None

    def is_date(self, expression: Expression) -> bool:
        return self.type(expression) == "date"
