"""Lifts conditions.

A condition of ADQL is never null. A filter keeps a record only if the condition is true, so null may become false
everywhere but under a negation. There the negation is pushed inside, to comparisons that have opposites; other tests
get a condition that the field is present.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dqlkit.functions import Function
from dqlkit.functions.boolean import in_, is_false_or_null, is_not_null, is_null, is_true_or_null
from dqlkit.functions.conversion.texts import to_array
from dqlkit.functions.iterative import i_any
from dqlkit.functions.operators import (
    and_,
    equals,
    greater,
    greater_or_equal,
    less,
    less_or_equal,
    not_,
    not_equals,
    or_,
)
from dqlkit.functions.string import matching
from dqlkit.languages.adql.calls import COMPARISONS, is_call, operands
from dqlkit.languages.adql.fulltext import words
from dqlkit.languages.adql.lift_values import Writer, string_node
from dqlkit.languages.adql.logic import never_null
from dqlkit.languages.adql.regexp import RegexpError, from_common, literal_pattern
from dqlkit.languages.adql.tree import Between, IsNull, Match, Membership
from dqlkit.languages.syntax import tree
from dqlkit.plan.expressions import Call, Column, Expression, Literal, Loop
from dqlkit.plan.expressions import literal as literal_of
from dqlkit.types.values import Timestamp

__all__ = ["ConditionWriter"]

_SIGNS = {function: sign for sign, function in COMPARISONS.items()}


class ConditionWriter:
    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        writer.condition = self.true

    # ---- what makes a condition true ----------------------------------------------------------------------------

    def true(self, node: Expression) -> tree.Expression:
        """A condition that is true where the one of the plan is."""
        if isinstance(node, Literal) and isinstance(node.value, bool):
            return self.writer.cannot("T003", node.span, "ADQL has no condition that is always true or always false.")
        if isinstance(node, Column):
            return tree.Binary(-1, -1, "=", self.writer.column(node), tree.Boolean(-1, -1, True))
        if not isinstance(node, Call) or node.function not in _TESTS:
            return self._cannot(node)
        return _TESTS[node.function](self, node)

    def _cannot(self, node: Expression) -> tree.Expression:
        what = node.function if isinstance(node, Call) else None
        if what is not None and what.symbol:
            return self.writer.cannot("T003", node.span, f"ADQL has no condition for `{what.symbol}`.")
        return self.writer.cannot("T002", node.span, f"ADQL has no condition for `{what.name if what else node}()`.")

    def conjunction(self, node: Call) -> tree.Expression:
        left, right = operands(node)
        interval = self._interval(left, right)
        if interval is None and is_call(left, and_):
            first, last = operands(left)
            interval = self._interval(last, right)
            if interval is not None:
                return tree.Binary(-1, -1, "and", self.true(first), interval)
        return interval or tree.Binary(-1, -1, "and", self.true(left), self.true(right))

    def disjunction(self, node: Call) -> tree.Expression:
        left, right = operands(node)
        return tree.Binary(-1, -1, "or", self.true(left), self.true(right))

    def negation(self, node: Call) -> tree.Expression:
        return self.false(*operands(node))

    def not_false(self, node: Call) -> tree.Expression:
        """`isTrueOrNull`: what is not false."""
        (inner,) = operands(node)
        if is_call(inner, not_equals):
            return self._compared(inner, not_equals)
        if is_call(inner, equals):
            absent = IsNull(-1, -1, self.writer.value(operands(inner)[0]))
            return tree.Binary(-1, -1, "or", self.true(inner), absent)
        return negation_of(self.false(inner))

    def not_true(self, node: Call) -> tree.Expression:
        """`isFalseOrNull`: ADQL's own negation."""
        return negation_of(self.true(*operands(node)))

    # ---- what makes a condition false ---------------------------------------------------------------------------

    def false(self, node: Expression) -> tree.Expression:
        """A condition that is true where the one of the plan is false, and not where it is null."""
        if never_null(node):
            return negation_of(self.true(node))
        if is_call(node, not_):
            return self.true(*operands(node))
        if is_call(node, and_, or_):
            left, right = operands(node)
            return tree.Binary(-1, -1, "or" if is_call(node, and_) else "and", self.false(left), self.false(right))
        opposite = node.function.opposite if isinstance(node, Call) else None
        if isinstance(node, Call) and opposite in _SIGNS:
            written = self._compared(node, opposite)
            return self._present(written, *operands(node)) if is_call(node, equals) else written
        if isinstance(node, Column):
            return tree.Binary(-1, -1, "=", self.writer.column(node), tree.Boolean(-1, -1, False))
        tested = operands(node)[0] if isinstance(node, Call) and operands(node) else node
        return self._present(negation_of(self.true(node)), tested)

    def _present(self, test: tree.Expression, *values: Expression) -> tree.Expression:
        """The test, of values that are there."""
        for value in values:
            if not isinstance(value, Literal):
                test = tree.Binary(-1, -1, "and", test, IsNull(-1, -1, self.writer.value(value), True))
        return test

    # ---- comparisons --------------------------------------------------------------------------------------------

    def comparison(self, node: Call) -> tree.Expression:
        written = self._compared(node, node.function)
        return self._present(written, *operands(node)) if is_call(node, not_equals) else written

    def _compared(self, node: Call, function: Function[..., Any]) -> tree.Expression:
        """The operands of a call compared by a function, a value on the right."""
        left, right = operands(node)
        if isinstance(left, Literal) and not isinstance(right, Literal) and function.mirror is not None:
            left, right, function = right, left, function.mirror
        operator = _SIGNS[function]
        if not isinstance(right, Literal):
            help = "Compute the difference on the left side." if operator in "<>" else ""
            return self.writer.cannot("T003", node.span, "ADQL compares with a value, not with another field.", help)
        if right.value is None:
            return self.writer.cannot("T003", node.span, "ADQL has no comparison with null.")
        if isinstance(right.value, str):
            if operator not in ("=", "!="):
                return self.writer.cannot("T003", node.span, "ADQL has no order of texts.")
            if "*" in right.value:
                pattern = string_node(literal_pattern(right.value))
                return Match(-1, -1, "regexp", self.writer.value(left), pattern, operator == "!=")
        return tree.Binary(-1, -1, operator, self.writer.value(left), self._literal(left, right))

    def _literal(self, left: Expression, right: Literal) -> tree.Expression:
        """The right side: a number is a date only beside one."""
        if isinstance(right.value, Timestamp) and not self.writer.is_date(left):
            help = "Declare the field as a date in the schema of its event type."
            return self.writer.cannot("T003", right.span, "ADQL knows of no date on the left side.", help)
        if self.writer.is_date(left) and not isinstance(right.value, Timestamp):
            return self.writer.cannot("T003", right.span, "ADQL compares a date with a date only.")
        return self.writer.literal(right)

    def _interval(self, low: Expression, high: Expression) -> tree.Expression | None:
        """Two bounds of one value are an interval."""
        if not (is_call(low, greater, greater_or_equal) and is_call(high, less, less_or_equal)):
            return None
        (one, least), (other, most) = operands(low), operands(high)
        numbers = [
            side for side in (least, most) if isinstance(side, Literal) and not isinstance(side.value, (str, bool))
        ]
        if one != other or len(numbers) < 2 or least is None or None in (numbers[0].value, numbers[1].value):
            return None
        ends = (self._literal(one, numbers[0]), self._literal(one, numbers[1]))
        return Between(-1, -1, self.writer.value(one), *ends, is_call(low, greater), is_call(high, less))

    # ---- membership and patterns --------------------------------------------------------------------------------

    def membership(self, node: Call) -> tree.Expression:
        value, *members = operands(node)
        literals = [member for member in members if isinstance(member, Literal)]
        if isinstance(value, Literal) and len(members) == 1:
            literals, value = [value], members[0]
        elif len(literals) < len(members):
            return self.writer.cannot("T003", node.span, "ADQL's `IN` takes values, not fields.")
        literals = [one for literal in literals for one in _spread(literal) if one.value is not None]
        if isinstance(value, Literal) or not literals:
            return self.writer.cannot("T003", node.span, "ADQL's `IN` tests a field against values.")
        words = self._words(node, value, literals)
        if words is not None:
            return words
        if any(isinstance(one.value, str) and "*" in one.value for one in literals):
            return self._alternatives(node, value, literals)
        if len(literals) == 1 and self._is_nested(value):
            return tree.Binary(-1, -1, "=", self.writer.value(value), self._literal(value, literals[0]))
        written = [self._literal(value, one) for one in literals]
        return Membership(-1, -1, self.writer.value(value), written)

    def _is_nested(self, value: Expression) -> bool:
        return isinstance(value, Loop) or (isinstance(value, Column) and value.name in self.writer.paths)

    def _alternatives(self, node: Call, value: Expression, literals: list[Literal]) -> tree.Expression:
        """Texts in which `*` is a plain character are patterns."""
        if not all(isinstance(one.value, str) for one in literals):
            return self.writer.cannot("T003", node.span, "ADQL's `IN` takes `*` in a text for any characters.")
        pattern = "|".join(literal_pattern(one.value) for one in literals)
        return Match(-1, -1, "regexp", self.writer.value(value), string_node(pattern))

    def values(self, node: Call) -> tree.Expression:
        """`matchesValue`: wildcards in `=` and `IN`, or `LIKE` where letter case does not count."""
        value, patterns = node.argument("expression"), node.argument("value")
        assert isinstance(value, Expression)
        assert isinstance(patterns, tuple)
        exact, wildcard = node.argument("caseSensitive"), node.argument("wildcard")
        literals = [one for pattern in patterns if isinstance(pattern, Literal) for one in _spread(pattern)]
        plain = isinstance(exact, Literal) or exact is None
        if len(literals) < len(patterns) or wildcard is not None or not plain:
            return self.writer.cannot("T003", node.span, "ADQL's wildcards stand in plain texts.")
        words = self._words(node, value, literals)
        if words is not None:
            return words
        written = self.writer.value(value)
        if not (isinstance(exact, Literal) and exact.value):
            return self._like(written, literals, node)
        if len(literals) == 1 and "*" in literals[0].value:
            return tree.Binary(-1, -1, "=", written, string_node(literals[0].value))
        return Membership(-1, -1, written, [string_node(one.value) for one in literals])

    def _like(self, value: tree.Expression, patterns: list[Literal], node: Call) -> tree.Expression:
        found: tree.Expression | None = None
        for pattern in patterns:
            one = Match(-1, -1, "like", value, string_node(pattern.value))
            found = one if found is None else tree.Binary(-1, -1, "or", found, one)
        if isinstance(value, tree.Name) and value.name in self.writer.schema.analysed:
            self.writer.differs(
                "T104", node.span, "On a full text ADQL's `LIKE` looks for words, here for the whole text."
            )
        return found or self.writer.cannot("T003", node.span, "There is nothing to match.")

    def _words(self, node: Call, value: Expression, literals: list[Literal]) -> tree.Expression | None:
        """A test of the words of a full text is `LIKE`."""
        if not is_call(value, words):
            return None
        (text,) = operands(value)
        if len(literals) == 1:
            return Match(-1, -1, "like", self.writer.value(text), string_node(literals[0].value))
        pattern = "|".join(literal_pattern(one.value) for one in literals)
        return Match(-1, -1, "regexp", self.writer.value(text), string_node(pattern))

    def part(self, node: Call) -> tree.Expression:
        """`contains`, `startsWith`, `endsWith`: a part of a text with wildcards around."""
        before, after = _AROUND[node.function]
        value, wanted = operands(node)[:2]
        exact = node.argument("caseSensitive")
        if not isinstance(wanted, Literal) or not isinstance(wanted.value, str) or "*" in wanted.value:
            return self.writer.cannot("T003", node.span, "ADQL's wildcards stand around a plain text without `*`.")
        pattern = string_node(f"{before}{wanted.value}{after}")
        if exact is not None and isinstance(exact, Literal) and exact.value is False:
            return Match(-1, -1, "like", self.writer.value(value), pattern)
        return tree.Binary(-1, -1, "=", self.writer.value(value), pattern)

    def regex(self, node: Call) -> tree.Expression:
        value, pattern = operands(node)
        if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
            return self.writer.cannot("T003", node.span, "ADQL's `REGEXP` takes a plain text.")
        try:
            written = from_common(pattern.value)
        except RegexpError as fault:
            return self.writer.cannot("T003", node.span, f"ADQL's regular expressions cannot say this: {fault}.")
        return Match(-1, -1, "regexp", self.writer.value(value), string_node(written))

    def phrase(self, node: Call) -> tree.Expression:
        """`matchesPhrase` is `LIKE` on a full text."""
        value, wanted = operands(node)[:2]
        if not isinstance(wanted, Literal) or not isinstance(wanted.value, str):
            return self.writer.cannot("T003", node.span, "ADQL's `LIKE` takes a plain text.")
        message = "ADQL's `LIKE` looks for the words of a full text, in any order; on other fields for the whole text."
        self.writer.differs("T104", node.span, message)
        return Match(-1, -1, "like", self.writer.value(value), string_node(wanted.value))

    def null(self, node: Call) -> tree.Expression:
        return IsNull(-1, -1, self.writer.value(*operands(node)), is_call(node, is_not_null))

    def any(self, node: Call) -> tree.Expression:
        """Whether any of several values meets a condition."""
        (loop,) = node.arguments
        if not isinstance(loop, Loop):
            return self._cannot(node)
        self.writer.sources.append(loop.sources)
        if is_call(loop.body, matching.matches_regex) and is_call(loop.sources[0], to_array):
            (source,) = operands(loop.sources[0])
            if is_call(source, words):
                self.writer.sources[-1] = tuple(operands(source))
        written = self.true(loop.body)
        self.writer.sources.pop()
        return written


