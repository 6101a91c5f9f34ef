"""The words that annotate a function's parameters: how an argument is read, and how it is written again.

To mypy they are what the body sees: expressions of the plan, or literals of it where the value has to stand in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final, Protocol, TypeAlias

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.functions.signature import Kind
from dqlkit.languages.adql.binding import Binder
from dqlkit.languages.adql.calls import millis
from dqlkit.languages.adql.schema import FieldType, named
from dqlkit.languages.adql.tree import Everything, WhereArgument
from dqlkit.languages.syntax import tree
from dqlkit.plan.expressions import Call, Expression, Literal, literal
from dqlkit.types.units import UNITS
from dqlkit.types.values import Duration

__all__ = [
    "EVENTS",
    "VOCABULARY",
    "Condition",
    "Counted",
    "Limit",
    "Metric",
    "Number",
    "Part",
    "Percentage",
    "Step",
    "Test",
    "Text",
    "Unsaid",
    "Value",
    "Writer",
    "read",
    "write",
]

Value: TypeAlias = Expression
"""Any value."""
Number: TypeAlias = Expression
"""A number; a date counts in milliseconds since 1970."""
Text: TypeAlias = Expression
Part: TypeAlias = Expression
"""A piece of a text: a text or a number."""
Counted: TypeAlias = Expression
"""A value, or `*` for the events themselves: then it is `EVENTS`."""
Metric: TypeAlias = Call
"""One metric."""
Test: TypeAlias = Expression
"""`WHERE condition`."""
Condition: TypeAlias = Expression
Percentage: TypeAlias = Literal
"""A number from 0 to 100, written out."""
Limit: TypeAlias = Literal
"""A number, written out."""
Step: TypeAlias = Literal
"""A length of time such as `'10m'`, or a number above 0."""

#: What `*` stands for in `count(*)`.
EVENTS: Final = literal("*")

_WORDS = ("Value", "Number", "Text", "Part", "Counted", "Metric", "Test", "Condition", "Percentage", "Limit", "Step")
VOCABULARY: Mapping[str, Kind] = {word: Kind(role=word) for word in _WORDS} | {"Expression": Kind(), "Binder": Kind()}

_NOWHERE = Span(0, 0)
#: Units of intervals and their nanoseconds.
_UNITS = {unit: UNITS[unit] for unit in "smhdw"}


# ---- reading --------------------------------------------------------------------------------------------------------


def read(kind: Kind, binder: Binder, call: tree.Call, argument: tree.Argument) -> Expression | None:
    """An argument bound for a parameter; None where it is not what the parameter takes, which has been reported."""
    return _READERS[kind.role](binder, call, argument)


def _value(binder: Binder, _call: tree.Call, argument: tree.Argument) -> Expression | None:
    return binder.value(argument.value)


def _number(binder: Binder, call: tree.Call, argument: tree.Argument) -> Expression | None:
    value = binder.value(argument.value)
    kind = binder.scope.type(value)
    if kind in ("string", "boolean"):
        help = "Convert it with `toInt(…)` or `toFloat(…)`."
        message = f"expected a number in `{call.function.name}()`, found {named(kind)}"
        binder.scope.error("E014", call.span, message, help)
    return millis(value) if kind == "date" else value


def _text(binder: Binder, call: tree.Call, argument: tree.Argument) -> Expression | None:
    return _spelled(binder, call, argument, ("string", "object"))


def _part(binder: Binder, call: tree.Call, argument: tree.Argument) -> Expression | None:
    return _spelled(binder, call, argument, ("string", "object", "integer", "float"))


def _spelled(
    binder: Binder, call: tree.Call, argument: tree.Argument, accepted: Collection[FieldType]
) -> Expression | None:
    value = binder.value(argument.value)
    kind = binder.scope.type(value)
    if kind is not None and kind not in accepted:
        message = f"expected a string in `{call.function.name}()`, found {named(kind)}"
        binder.scope.error("E014", argument.span, message, "Convert it with `toString(…)`.")
    return value


def _counted(binder: Binder, call: tree.Call, argument: tree.Argument) -> Expression | None:
    if argument.direction == "distinct":
        fix = Fix(
            "write `distinctcount`",
            (Edit(Span(call.function.start, argument.value.start), "distinctcount("),),
        )
        message = "expected `distinctcount(…)`, found `count(DISTINCT …)`"
        binder.scope.error("E004", call.span, message, "Write `distinctcount(…)`.", fix)
    return EVENTS if isinstance(argument.value, Everything) else binder.value(argument.value)


def _metric(binder: Binder, _call: tree.Call, argument: tree.Argument) -> Expression | None:
    measured = binder.value(argument.value)
    if isinstance(measured, Call) and measured.function.family == "aggregation":
        return measured
    binder.scope.error("E018", argument.span, "expected one metric, found another expression")
    return None


def _test(binder: Binder, call: tree.Call, argument: tree.Argument) -> Expression | None:
    if isinstance(argument.value, WhereArgument):
        return binder.condition(argument.value.condition)
    help = 'Write `filter(count(*), WHERE userExperience = "ERROR")`.'
    message = f"expected a metric and `WHERE` with a condition in `{call.function.name}()`"
    binder.scope.error("E010", call.span, message, help)
    return None


def _condition(binder: Binder, _call: tree.Call, argument: tree.Argument) -> Expression | None:
    return binder.condition(argument.value)


def _limit(binder: Binder, _call: tree.Call, argument: tree.Argument) -> Expression | None:
    bound = binder.value(argument.value)
    if isinstance(bound, Literal) and type(bound.value) in (int, float):
        return bound
    binder.scope.error("E013", bound.span or _NOWHERE, "expected a number, found an expression")
    return None


def _percentage(binder: Binder, call: tree.Call, argument: tree.Argument) -> Expression | None:
    bound = _limit(binder, call, argument)
    if not isinstance(bound, Literal) or 0 <= bound.value <= 100:
        return bound
    message = f"expected a percentage from 0 to 100, found {bound.value}"
    binder.scope.error("B015", bound.span or _NOWHERE, message)
    return None


def _step(binder: Binder, _call: tree.Call, argument: tree.Argument) -> Expression | None:
    bound = binder.value(argument.value)
    error, span = binder.scope.error, argument.span
    if not isinstance(bound, Literal):
        error("E013", span, "expected an interval, found an expression", "Write '10m'.")
    elif isinstance(bound.value, str):
        length = _interval(bound.value)
        if length is not None:
            return literal(Duration(length), bound.span)
        help = "Write a number and s, m, h, d or w, as in '10m'."
        error("E013", span, f"expected an interval, found '{bound.value}'", help)
    elif type(bound.value) in (int, float) and bound.value > 0:
        return bound
    else:
        error("E013", span, "expected a step above 0")
    return None


def _interval(text: str) -> int | None:
    """The nanoseconds of `10m`."""
    amount, unit = text.strip()[:-1].strip(), text.strip()[-1:]
    return int(amount) * _UNITS[unit] if amount.isdigit() and int(amount) and unit in _UNITS else None


_READERS: Mapping[str, Callable[[Binder, tree.Call, tree.Argument], Expression | None]] = {
    "Value": _value,
    "Number": _number,
    "Text": _text,
    "Part": _part,
    "Counted": _counted,
    "Metric": _metric,
    "Test": _test,
    "Condition": _condition,
    "Percentage": _percentage,
    "Limit": _limit,
    "Step": _step,
}


# ---- writing --------------------------------------------------------------------------------------------------------


class Unsaid(Exception):
    """Something that ADQL cannot express: the code, what ADQL lacks, and help."""

    def __init__(self, code: str, message: str, help: str = "") -> None:
        super().__init__(code, message, help)
        self.code, self.message, self.help = code, message, help


class Writer(Protocol):
    """Writes the expressions of one query."""

    @property
    def condition(self) -> Callable[[Expression], tree.Expression]:
        """Writes a condition that is true where the given one is."""

    def value(self, node: Expression) -> tree.Expression:
        """Any value."""

    def operand(self, node: Expression) -> tree.Expression:
        """A value to compute with."""

    def is_date(self, node: Expression) -> bool:
        """Whether the value is a date in ADQL."""

    def type(self, node: Expression) -> FieldType | None:
        """The type that ADQL gives the value; None where only the data tells."""


def write(kind: Kind, writer: Writer, node: Expression) -> tree.Expression:
    """An argument as it is written for a parameter."""
    return _WRITERS[kind.role](writer, node)


def _write_value(writer: Writer, node: Expression) -> tree.Expression:
    return writer.value(node)


def _write_number(writer: Writer, node: Expression) -> tree.Expression:
    return writer.operand(node)


def _write_counted(writer: Writer, node: Expression) -> tree.Expression:
    return Everything(-1, -1) if node is EVENTS else writer.value(node)


def _write_test(writer: Writer, node: Expression) -> tree.Expression:
    return WhereArgument(-1, -1, writer.condition(node))


def _write_condition(writer: Writer, node: Expression) -> tree.Expression:
    return writer.condition(node)


def _write_literal(writer: Writer, node: Expression) -> tree.Expression:
    if not isinstance(node, Literal):
        raise Unsaid("T003", "ADQL takes a plain number there.")
    return writer.value(node)


def _write_step(writer: Writer, node: Expression) -> tree.Expression:
    if not isinstance(node, Literal):
        raise Unsaid("T003", "ADQL's `series()` takes a plain interval.")
    if not isinstance(node.value, Duration):
        return writer.value(node)
    nanos = node.value.nanos
    unit = next((u for u in ("d", "h", "m", "s") if not nanos % _UNITS[u]), None)
    if unit is None or nanos <= 0:
        raise Unsaid("T003", "ADQL's `series()` takes whole seconds at least.")
    return tree.String(-1, -1, f"{nanos // _UNITS[unit]}{unit}", "'")


_WRITERS: Mapping[str, Callable[[Writer, Expression], tree.Expression]] = {
    "Value": _write_value,
    "Number": _write_number,
    "Text": _write_value,
    "Part": _write_value,
    "Counted": _write_counted,
    "Metric": _write_value,
    "Test": _write_test,
    "Condition": _write_condition,
    "Percentage": _write_literal,
    "Limit": _write_literal,
    "Step": _write_step,
}
