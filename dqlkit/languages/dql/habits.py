"""Expressions of SQL, KQL and C that people write in DQL: parsed, reported, and replaced by the DQL that was meant.

The methods are named as the `[habit]` alternatives of `grammars/dql.lark`. Codes: E002 quotes, E003 `=` for `==`,
E004 operators.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.dql.token_values import Operator, TokenValues
from dqlkit.languages.dql.tree import Subquery
from dqlkit.languages.syntax.tree import (
    Argument,
    Bad,
    Binary,
    Call,
    Expression,
    Group,
    Hole,
    Name,
    Node,
    Null,
    Parentheses,
    String,
    Unary,
)

__all__ = ["Habits", "short"]

Items = list[Argument] | list[Expression]


class _Listed:
    """Values in brackets on the right of `in`."""

    __slots__ = ("items", "span")

    def __init__(self, start: int, end: int, items: Items) -> None:
        self.items = items
        self.span = Span(start, end)


Members = Expression | _Listed


_LONGEST_QUOTE = 80


class Habits(TokenValues):
    """Builds the DQL tree for foreign expressions."""

    def written(self, node: Node) -> str:
        """The text of a node, for a message: cut where it is long, and in the quotes it should have."""
        if isinstance(node, Argument) and node.start == node.value.start:
            node = node.value
        text = self.text[node.start : min(node.end, node.start + _LONGEST_QUOTE)]
        if isinstance(node, String) and node.quote == "'":
            text = f'"{text[1:-1]}"'
        return text if node.end - node.start <= _LONGEST_QUOTE else text[:-1] + "…"

    # ---- functions written between their operands ----

    def infix(self, left: Expression, operator: Name, right: Expression) -> Call:
        function = Name(operator.start, operator.end, _function_of(operator))
        self._foreign(f"an operator, found the function `{operator.name}`", operator.span, function.name, [left, right])
        return _call(function, [left, right], right.end)

    def negated_infix(self, left: Expression, no: Operator, operator: Name, right: Expression) -> Unary:
        function = Name(operator.start, operator.end, _function_of(operator))
        span = Span(no[0], operator.end)
        found = f"an operator, found `not` and the function `{operator.name}`"
        self._foreign(found, span, f"not {function.name}", [left, right])
        return Unary(left.start, right.end, "not", _call(function, [left, right], right.end))

    def is_null(self, operand: Expression, is_: Name, null: Null) -> Call:
        from dqlkit.functions.boolean import is_null

        return self._null_test(is_null.name, operand, Span(is_.start, null.end))

    def is_not_null(self, operand: Expression, is_: Name, _not: Operator, null: Null) -> Call:
        from dqlkit.functions.boolean import is_not_null

        return self._null_test(is_not_null.name, operand, Span(is_.start, null.end))

    def _null_test(self, function: str, operand: Expression, span: Span) -> Call:
        self._foreign(f"an operator, found `{self.text[slice(*span)]}`", span, function, [operand], span.end)
        return _call(Name(*span, function), [operand], span.end)

    def _foreign(self, found: str, span: Span, function: str, operands: Sequence[Node], end: int = -1) -> None:
        """Report what is a call of `function` in DQL. The fix changes what stands around the operands, not them."""
        replacement = short(f"{function}({', '.join(map(self.written, operands))})")
        first, last = operands[0], operands[-1]
        between = [Edit(Span(a.end, b.start), ", ") for a, b in pairwise(operands)]
        edits = (
            Edit(Span(first.start, first.start), f"{function}("),
            *between,
            Edit(Span(last.end, max(last.end, end)), ")"),
        )
        fix = Fix(f"write `{replacement}`", edits)
        self.error("E004", *span, f"expected {found}", help=f"Write `{replacement}`.", fix=fix)

    # ---- membership ----

    def is_in(self, left: Expression, operator: Name, members: Members) -> Expression:
        if isinstance(members, (Subquery, Hole, Bad)):
            return Binary(left.start, members.end, "in", left, members, operator.start)
        return self._in_values(left, operator, members, "in")

    def is_not_in(self, left: Expression, no: Operator, operator: Name, members: Members) -> Unary:
        if not isinstance(members, (Subquery, Hole, Bad)):
            call = self._in_values(left, operator, members, "not in")
            return Unary(call.start, call.end, "not", call)
        edits = Edit(Span(left.start, left.start), "not "), Edit(Span(no[0], operator.start), "")
        help = f"Write `{short(f'not {self.written(left)} in …')}`."
        span, fix = Span(no[0], operator.end), Fix("move `not` to the front", edits)
        self.error("E004", *span, "expected `in`, found `not in`", help=help, fix=fix)
        return Unary(left.start, members.end, "not", self.is_in(left, operator, members))

    def _in_values(self, left: Expression, operator: Name, members: Members, function: str) -> Call:
        """`x in ("a", "b")`, `x in ["a", "b"]`, `x in {"a"}`, `x in array(…)`: the function `in`."""
        listed: Sequence[Argument | Expression]
        if isinstance(members, Expression):
            listed, span = [members], members.span
        else:
            listed, span = members.items, members.span
        found = "`[` and a query after `in`, found values"
        self._foreign(found, span, function, [left, *listed], span.end)
        return _call(Name(*operator.span, "in"), [left, *listed], span.end)

    def listed(self, open_: int, items: Items, close: int) -> _Listed:
        return _Listed(open_, close + 1, items)

    def bracketed(self, open_: int, items: list[Expression], close: int) -> Group:
        """`["a", "b"]` as an argument: there are no list literals."""
        group = Group(open_, close + 1, [Argument(item.start, item.end, item) for item in items])
        help = f"Write `{short('{' + ', '.join(map(self.written, items)) + '}')}`."
        edits = Edit(Span(open_, open_ + 1), "{"), Edit(Span(close, close + 1), "}")
        fix = Fix("write braces", edits)
        self.error("E004", *group.span, "expected an expression, found a list in brackets", help=help, fix=fix)
        return group

    def named_list(self, argument: Argument) -> None:
        """`x = ["a", "b"]`: an array. Braces, which are advised elsewhere, cannot have a name."""
        group = argument.value
        if not isinstance(group, Group) or self.text[group.start] != "[":
            return
        found = self.diagnostics
        found[:] = [diagnostic for diagnostic in found if diagnostic.span != group.span]
        items = short(", ".join(map(self.written, group.members)))
        edits = Edit(Span(group.start, group.start + 1), "array("), Edit(Span(group.end - 1, group.end), ")")
        fix = Fix("write `array(…)`", edits)
        message = "expected an expression, found a list in brackets"
        self.error("E004", *group.span, message, help=f"Write `array({items})`.", fix=fix)
        argument.value = Call(*group.span, Name(group.start, group.start, "array"), group.members)

    def list_of_call(self, call: Call) -> None:
        """`arraySize([1, 2])`: an array where a function takes no other values."""
        from dqlkit import functions

        function = functions.find(call.function.name)
        for position, argument in enumerate(call.arguments):
            if function is not None and function.accepts(position) == {"array"}:
                self.named_list(argument)

    def between(
        self, value: Expression, between: Name, low: Expression, both: Operator, high: Expression
    ) -> Parentheses:
        lower = Binary(value.start, low.end, ">=", value, low, between.start)
        upper = Binary(value.start, high.end, "<=", value, high, both[0])
        x = self.written(value)
        help = f"Write `({short(f'{x} >= {self.written(low)} and {x} <= {self.written(high)}')})`."
        edits = (
            Edit(Span(value.start, value.start), "("),
            Edit(Span(value.end, low.start), " >= "),
            Edit(Span(low.end, high.start), f" and {x} <= "),
            Edit(Span(high.end, high.end), ")"),
        )
        fix = Fix("compare with both bounds", edits) if not x.endswith("…") else None
        self.error("E004", *between.span, f"expected an operator, found `{between.name}`", help=help, fix=fix)
        span = Span(value.start, high.end)
        return Parentheses(*span, Binary(*span, "and", lower, upper, both[0]))

    # ---- `=` for `==` ----

    def equals(self, left: Expression, equals: int, right: Expression) -> Binary:
        self._assignment(equals)
        return Binary(left.start, right.end, "==", left, right, equals)

    def _assignment(self, equals: int) -> None:
        fix = Fix("write `==`", (Edit(Span(equals, equals + 1), "=="),))
        help = "`=` names a value; write `==` to compare."
        self.error("E003", equals, equals + 1, "expected a condition, found an assignment with `=`", help=help, fix=fix)

    def condition(self, argument: Argument) -> None:
        """Read `a = 1 and b` as `a == 1 and b` where an argument has to be a condition."""
        members = argument.value.members if isinstance(argument.value, Group) else []
        for condition in (argument, *members):
            if condition.alias is not None:
                alias, condition.alias = condition.alias, None
                condition.value = self._compared(alias, self.text.index("=", alias.end), condition.value)

    def _compared(self, name: Name, equals: int, value: Expression) -> Expression:
        self._assignment(equals)
        parent: Binary | None = None
        leftmost = value
        while isinstance(leftmost, Binary) and leftmost.operator in ("and", "or", "xor"):
            leftmost.start = name.start
            parent, leftmost = leftmost, leftmost.left
        comparison = Binary(name.start, leftmost.end, "==", name, leftmost, equals)
        if parent is None:
            return comparison
        parent.left = comparison
        return value

    def condition_of_call(self, call: Call) -> None:
        first = call.arguments[0]
        if first.name is None and first.alias is not None:
            from dqlkit import functions

            function = functions.find(call.function.name)
            if function is not None and function.accepts(0) == frozenset({"boolean"}):
                self.condition(first)


def _function_of(operator: Name) -> str:
    """The function that is written like an operator, in any letter case and perhaps with underscores."""
    name = operator.name.replace("_", "")
    from dqlkit import functions

    function = functions.find(name)
    return function.name if function is not None else name


def _call(function: Name, operands: Sequence[Node], end: int) -> Call:
    arguments = [
        o if isinstance(o, Argument) else Argument(o.start, o.end, o)
        for o in operands
        if isinstance(o, Argument | Expression)
    ]
    return Call(operands[0].start, end, function, arguments)


def short(text: str) -> str:
    """A text for a message: in one line, cut where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
