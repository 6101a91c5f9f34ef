"""Lifts expressions: values and metrics. Conditions are in `lift_conditions`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from dqlkit.diagnostics import Diagnostic, Span, error, warning
from dqlkit.frozen import field, frozen, mutable
from dqlkit.functions.signature import Parameter
from dqlkit.languages.adql import functions
from dqlkit.languages.adql.calls import ARITHMETIC, MILLIS, aggregate, is_aggregation, is_call, operands
from dqlkit.languages.adql.function import AdqlFunction, Written
from dqlkit.languages.adql.schema import EventSchema, FieldType
from dqlkit.languages.adql.scope import Scope
from dqlkit.languages.adql.tree import Path
from dqlkit.languages.adql.vocabulary import Unsaid, write
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument
from dqlkit.plan.expressions import Call, Column, Expression, Item, Literal, Loop, rewrite
from dqlkit.types.kinds import LONG
from dqlkit.types.values import Timestamp

__all__ = ["Bucketing", "Writer", "called", "name_node", "number_node", "string_node"]

_NOWHERE = Span(0, 0)
_SIGNS = {name: sign for sign, name in ARITHMETIC.items()}


def name_node(name: str) -> tree.Name:
    return tree.Name(-1, -1, name, True)


def string_node(value: str) -> tree.String:
    return tree.String(-1, -1, value, "'")


def number_node(value: float) -> tree.Expression:
    """A number; a negative one has a sign before it."""
    node = tree.Number(-1, -1, abs(value))
    return tree.Unary(-1, -1, "-", node) if value < 0 else node


def called(function: str, *values: tree.Expression) -> tree.Call:
    return tree.Call(-1, -1, name_node(function), [Argument(-1, -1, value) for value in values])


@frozen
class Bucketing:
    """Groups that a function makes of a value."""

    function: AdqlFunction
    value: Expression

    @property
    def least(self) -> Expression:
        """The least value in a group."""
        return aggregate("min", self.value)


@mutable(slots=False)
class Writer:
    """Writes the expressions of one query.

    `fields` are the names that stand for something computed before; `paths` the nested fields; `sources` the arrays of
    the loops around, innermost last; `condition` writes a condition.
    """

    schema: EventSchema
    diagnostics: list[Diagnostic] = field(default_factory=list)
    fields: Mapping[str, Expression] = field(default_factory=dict)
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: list[tuple[Expression, ...]] = field(default_factory=list)
    condition: Callable[[Expression], tree.Expression] = field(init=False)

    @contextmanager
    def over(self, fields: Mapping[str, Expression]) -> Iterator[None]:
        """Write with these names standing for something."""
        was, self.fields = self.fields, fields
        yield
        self.fields = was

    # ---- findings -----------------------------------------------------------------------------------------------

    def cannot(self, code: str, span: Span | None, message: str, help: str = "") -> tree.Expression:
        """Report what ADQL cannot express; the result is a stand-in."""
        found = error(code, span or _NOWHERE, message, help=help)
        if found not in self.diagnostics:
            self.diagnostics.append(found)
        return tree.Null(-1, -1)

    def differs(self, code: str, span: Span | None, message: str, help: str = "") -> None:
        """Report a small difference between the plan and its ADQL."""
        found = warning(code, span or _NOWHERE, message, help=help)
        if found not in self.diagnostics:
            self.diagnostics.append(found)

    # ---- types --------------------------------------------------------------------------------------------------

    def type(self, node: Expression) -> FieldType | None:
        """The type that ADQL gives the value; None where only the data tells."""
        return Scope(self.schema).type(rewrite(node, self._read))

    def _read(self, node: Expression) -> Expression | None:
        """What a name stands for, and what an element comes from."""
        if isinstance(node, Column):
            return self.fields.get(node.name)
        return self._source(node) if isinstance(node, Item) else None

    def is_date(self, node: Expression) -> bool:
        """Whether the value is a date in ADQL."""
        return self.type(node) == "date"

    # ---- values -------------------------------------------------------------------------------------------------

    def value(self, node: Expression) -> tree.Expression:
        """Any value."""
        match node:
            case Literal(value=Timestamp()):
                return called("toDate", self.literal(node))
            case Literal():
                return self.literal(node)
            case Column():
                return self.column(node)
            case Item():
                return self._element(node)
            case Loop():
                return self._loop(node)
            case Call():
                return self._call(node)
        raise AssertionError(node)

    def literal(self, node: Literal) -> tree.Expression:
        """A constant; a date is its milliseconds, which are one only beside a date."""
        match node.value:
            case bool():
                return tree.Boolean(-1, -1, node.value)
            case int() | float():
                return self._number(node)
            case str():
                return string_node(node.value)
            case Timestamp(nanos):
                if nanos % MILLIS:
                    return self.cannot("T004", node.span, "ADQL counts time in whole milliseconds.")
                return number_node(nanos // MILLIS)
        kind = "null" if node.value is None else node.kind.name
        return self.cannot("T004", node.span, f"ADQL has no literal for {kind}.")

    def _number(self, node: Literal) -> tree.Expression:
        if isinstance(node.value, float) and (node.value != node.value or node.value in (float("inf"), float("-inf"))):
            return self.cannot("T004", node.span, "ADQL has no literal for a number that is not finite.")
        return number_node(node.value)

    def column(self, node: Column) -> tree.Expression:
        """A field; what was computed under the name, from fields of the events, is written in its place."""
        if node.name in self.fields:
            computed = self.fields[node.name]
            with self.over({}):
                return self.value(computed)
        if node.name in self.paths:
            return Path(-1, -1, [name_node(part) for part in self.paths[node.name]])
        if "`" in node.name or "\n" in node.name:
            return self.cannot("T004", node.span, "ADQL has no way to write a name with a back quote or a line end.")
        return name_node(node.name)

    def _element(self, node: Item) -> tree.Expression:
        if node.index < 0:
            return self.cannot("T002", node.span, "ADQL knows no positions in arrays.")
        source = self._source(node)
        if isinstance(source, Column) and source.name in self.paths:
            return self.column(source)
        return self.cannot("T003", node.span, "ADQL goes through the values of nested fields only.")

    def _source(self, node: Item) -> Expression:
        """The field whose values a loop goes through."""
        if node.index < 0 or not self.sources:
            return Literal(0, LONG)
        source = self.sources[-1][node.index]
        return operands(source)[0] if is_call(source, "toArray") else source

    def _loop(self, node: Loop) -> tree.Expression:
        self.sources.append(node.sources)
        body = self.value(node.body)
        self.sources.pop()
        return body

    # ---- calls --------------------------------------------------------------------------------------------------

    def _call(self, node: Call) -> tree.Expression:
        name = node.function.name
        if name in _SIGNS and len(node.arguments) == 2:
            left, right = map(self.operand, operands(node))
            return tree.Binary(-1, -1, _SIGNS[name], left, right)
        if is_call(node, "negate"):
            return tree.Unary(-1, -1, "-", self.operand(*operands(node)))
        try:
            return self._function(node)
        except Unsaid as lack:
            return self.cannot(lack.code, node.span, lack.message, lack.help)

    def _function(self, node: Call) -> tree.Expression:
        """The call of the function that means this."""
        for function, arguments in functions.written(node, self):
            return self._written(function, arguments)
        if node.function.symbol:
            raise Unsaid("T003", f"ADQL has no `{node.function.symbol}` where a value stands.")
        what = "metric" if is_aggregation(node) else "function"
        raise Unsaid("T002", f"ADQL has no {what} for `{node.function.name}()`.")

    def bucketing(self, node: Expression) -> Bucketing | None:
        """The groups that an expression stands for; None for any other."""
        if not isinstance(node, Call):
            return None
        try:
            found = next(functions.written(node, self), None)
        except Unsaid:
            return None
        if found is None or found[0].family != "bucket":
            return None
        function, arguments = found
        value = arguments[function.signature.parameters[0].python]
        assert isinstance(value, Expression)
        return Bucketing(function, value)

    def _written(self, function: AdqlFunction, arguments: Written) -> tree.Expression:
        values = [
            write(parameter.kind, self, value)
            for parameter in function.signature.parameters
            for value in _given(parameter, arguments)
        ]
        return called(function.name, *values)

    def operand(self, node: Expression) -> tree.Expression:
        """An operand of arithmetic: a date that is taken as milliseconds is written as the date."""
        if is_call(node, "unixMillisFromTimestamp"):
            (inner,) = operands(node)
            if self.is_date(inner):
                return self.value(inner)
        if self.is_date(node):
            return self.cannot("T003", node.span, "ADQL computes with milliseconds, not with points in time.")
        return self.value(node)


def _given(parameter: Parameter, arguments: Written) -> tuple[Expression, ...]:
    """The arguments of a parameter, none where it is left out."""
    value = arguments.get(parameter.python)
    return value if isinstance(value, tuple) else () if value is None else (value,)
