"""Resolves the names of one query: fields of its event type, nested fields, aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dqlkit.diagnostics import Diagnostic, Fix, Span, error, warning
from dqlkit.frozen import field, mutable
from dqlkit.languages.adql.calls import members
from dqlkit.languages.adql.schema import EventSchema, FieldType
from dqlkit.languages.adql.tree import Path
from dqlkit.languages.syntax.references import Word
from dqlkit.languages.syntax.tree import Name
from dqlkit.plan.expressions import Column, Expression, Item, Loop, rewrite, walk
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import BOOLEAN, DOUBLE, LONG, STRING, TIMESTAMP, Type

__all__ = ["Scope"]

#: The names of types in a schema of events.
_NAMES: Mapping[Type, FieldType] = {
    LONG: "integer",
    DOUBLE: "float",
    STRING: "string",
    BOOLEAN: "boolean",
    TIMESTAMP: "date",
}


@mutable(slots=False)
class Scope:
    """The names of a query, and what has been found wrong so far.

    A field with dots is nested: it may hold several values. `paths` are the nested fields met, in order; `words` name
    fields and functions. `fields` are the types of all names, for the inference that every language uses.
    """

    schema: EventSchema
    diagnostics: list[Diagnostic] = field(default_factory=list)
    aliases: dict[str, Expression] = field(default_factory=dict)
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    fields: Schema = field(init=False)

    def __post_init__(self) -> None:
        self.fields = self.schema.typed

    def error(self, code: str, span: Span, message: str, help: str = "", fix: Fix | None = None) -> None:
        self.diagnostics.append(error(code, span, message, help=help, fix=fix))

    def warn(self, code: str, span: Span, message: str, help: str = "", fix: Fix | None = None) -> None:
        self.diagnostics.append(warning(code, span, message, help=help, fix=fix))

    def nested_key(self, span: Span) -> None:
        """Say that the service does not order by fields with several values."""
        help = "A field with dots may hold several values."
        self.warn("A021", span, "expected a field with one value, found a nested one", help)

    # ---- names --------------------------------------------------------------------------------------------------

    def column(self, node: Name | Path) -> Expression:
        """The field of that name, or what it is an alias of."""
        self.words.append((node, "field", node.name, "", False))
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

        sources = tuple(members(column) for column in columns)
        return Loop(sources, rewrite(expression, item), span=expression.span)

    # ---- types --------------------------------------------------------------------------------------------------

    def type(self, expression: Expression) -> FieldType | None:
        """The type of an expression; None where only the data tells, or where ADQL lacks the type."""
        return _NAMES.get(infer(expression, self.fields))

    def is_date(self, expression: Expression) -> bool:
        return self.type(expression) == "date"
