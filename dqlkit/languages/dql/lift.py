"""Lifts plans to DQL syntax trees. What DQL cannot express is a diagnostic with the span of the source."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import copysign
from typing import Any

from dqlkit.diagnostics import Diagnostic, Span, error
from dqlkit.frozen import field, mutable
from dqlkit.functions.get import array_element, get_record_field
from dqlkit.functions.signature import Parameter, Signature
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.column_names import column_name
from dqlkit.languages.dql.command import Command
from dqlkit.languages.dql.format import DqlPrinter
from dqlkit.languages.dql.series import of_key
from dqlkit.languages.dql.tree import Command as CommandNode
from dqlkit.languages.dql.tree import Pipeline, Subquery
from dqlkit.languages.dql.vocabulary import Metric
from dqlkit.languages.language import Lifted
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.depth import LONG_CHAIN
from dqlkit.languages.syntax.tree import Argument, Parsed
from dqlkit.plan.expressions import Argument as PlanArgument
from dqlkit.plan.expressions import Call, Column, Expression, Item, Literal, Loop
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.search import ANY_FIELD
from dqlkit.plan.ops.timeseries import Series
from dqlkit.types import kinds
from dqlkit.types.text import format_double, format_instant
from dqlkit.types.units import counted
from dqlkit.types.values import Duration, Timestamp, Value

__all__ = ["lift"]

_NOWHERE = Span(0, 0)


def lift(plan: Operator | Expression) -> Lifted:
    """The DQL syntax tree of a plan."""
    lifter = _Lifter()
    node = lifter.pipeline(plan) if isinstance(plan, Operator) else lifter.expression(plan)
    lifter.refuse_made_up(node)
    return Lifted(Parsed("", node, [], []), lifter.diagnostics)


def _name(text: str) -> tree.Name:
    return tree.Name(-1, -1, text)


def _number(value: float) -> tree.Expression:
    text = format_double(abs(value)) if isinstance(value, float) else str(abs(value))
    node = tree.Number(-1, -1, abs(value), text)
    return tree.Unary(-1, -1, "-", node) if copysign(1, value) < 0 else node


#: Units of lengths, the largest first; those of days would follow the changes of the clock.
_UNITS = ("h", "m", "s", "ms", "us", "ns")


def _duration(nanos: int) -> tree.Expression:
    amount, unit = counted(abs(nanos), _UNITS) or (abs(nanos), _UNITS[-1])
    node = tree.Duration(-1, -1, amount, unit)
    return tree.Unary(-1, -1, "-", node) if nanos < 0 else node


def _call(name: str, *values: tree.Expression) -> tree.Call:
    return tree.Call(-1, -1, _name(name), [Argument(-1, -1, value) for value in values])


def _joins(node: PlanArgument, other: Call) -> bool:
    """Whether a node is a call of the same operator."""
    return isinstance(node, Call) and node.function is other.function


def _terms(node: Call) -> list[PlanArgument]:
    """The operands of a chain of one operator."""
    found: list[PlanArgument] = []
    stack: list[PlanArgument] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, Call) and one.function is node.function:
            stack += one.arguments[::-1]
        else:
            found.append(one)
    return found


@mutable(slots=False)
class _Lifter:
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: list[tuple[Expression, ...]] = field(default_factory=list)

    # ---- pipelines ----------------------------------------------------------------------------------------------

    def pipeline(self, plan: Operator) -> Pipeline:
        nodes: list[CommandNode] = []
        current: Operator | None = plan
        while current is not None:
            node, current = self._command(current)
            nodes += [node] if node is not None else []
        return Pipeline(-1, -1, nodes[::-1])

    def _command(self, operator: Operator) -> tuple[CommandNode | None, Operator | None]:
        """How the last operator of a plan is written, perhaps together with some before it, and what is left of the plan.

        A command that stands for several operators comes before those for one.
        """
        found = [(command, read) for command in commands.commands().values() if (read := command.reads(operator))]
        if not found:
            self._cannot(operator.span, f"DQL has no command for `{type(operator).__name__}`.")
            return None, operator.inputs[0] if operator.inputs else None
        command, (values, source) = next((one for one in found if type(operator) in one[0].recognizers), found[0])
        return CommandNode(-1, -1, _name(command.name), self._parameters(command, values)), source

    def refuse_made_up(self, root: tree.Node) -> None:
        """Report generated names in the tree: they come from operators that no command was recognised for."""
        if any(isinstance(node, tree.Name) and "\x01" in node.name for node in tree.walk(root)):
            self._cannot(None, "DQL has no command for operators that use fields of their own making.")

    def _cannot(self, span: Span | None, message: str) -> None:
        self.diagnostics.append(error("T001", span or _NOWHERE, message))

    def _parameters(self, command: Command, values: dict[str, Any]) -> list[Argument]:
        arguments: list[Argument] = []
        for parameter in command.signature.parameters:
            value = values.get(parameter.python)
            if value is None or value == () or value == parameter.default:
                continue
            name = _name(parameter.name) if parameter.named else None
            if parameter.kind.many:
                members = [self._written(parameter, item) for item in value]
                arguments.append(Argument(-1, -1, tree.Group(-1, -1, members), name))
            else:
                items = value if parameter.variadic else (value,)
                written = [self._written(parameter, item) for item in items]
                arguments += [Argument(-1, -1, a.value, name, a.alias, a.direction) for a in written]
        # Positional ones first, as people write them.
        return sorted(arguments, key=lambda argument: argument.name is not None)

    def _written(self, parameter: Parameter, value: Any) -> Argument:
        argument = _WRITERS[parameter.kind.role](self, value)
        if parameter.kind.assign == "mandatory" and argument.alias is None:
            argument.alias = _name(column_name(argument.value))
        return argument

    def field(self, value: Field) -> Argument:
        node = self.expression(value.expression)
        alias = None if column_name(node) == value.name else _name(value.name)
        return Argument(-1, -1, node, None, alias)

    def order(self, value: Any) -> Argument:
        return Argument(-1, -1, self.expression(value.expression), None, None, "desc" if value.descending else "")

    def plain(self, value: Any) -> Argument:
        return Argument(-1, -1, self.expression(value) if isinstance(value, Expression) else self._value(value))

    def named(self, value: str) -> Argument:
        return Argument(-1, -1, _name(value))

    def table(self, value: str) -> Argument:
        """The name of a table, or the path of a lookup file, which stands in quotes."""
        return self.named(value) if "/" not in value else Argument(-1, -1, tree.String(-1, -1, value))

    def pattern(self, value: Any) -> Argument:
        return Argument(-1, -1, tree.String(-1, -1, value.text) if value.wildcard else _name(value.text))

    def renamed(self, value: tuple[str, str]) -> Argument:
        new, old = value
        return Argument(-1, -1, _name(old), None, None if new == old else _name(new))

    def block(self, value: Any) -> Argument:
        name, plan = value if isinstance(value, tuple) else ("", value)
        return Argument(-1, -1, Subquery(-1, -1, self.pipeline(plan)), None, _name(name) if name else None)

    def on(self, value: Any) -> Argument:
        left, right = (self.expression(side) for side in value)
        if left == right:
            return Argument(-1, -1, left)
        sides = [tree.Index(-1, -1, _name(side), node) for side, node in (("left", left), ("right", right))]
        return Argument(-1, -1, tree.Binary(-1, -1, "==", sides[0], sides[1]))

    def series(self, value: Series) -> Argument:
        return self._series(value, self.expression(value.expression))

    def metric(self, value: Metric) -> Argument:
        node = self.expression(value.series.expression)
        measured = of_key(node, value.key) if isinstance(node, tree.Call) and value.key else node
        return self._series(value.series, measured, value.filter)

    def _series(self, value: Series, node: tree.Expression, condition: Expression | None = None) -> Argument:
        """An aggregation with the parameters of its series."""
        own = {"default": value.default, "rate": value.rate, "filter": condition}
        extra = [Argument(-1, -1, self.expression(e), _name(word)) for word, e in own.items() if e is not None]
        if value.rollup:
            extra.append(Argument(-1, -1, _name(value.rollup), _name("rollup")))
        if value.scalar:
            extra.append(Argument(-1, -1, tree.Boolean(-1, -1, True), _name("scalar")))
        if isinstance(node, tree.Call):
            node = tree.Call(-1, -1, node.function, [*node.arguments, *extra])
        elif extra:
            self._cannot(value.expression.span, "DQL gives parameters of a series to a single aggregation only.")
        return Argument(-1, -1, node, None, None if column_name(node) == value.name else _name(value.name))

    def search(self, value: Expression) -> Argument:
        return Argument(-1, -1, self._search(value))

    def _search(self, node: PlanArgument) -> tree.Expression:
        """A condition in which a text alone looks in every field."""
        if not isinstance(node, Call):
            return self._operand(node)
        first, *rest = node.arguments
        if node.function.symbol == "~" and first == ANY_FIELD:
            return self._operand(rest[0])
        if node.function.symbol in DqlPrinter.associative:
            return self._chain(node, self._search, len(_terms(node)) > LONG_CHAIN)
        return (
            tree.Unary(-1, -1, "not", self._search(first)) if node.function.symbol == "not" else self.expression(node)
        )

    # ---- expressions --------------------------------------------------------------------------------------------

    def expression(self, node: Expression) -> tree.Expression:
        match node:
            case Literal(kind=kinds.ANY):
                self._cannot(node.span, "A placeholder has no text yet.")
                return tree.Null(-1, -1)
            case Literal():
                return self._value(node.value, node.span)
            case Column():
                return _name(node.name)
            case Item():
                return (
                    _call("iIndex")
                    if node.index < 0
                    else tree.Each(-1, -1, self.expression(self.sources[-1][node.index]))
                )
            case Loop():
                return self._loop(node)
            case Call():
                return self._operation(node) if node.function.symbol else self._function(node)
        raise AssertionError(node)

    def _loop(self, node: Loop) -> tree.Expression:
        self.sources.append(node.sources)
        body = self.expression(node.body)
        self.sources.pop()
        return body

    def _value(self, value: Value, span: Span | None = None) -> tree.Expression:
        match value:
            case None:
                return tree.Null(-1, -1)
            case bool():
                return tree.Boolean(-1, -1, value)
            case int() | float():
                return _number(value)
            case str():
                return tree.String(-1, -1, value)
            case Duration(nanos):
                return _duration(nanos)
            case Timestamp():
                return _call("toTimestamp", tree.String(-1, -1, format_instant(value)))
            case list():
                return _call("array", *(self._value(item) for item in value))
        self._cannot(span, f"DQL has no literal for a {type(value).__name__.lower()}.")
        return tree.Null(-1, -1)

    def _operation(self, node: Call) -> tree.Expression:
        operands = node.arguments
        if len(operands) == 3:  # a calendar unit: its amount and its unit are literals
            left, amount, unit = operands
            assert isinstance(left, Expression)
            assert isinstance(amount, Literal)
            assert isinstance(unit, Literal)
            symbol = "-" if node.function.symbol == "+" and amount.value < 0 else node.function.symbol
            duration = tree.Duration(-1, -1, abs(amount.value), unit.value)
            return tree.Binary(-1, -1, symbol, self.expression(left), duration)
        symbol = node.function.symbol
        if symbol in DqlPrinter.associative:
            return self._chain(node, self._operand, len(_terms(node)) > LONG_CHAIN)
        first, *rest = (self._operand(operand) for operand in operands)
        return tree.Binary(-1, -1, symbol, first, rest[0]) if rest else tree.Unary(-1, -1, symbol, first)

    def _chain(
        self, node: PlanArgument, write: Callable[[PlanArgument], tree.Expression], long: bool
    ) -> tree.Expression:
        """`a and b and c`. What is grouped from the right needs parentheses, which a printer would leave out.

        A long chain is a balanced tree however it is written (`syntax/depth.py`), so it needs none.
        """
        if not isinstance(node, Call):
            return write(node)
        left, right = (
            self._chain(operand, write, long) if _joins(operand, node) else write(operand) for operand in node.arguments
        )
        grouped = _joins(node.arguments[1], node) and not long
        return tree.Binary(-1, -1, node.function.symbol, left, tree.Parentheses(-1, -1, right) if grouped else right)

    def _operand(self, operand: PlanArgument) -> tree.Expression:
        if isinstance(operand, Operator):
            return Subquery(-1, -1, self.pipeline(operand))
        assert isinstance(operand, Expression)
        return self.expression(operand)

    def _function(self, node: Call) -> tree.Expression:
        if node.function in (get_record_field, array_element):
            base, index = node.arguments
            wanted = str if node.function is get_record_field else int
            if isinstance(base, Expression) and isinstance(index, Literal) and type(index.value) is wanted:
                at = _name(index.value) if isinstance(index.value, str) else _number(index.value)
                return tree.Index(-1, -1, self.expression(base), at)
        return tree.Call(
            -1, -1, _name(node.function.name), list(self._arguments(node.function.signature, node.arguments))
        )

    def _arguments(self, signature: Signature, arguments: Iterable[PlanArgument]) -> Iterable[Argument]:
        names: list[str] = []
        for parameter, argument in sorted(
            zip(signature.parameters, arguments, strict=True), key=lambda pair: pair[0].named
        ):
            if argument is None:
                continue
            if parameter.kind.role == "names":
                assert isinstance(argument, Literal)
                names = list(argument.value)
                continue
            for k, item in enumerate(argument if isinstance(argument, tuple) else (argument,)):
                if isinstance(item, Literal) and parameter.kind.role == "field name":
                    value: tree.Expression = _name(item.value)
                else:
                    value = self._operand(item)
                alias = _name(names[k]) if k < len(names) and column_name(value) != names[k] else None
                yield Argument(-1, -1, value, _name(parameter.name) if parameter.named else None, alias)


_WRITERS: dict[str, Callable[[_Lifter, Any], Argument]] = {
    "expression": _Lifter.plain,
    "constant": _Lifter.plain,
    "plain": _Lifter.plain,
    "field": _Lifter.field,
    "aggregated": _Lifter.field,
    "sorted": _Lifter.order,
    "name": _Lifter.named,
    "table": _Lifter.table,
    "choice": _Lifter.named,
    "pattern": _Lifter.plain,
    "names pattern": _Lifter.pattern,
    "types": _Lifter.pattern,
    "renamed": _Lifter.renamed,
    "block": _Lifter.block,
    "on": _Lifter.on,
    "series": _Lifter.series,
    "metric": _Lifter.metric,
    "search": _Lifter.search,
}