def negation_of(node: tree.Expression) -> tree.Expression:
    """The opposite, said inside a predicate where it has a place for `NOT`."""
    if isinstance(node, (Membership, Between, Match, IsNull)):
        node.negated = not node.negated
        return node
    if isinstance(node, tree.Binary) and node.operator == "=":
        return tree.Binary(-1, -1, "!=", node.left, node.right)
    if isinstance(node, tree.Unary) and node.operator == "not":
        return node.operand
    return tree.Unary(-1, -1, "not", node)


def _spread(literal: Literal) -> list[Literal]:
    """A literal array as its elements."""
    return [literal_of(one, literal.span) for one in literal.value] if isinstance(literal.value, list) else [literal]


_AROUND: dict[Function[..., Any], tuple[str, str]] = {
    matching.contains: ("*", "*"),
    matching.starts_with: ("", "*"),
    matching.ends_with: ("*", ""),
}
_TESTS: dict[Function[..., Any], Callable[[ConditionWriter, Call], tree.Expression]] = {
    and_: ConditionWriter.conjunction,
    or_: ConditionWriter.disjunction,
    not_: ConditionWriter.negation,
    is_true_or_null: ConditionWriter.not_false,
    is_false_or_null: ConditionWriter.not_true,
    **dict.fromkeys(_SIGNS, ConditionWriter.comparison),
    in_: ConditionWriter.membership,
    matching.matches_value: ConditionWriter.values,
    **dict.fromkeys(_AROUND, ConditionWriter.part),
    matching.matches_regex: ConditionWriter.regex,
    matching.matches_phrase: ConditionWriter.phrase,
    is_null: ConditionWriter.null,
    is_not_null: ConditionWriter.null,
    i_any: ConditionWriter.any,
}
