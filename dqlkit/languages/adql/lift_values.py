"""Plan expressions as ADQL writes them: values and metrics. Conditions are in `lift_conditions`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from dqlkit.diagnostics import Diagnostic, Span, error, warning
from dqlkit.functions.analytics import base_of
from dqlkit.languages.adql.calls import MILLIS, call, is_call, operands, operate
from dqlkit.languages.adql.functions import INTERVALS
from dqlkit.languages.adql.schema import EventSchema
from dqlkit.languages.adql.tree import Everything, Path, WhereArgument
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument
from dqlkit.plan.expressions import Call, Column, Expression, Item, Literal, Loop, literal
from dqlkit.types.values import Duration, Timestamp

__all__ = ["Writer", "called", "name_node", "number_node", "string_node"]

_NOWHERE = Span(0, 0)
_ARITHMETIC = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "modulo": "%"}
#: Functions of the plan that ADQL has under another name, and as many arguments.
_SCALARS = {
    "concat": "concat",
    "stringLength": "length",
    "trim": "trim",
    "indexOf": "indexOf",
    "toLong": "toInt",
    "toDouble": "toFloat",
    "toString": "toString",
    "now": "now",
    "unixMillisFromTimestamp": "toInt",
}
#: Metrics of one value.
_METRICS = {
    "avg": "avg",
    "sum": "sum",
    "integerSum": "sum",
    "min": "min",
    "max": "max",
    "stddev": "stdev",
    "countDistinctExact": "distinctcount",
    "countDistinct": "distinctcount",
    "countDistinctApprox": "distinctcount",
    "countValues": "count",
}


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


@dataclass
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
        """Report what ADQL cannot say; something stands for it."""
        found = error(code, span or _NOWHERE, message, help=help)
        if found not in self.diagnostics:
            self.diagnostics.append(found)
        return tree.Null(-1, -1)

    def differs(self, code: str, span: Span | None, message: str, help: str = "") -> None:
        """Report what ADQL says a little differently."""
        found = warning(code, span or _NOWHERE, message, help=help)
        if found not in self.diagnostics:
            self.diagnostics.append(found)

    # ---- values -------------------------------------------------------------------------------------------------

    def value(self, node: Expression) -> tree.Expression:
        """Any value."""
        match node:
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
        source = self.sources[-1][node.index]
        inner = source.arguments[0] if isinstance(source, Call) and source.function.name == "toArray" else source
        if isinstance(inner, Column) and inner.name in self.paths:
            return self.column(inner)
        return self.cannot("T003", node.span, "ADQL goes through the values of nested fields only.")

    def _loop(self, node: Loop) -> tree.Expression:
        self.sources.append(node.sources)
        body = self.value(node.body)
        self.sources.pop()
        return body

    def is_date(self, node: Expression) -> bool:
        """Whether a value is a date where ADQL reads it again."""
        if isinstance(node, Column):
            computed = self.fields.get(node.name, node)
            if isinstance(computed, Column):
                return self.schema.type(computed.name) == "date"
            with self.over({}):
                return self.is_date(computed)
        return is_call(node, "now", "timestampFromUnixMillis") or _of_date(node) is not None

    # ---- calls --------------------------------------------------------------------------------------------------

    def _call(self, node: Call) -> tree.Expression:
        name = node.function.name
        if name in _ARITHMETIC and len(node.arguments) == 2:
            left, right = map(self.operand, operands(node))
            return tree.Binary(-1, -1, _ARITHMETIC[name], left, right)
        if name == "negate":
            return tree.Unary(-1, -1, "-", self.operand(*operands(node)))
        if node.function.family == "aggregation":
            return self.metric(node)
        date = _of_date(node)
        if date is not None:
            return called("toDate", self.value(date))
        written = _WRITERS.get(name)
        if written is not None:
            return written(self, node)
        if name in _SCALARS:
            return called(_SCALARS[name], *(self.value(one) for one in operands(node)))
        if node.function.symbol:
            return self.cannot("T003", node.span, f"ADQL has no `{node.function.symbol}` where a value stands.")
        return self.cannot("T002", node.span, f"ADQL has no function for `{name}()`.")

    def operand(self, node: Expression) -> tree.Expression:
        """An operand of arithmetic: a date that is taken as milliseconds is written as the date."""
        if isinstance(node, Call) and node.function.name == "unixMillisFromTimestamp":
            (inner,) = operands(node)
            if self.is_date(inner):
                return self.value(inner)
        if self.is_date(node):
            return self.cannot("T003", node.span, "ADQL computes with milliseconds, not with points in time.")
        return self.value(node)

    def substring(self, node: Call) -> tree.Expression:
        text, start, end = (node.argument(name) for name in ("expression", "from", "to"))
        parts = [text, start or literal(0), *([end] if end is not None else [])]
        return called("substring", *(self.value(part) for part in parts if isinstance(part, Expression)))

    def interval(self, node: Call) -> tree.Expression:
        """`bin` is `series` with a step, or with an interval of whole units."""
        value, step, at = node.arguments
        assert isinstance(value, Expression)
        if at is not None or not isinstance(step, Literal):
            return self.cannot("T003", node.span, "ADQL's `series()` takes a plain interval.")
        if not isinstance(step.value, Duration):
            return called("series", self.operand(value), self.literal(step))
        units = sorted(INTERVALS.items(), key=lambda unit: -unit[1])
        unit = next(((name, size) for name, size in units if name != "w" and step.value.nanos % size == 0), None)
        if unit is None or not self.is_date(value):
            return self.cannot("T003", node.span, "ADQL's `series()` takes a date field and whole seconds at least.")
        return called("series", self.value(value), string_node(f"{step.value.nanos // unit[1]}{unit[0]}"))

    def choice(self, node: Call) -> tree.Expression:
        """Labels by bounds are `range`; no other choice can be said."""
        value, bounds = _bounds(node)
        if value is None:
            return self.cannot("T003", node.span, "ADQL has no conditional value.", "It can count with `filter(…)`.")
        return called("range", self.operand(value), *(self.literal(bound) for bound in bounds))

    def members(self, node: Call) -> tree.Expression:
        """A record of five metrics of one value is `stats`."""
        names, values = node.arguments
        assert isinstance(names, Literal)
        assert isinstance(values, tuple)
        if list(names.value) == ["count", "min", "max", "avg", "sum"]:
            written = [self.value(value) for value in values if is_metric(value)]
            functions = [one.function.name for one in written if isinstance(one, tree.Call)]
            inner = [one.arguments[0].value for one in written if isinstance(one, tree.Call) and one.arguments]
            if functions == ["count", "min", "max", "avg", "sum"] and all(one == inner[0] for one in inner):
                return called("stats", inner[0])
        return self.cannot("T003", node.span, "ADQL has no records but those of `stats()`.")

    # ---- metrics ------------------------------------------------------------------------------------------------

    def metric(self, node: Call) -> tree.Expression:
        """An aggregation, perhaps over what meets a condition."""
        name = node.function.name
        if name == "count":
            return called("count", Everything(-1, -1))
        if name == "countIf":
            return self._count_if(node)
        value = node.arguments[0]
        assert isinstance(value, Expression)
        if not is_call(value, "if") or value.argument("else") is not None:
            return self._measured(node, value)
        condition, value = operands(value)
        return self._filtered(self._measured(node, value), condition)

    def _measured(self, node: Call, value: Expression) -> tree.Expression:
        base = base_of(node.function)
        name = node.function.name if base is None else base.name
        if name in ("percentile", "percentiles", "percentileFromSamples"):
            return self._percentile(node, value)
        if name not in _METRICS:
            return self.cannot("T002", node.span, f"ADQL has no metric for `{name}()`.")
        measured = self.operand(value) if name in ("avg", "sum", "integerSum", "stddev") else self.value(value)
        return called(_METRICS[name], measured)

    def _percentile(self, node: Call, value: Expression) -> tree.Expression:
        if node.function.name != "percentileFromSamples" and node.argument("weight") is not None:
            return self.cannot("T002", node.span, "ADQL's `percentile()` has no weights.")
        if node.function.name == "percentileFromSamples":
            value = operands(value)[0] if is_call(value, "toArray") else value
        wanted = node.argument("percentile")
        numbers = wanted if isinstance(wanted, tuple) else (wanted,)
        literals = [self.value(one) for one in numbers if isinstance(one, Expression)]
        return called("percentile", self.operand(value), *literals)

    def _count_if(self, node: Call) -> tree.Expression:
        (condition,) = operands(node)
        if is_call(condition, "isNotNull"):
            return called("count", self.value(*operands(condition)))
        first, rest = _first_of_all(condition)
        if rest is not None and is_call(first, "isNotNull") and isinstance(operands(first)[0], Column):
            return self._filtered(called("count", self.value(*operands(first))), rest)
        return self._filtered(called("count", Everything(-1, -1)), condition)

    def _filtered(self, metric: tree.Expression, condition: Expression) -> tree.Expression:
        return called("filter", metric, WhereArgument(-1, -1, self.condition(condition)))

    def list_of_metrics(self, node: Call) -> tree.Expression:
        """Percentiles over samples, one by one, are one call again."""
        (items,) = node.arguments
        assert isinstance(items, tuple)
        written = [self.value(item) for item in items if is_call(item, "percentileFromSamples")]
        calls = [one for one in written if isinstance(one, tree.Call)]
        if calls and len(calls) == len(items) and all(one.arguments[0] == calls[0].arguments[0] for one in calls):
            return called("percentile", calls[0].arguments[0].value, *(one.arguments[1].value for one in calls))
        return self.cannot("T003", node.span, "ADQL has no arrays.")


def is_metric(node: Expression) -> bool:
    return isinstance(node, Call) and node.function.family == "aggregation"


def _first_of_all(condition: Expression) -> tuple[Expression, Expression | None]:
    """The first of several conditions that all have to hold, and the others."""
    if not is_call(condition, "and"):
        return condition, None
    left, right = operands(condition)
    first, rest = _first_of_all(left)
    return first, right if rest is None else operate("and", rest, right, span=condition.span)


def _of_date(node: Expression) -> Expression | None:
    """What `toDate` converts, for the expression that stands for it."""
    if not is_call(node, "coalesce"):
        return None
    first = operands(node)[0]
    if not is_call(first, "timestampFromUnixMillis"):
        return None
    (value,) = operands(first)
    whole = call("coalesce", call("timestampFromUnixMillis", value), call("toTimestamp", call("toString", value)))
    return value if node == whole else None


def _bounds(node: Expression) -> tuple[Expression | None, list[Literal]]:
    """The value and the bounds of a chain of conditions that `range` stands for; no value for any other."""
    from dqlkit.languages.adql.functions import labelled

    value: Expression | None = None
    bounds: list[Literal] = []
    current: object = node
    while is_call(current, "if"):
        test = current.arguments[0]
        if not is_call(test, "less", "greaterOrEqual"):
            return None, []
        value, bound = operands(test)
        if not isinstance(bound, Literal):
            return None, []
        if is_call(test, "less"):
            bounds.append(bound)
        current = current.argument("else")
    if value is None or not bounds or labelled(value, bounds) != node:
        return None, []
    return value, bounds


_WRITERS: dict[str, Callable[[Writer, Call], tree.Expression]] = {
    "substring": Writer.substring,
    "bin": Writer.interval,
    "if": Writer.choice,
    "record": Writer.members,
    "array": Writer.list_of_metrics,
}
