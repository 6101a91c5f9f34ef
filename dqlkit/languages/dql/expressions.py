"""Binds DQL expressions: names become columns, operators and calls become calls of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dqlkit import functions
from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, error
from dqlkit.frozen import field, mutable
from dqlkit.functions import Function
from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql.column_names import column_name
from dqlkit.languages.dql.demands import subscript, written_out
from dqlkit.languages.dql.durations import nanoseconds
from dqlkit.languages.dql.matching import match
from dqlkit.languages.dql.spelling import is_slip, nearest
from dqlkit.languages.dql.tree import Subquery, is_placeholder
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument, Node
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Argument as PlanArgument
from dqlkit.plan.expressions import Call, Column, Expression, Item, Literal, Loop, literal, walk
from dqlkit.plan.loops import level
from dqlkit.types.kinds import ANY, NULL, Record
from dqlkit.types.values import LONG_MAX, Duration

if TYPE_CHECKING:
    from dqlkit.languages.dql.bind import Binder

__all__ = ["ExpressionBinder", "operator"]


def operator(symbol: str, operands: int) -> Function[..., Any]:
    """The function that a symbol of the grammar stands for."""
    function = functions.operator_of(symbol, operands)
    assert function is not None, symbol
    return function


#: Units that differ in length: only a calendar can add them.
CALENDAR = ("M", "q", "y")

#: The units by which the calendar moves, in every spelling.
_STEPS = {"d": "d", "day": "d", "days": "d", "w": "w", **{unit: unit for unit in CALENDAR}}


@mutable(slots=False)
class ExpressionBinder:
    """Binds the expressions of one query. `loops` holds the arrays of each enclosing `[]` loop, innermost last."""

    blocks: Binder
    diagnostics: list[Diagnostic]
    loops: list[list[Expression]] = field(default_factory=list)
    aggregating: bool = False
    inside_aggregation: bool = False
    #: Whether `iIndex()` was met, which must stand in a loop.
    positions: bool = False
    #: Whether a duration alone is an offset to now, as where a point in time is wanted.
    from_now: bool = False

    # ---- entry points -------------------------------------------------------------------------------------------

    def whole(self, node: Node, aggregating: bool = False) -> Expression:
        """A complete field expression; `[]` that no function consumed collects into an array."""
        if type(node) is tree.Name:  # most are, and nothing loops in one
            return self.name(node)
        self.aggregating = aggregating
        bound = self._looped(node)
        self.aggregating = False
        return bound

    def expression(self, node: Node) -> Expression:
        """Any expression node."""
        return _BINDERS[type(node)](self, node)

    def report(self, code: str, span: Span, message: str, help: str = "", fix: Fix | None = None) -> None:
        self.diagnostics.append(error(code, span, message, help=help, fix=fix))

    def _looped(self, node: Node) -> Expression:
        """An expression with the loop that the `[]` in it drive, if there are any."""
        self.loops.append([])
        body = self.expression(node)
        sources = self.loops.pop()
        if sources:
            return Loop(tuple(sources), body, span=node.span)
        stray = next((one for one in level(body) if isinstance(one, Item)), None) if self.positions else None
        if stray is None:
            return body
        span = stray.span or node.span
        self.report("E013", span, "`iIndex()` stands outside of a loop.", "Loop with `[]`, as in `a[]`.")
        return self.unknown(node)

    # ---- literals and names -------------------------------------------------------------------------------------

    def name(self, node: tree.Name) -> Expression:
        self.blocks.words.append((node, "field", node.name, "", False))
        return Column(node.name, span=node.span)

    def constant(self, node: Any) -> Expression:
        return literal(node.value, node.span)

    def number(self, node: tree.Number) -> Expression:
        """A number; hexadecimal digits spell 64 bits, so that large ones are negative."""
        value = node.value
        if isinstance(value, int) and value >= 2**63:
            if node.text[:2].lower() == "0x" and value < 2**64:
                return literal(value - 2**64, node.span)
            self.report("E013", node.span, "expected a number of at most 64 bits", "Write it as a double, with `.0`.")
        return literal(value, node.span)

    def null(self, node: Node) -> Expression:
        return literal(None, node.span)

    def duration(self, node: tree.Duration, sign: int = 1) -> Expression:
        if self.from_now and node.unit in CALENDAR:
            return self._shifted(_now(node), sign * node.amount, node.unit, node)
        nanos = nanoseconds(node.amount, node.unit)
        if nanos is None:
            self.report(
                "E013",
                node.span,
                f"expected a length of time, found one in `{node.unit}`, which differ in length",
                "Add it to a point in time, as in `now() - 1M`.",
            )
        elif nanos > LONG_MAX and not self.from_now:  # an offset to now may leave all of time behind
            self.report("E013", node.span, "expected a duration of at most 64 bits of nanoseconds, about 292 years")
        return literal(Duration(sign * (nanos or 0)), node.span)

    def _shifted(self, moment: Expression, amount: int, unit: str, node: Node) -> Expression:
        return Call(operator("+", 3), (moment, literal(amount), literal(unit)), span=node.span)

    def unknown(self, node: Node) -> Expression:
        """The value of a placeholder, or of text that could not be parsed: its type is unknown."""
        return Literal(None, ANY, span=node.span)

    def variable(self, node: tree.Variable) -> Expression:
        self.blocks.variable(node)
        return self.unknown(node)

    def parentheses(self, node: tree.Parentheses) -> Expression:
        return self.expression(node.inner)

    def group(self, node: tree.Group) -> Expression:
        """Braces around one value mean that value; doubled braces are a placeholder."""
        if is_placeholder(node):
            return self.unknown(node)
        if len(node.members) != 1:
            self.report("E001", node.span, "expected one value, found a group", "Write `array(…)` for an array.")
            return self.unknown(node)
        return self.expression(node.members[0].value)

    # ---- operators ----------------------------------------------------------------------------------------------

    def unary(self, node: tree.Unary) -> Expression:
        if node.operator == "+":
            return self.expression(node.operand)
        if node.operator == "@" and isinstance(node.operand, tree.Duration):
            return self._aligned(_now(node), node.operand, node)
        if node.operator == "-" and isinstance(node.operand, tree.Number) and node.operand.value == 2**63:
            return literal(-(2**63), node.span)
        if node.operator == "-" and self.from_now and isinstance(node.operand, tree.Duration):
            return self.duration(node.operand, -1)
        operand = self.expression(node.operand)
        if node.operator == "-" and isinstance(operand, Literal) and type(operand.value) in (int, float):
            return literal(-operand.value, node.span)
        return Call(operator(node.operator, 1), (operand,), span=node.span)

    def binary(self, node: tree.Binary) -> Expression:
        right = node.right
        if node.operator in "+-" and isinstance(right, tree.Duration) and right.unit in _STEPS:
            amount = right.amount if node.operator == "+" else -right.amount
            return self._shifted(self.expression(node.left), amount, _STEPS[right.unit], node)
        if node.operator == "@" and isinstance(right, tree.Duration):
            return self._aligned(self._moment(node.left), right, node)
        if isinstance(right, Subquery):
            block = self.blocks.block(right)
            return Call(operator("in", 2), (self.expression(node.left), block), span=node.span)
        symbol = "!=" if node.operator == "<>" else node.operator
        sides = (self.expression(node.left), self.expression(right))
        function = functions.operator_of(symbol, 2)
        if function is None:  # a placeholder stands for the operator
            return self.unknown(node)
        return Call(function, sides, span=node.span)

    def _aligned(self, moment: Expression, to: tree.Duration, node: Node) -> Expression:
        from dqlkit.types.calendar import aligns, parts_of  # few queries align times

        whole = parts_of(to.unit)
        if whole is not None and not aligns(to.amount, to.unit):
            nearest = max(n for n in range(1, whole + 1) if whole % n == 0 and n <= max(to.amount, 1))
            wanted = f"a divisor of {whole}" if whole > 1 else "no number"
            help = f"Write `{nearest if whole > 1 else ''}{to.unit}`."
            self.report("E013", to.span, f"expected {wanted} before `{to.unit}`, found {to.amount}", help)
        return Call(operator("@", 3), (moment, literal(to.amount), literal(to.unit, to.span)), span=node.span)

    def _moment(self, node: Node) -> Expression:
        """The operand of `@`; a calendar duration alone, as in `-1M@M`, counts from now."""
        negative = isinstance(node, tree.Unary) and node.operator == "-"
        by = node.operand if isinstance(node, tree.Unary) else node
        if isinstance(by, tree.Duration) and by.unit in _STEPS:
            return self._shifted(_now(node), -by.amount if negative else by.amount, _STEPS[by.unit], node)
        return self.expression(node)

    def index(self, node: tree.Index) -> Expression:
        from dqlkit.functions.get import array_element, get_record_field  # few queries have an index

        base = self.expression(node.base)
        self.diagnostics += subscript(node)
        if isinstance(node.index, (tree.Name, tree.String)):
            name = node.index.name if isinstance(node.index, tree.Name) else node.index.value
            return call(get_record_field, base, literal(name, node.index.span), span=node.span)
        return call(array_element, base, self.expression(node.index), span=node.span)

    def each(self, node: tree.Each) -> Expression:
        source = self.expression(node.base)
        if any(isinstance(one, Item) for one in level(source)):
            self.report("E013", node.span, "`[]` loops over an element of a loop.", "Flatten the array first.")
            return self.unknown(node)
        sources = self.loops[-1]
        if source not in sources:
            sources.append(source)
        return Item(sources.index(source), span=node.span)

    def subquery(self, node: Subquery) -> Expression:
        self.report("E001", node.span, "expected a value, found a sub-query", "Use it with `in`, `lookup` or `join`.")
        return self.unknown(node)

    # ---- calls --------------------------------------------------------------------------------------------------

    def call(self, node: tree.Call) -> Expression:
        name = node.function.name
        if name.lower() == "iindex":
            self.blocks.words.append((node.function, "function", "iIndex", "", False))
            self.positions = True
            return Item(-1, span=node.span)
        function = functions.find(name)
        if function is None:
            return self._unknown_function(node)
        if function.family == "aggregation" and not self._may_aggregate(node):
            return self.unknown(node)
        signature = function.signature
        matched = match(signature, node.arguments, f"{function.name}()", node.function)
        self.diagnostics += matched.diagnostics
        words = self.blocks.words
        words.append((node.function, "function", function.name, "", False))
        for written, parameter in matched.named:
            words.append((written, "parameter", parameter.name, function.name, False))
        was = self.inside_aggregation
        self.inside_aggregation = was or function.family == "aggregation"
        given = _last_of_each_name(matched.given) if signature.names else matched.given
        arguments = tuple([self._argument(p, given, function) for p in signature.parameters])
        self.inside_aggregation = was
        for parameter, argument in zip(signature.parameters, arguments, strict=True):
            if not argument:
                if argument is None and parameter.required:
                    return self.unknown(node)
                if argument == () and not parameter.kind.none:
                    self._nothing_given(node, parameter, function)
        return Call(function, arguments, span=node.span)

    def _nothing_given(self, node: tree.Call, parameter: Parameter, function: Function[..., Any]) -> None:
        """Report a variadic parameter without values, unless a placeholder may bring some."""
        if not any(isinstance(argument.value, (tree.Hole, tree.Variable)) for argument in node.arguments):
            message = f"expected `{parameter.name}` for `{function.name}()`, found nothing"
            self.report("E010", node.function.span, message)

    def _may_aggregate(self, node: tree.Call) -> bool:
        name = node.function.name
        if self.inside_aggregation:
            self.report(
                "E018",
                node.span,
                f"expected no aggregation inside another one, found `{name}()`",
                "Aggregate in two steps.",
            )
        elif not self.aggregating:
            written = column_name(node)
            help, fix = "Aggregate with `summarize` or `makeTimeseries` first.", None
            if self.blocks.reads(written) or self.blocks.behind_another:
                help = f"The field of that name is written `` `{written}` ``."
                fix = Fix("add back ticks", (Edit(node.span, f"`{written}`"),))
            message = f"expected an expression of one record, found the aggregation `{name}()`"
            self.report("E018", node.span, message, help, fix)
        return self.aggregating and not self.inside_aggregation

    def _unknown_function(self, node: tree.Call) -> Expression:
        name, span = node.function.name, node.function.span
        if not node.function.hole:
            known = [n for family in ("scalar", "aggregation", "iterative") for n in _names(family)]
            advice = functions.advice_elsewhere().get(name.lower())
            if advice is not None:
                written = ", ".join(self.blocks.text[one.start : one.end] for one in node.arguments) or "…"
                instead = advice.format(written)
                fix = (
                    Fix(f"write `{instead}`", (Edit(node.span, instead),))
                    if "…" not in instead and "{" in advice
                    else None
                )
                self.report("E007", span, f"expected a function, found `{name}`", f"Write `{instead}`.", fix)
                return self._unknown_call(node)
            meant = functions.known_elsewhere().get(name.lower())
            guess = meant.name if meant is not None else nearest(name, known)
            sure = meant is not None or is_slip(name, guess)
            fix = Fix(f"Write `{guess}`", (Edit(span, guess),), safe=meant is not None) if guess and sure else None
            help = f"Did the query mean `{guess}`?" if guess else ""
            self.report("E007", span, f"expected a function, found `{name}`", help, fix)
        return self._unknown_call(node)

    def _unknown_call(self, node: tree.Call) -> Expression:
        for argument in node.arguments:
            if not isinstance(argument.value, Subquery):
                self.expression(argument.value)
        return self.unknown(node)

    def _argument(
        self, parameter: Parameter, given: dict[str, list[Argument]], function: Function[..., Any]
    ) -> PlanArgument:
        role = parameter.kind.role
        written = given.get(parameter.name)
        if parameter.variadic:
            return tuple([self._value(argument.value, parameter, function) for argument in written or ()])
        if role == "names":
            variadic = next(p for p in function.signature.parameters if p.variadic)
            return _shape([_member_name(argument) for argument in given.get(variadic.name, ())])
        if not written:
            return self._own_field(parameter.kind.like, given, function) if parameter.kind.like else None
        value = written[0].value
        if role == "field name":
            return self._field_name(parameter, value)
        if role == "block":
            return self.blocks.block(value) if isinstance(value, Subquery) else self.expression(value)
        return self._value(value, parameter, function)

    def _own_field(self, like: str, given: dict[str, list[Argument]], function: Function[..., Any]) -> PlanArgument:
        """The field that is the default of an omitted argument: the one that another parameter names (`Kind.like`)."""
        name = next((p.name for p in function.signature.parameters if p.python == like), "")
        return self.expression(given[name][0].value) if name in given else None

    def _field_name(self, parameter: Parameter, node: Node) -> Expression:
        if isinstance(node, tree.Name):
            return literal(node.name, node.span)
        if not isinstance(node, (tree.Hole, tree.Variable)):
            self.report("E013", node.span, f"`{parameter.name}` takes the name of a field.")
        return self.expression(node)

    def pattern(self, parameter: Parameter, node: Node) -> str:
        """A checked DPL pattern; None where its text is not known yet."""
        while isinstance(node, tree.Parentheses):
            node = node.inner
        if isinstance(node, tree.String):
            # Most queries have no pattern, and the language of patterns is large: it is imported where one is met.
            from dqlkit.languages.dql.patterns import check_pattern

            self.diagnostics += check_pattern(node, self.blocks.text, named=parameter.kind.role == "pattern")
            return node.value
        if not isinstance(node, (tree.Hole, tree.Variable, tree.Bad)):
            self.report("E013", node.span, f"`{parameter.name}` takes a pattern in quotes.", "Write it as a string.")
        return ""

    def _value(self, node: Node, parameter: Parameter, function: Function[..., Any]) -> Expression:
        kind = parameter.kind
        if kind.role in ("pattern", "nameless pattern"):
            self.pattern(parameter, node)
        bound = self._looped(node) if function.family == "iterative" else self.expression(node)
        if kind.role == "constant" and self._depends(bound):
            self.report("E013", node.span, f"`{parameter.name}` must not depend on a field.", "Use a constant.")
        elif kind.written:
            self.diagnostics += written_out(parameter, bound, node)
        if isinstance(bound, Literal) and kind.limited and not kind.allows(bound.value):
            from dqlkit.types.text import text_of  # only for what is wrong

            wanted = kind.limits
            self.report("E013", node.span, f"Expected {wanted} for `{parameter.name}`, found `{text_of(bound.value)}`.")
        return bound

    def _depends(self, bound: Expression) -> bool:
        """Whether a value is another one in each record: it reads a field, or loops over what does."""
        if any(isinstance(one, Column) for one in walk(bound)):
            return True
        items = (one.index for one in level(bound) if isinstance(one, Item))
        return any(index < 0 or self._depends(self.loops[-1][index]) for index in items)


def _now(node: Node) -> Expression:
    from dqlkit.functions.time import now  # few queries count from now

    return call(now, span=node.span)


def _names(family: Any) -> list[str]:
    return [function.name for function in functions.catalogue().get(family, {}).values()]


def _member_name(argument: Argument) -> str:
    return argument.alias.name if argument.alias is not None else column_name(argument.value)


def _last_of_each_name(given: dict[str, list[Argument]]) -> dict[str, list[Argument]]:
    """Of members with one name the last one counts, as for fields."""
    by_name = {name: {_member_name(argument): argument for argument in arguments} for name, arguments in given.items()}
    return {name: list(members.values()) for name, members in by_name.items()}


def _shape(names: list[str]) -> Literal:
    """Encode names as a literal: a record of nulls, whose static type has them."""
    return Literal(dict.fromkeys(names), Record((name, NULL) for name in dict.fromkeys(names)))


_BINDERS: dict[type[Node], Callable[[ExpressionBinder, Any], Expression]] = {
    tree.Name: ExpressionBinder.name,
    tree.String: ExpressionBinder.constant,
    tree.Boolean: ExpressionBinder.constant,
    tree.Number: ExpressionBinder.number,
    tree.Null: ExpressionBinder.null,
    tree.Duration: ExpressionBinder.duration,
    tree.Variable: ExpressionBinder.variable,
    tree.Hole: ExpressionBinder.unknown,
    tree.Bad: ExpressionBinder.unknown,
    tree.Parentheses: ExpressionBinder.parentheses,
    tree.Group: ExpressionBinder.group,
    tree.Unary: ExpressionBinder.unary,
    tree.Binary: ExpressionBinder.binary,
    tree.Index: ExpressionBinder.index,
    tree.Each: ExpressionBinder.each,
    tree.Call: ExpressionBinder.call,
    Subquery: ExpressionBinder.subquery,
}
