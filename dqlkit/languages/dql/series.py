"""Binds the aggregations of time series: `count(default: 0)`, `avg(dt.host.cpu.usage, rollup: max, filter: {…})`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dqlkit import functions
from dqlkit.diagnostics import Edit, Fix, Span, error
from dqlkit.frozen import replace
from dqlkit.functions import Function
from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.column_names import column_name
from dqlkit.languages.dql.demands import is_open, measured, typed
from dqlkit.languages.dql.tree import is_placeholder
from dqlkit.languages.dql.vocabulary import Metric
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument, Binary, Call, Group, Name, Node
from dqlkit.plan.expressions import Call as PlanCall
from dqlkit.plan.expressions import Expression, Literal
from dqlkit.plan.ops.timeseries import Series

if TYPE_CHECKING:
    from dqlkit.languages.dql.bind import Binder

__all__ = ["METRIC", "SERIES", "SeriesBinder", "of_key"]

#: Parameters that every aggregation takes as a series, and those of a metric besides.
SERIES = ("default", "rate", "scalar")
METRIC = (*SERIES, "rollup", "filter")

#: Signs between the sides of a condition, and what classic keys of metrics begin with, before a colon.
_COMPARES = ("==", "!=", "<", "<=", ">", ">=", "~", "and", "or", "in")
_CLASSIC = ("builtin", "ext", "calc", "legacy", "func")

#: The field of a measurement.
VALUE = "value"


class SeriesBinder:
    """Splits a call into parameters of the series and an aggregation, and binds both."""

    def __init__(self, binder: Binder) -> None:
        self.binder = binder

    def series(self, argument: Argument) -> Series:
        """A series of records."""
        call, own = _taken(argument.value, SERIES)
        return self._made(argument, call, own)

    def metric(self, argument: Argument) -> Metric | None:
        """A series of a metric: the first argument of the call is its key."""
        call, own = _taken(argument.value, METRIC)
        if isinstance(call, (tree.Hole, tree.Variable)):  # a placeholder: the series is not known yet
            return Metric("", self._made(argument, call, own), None)
        if not isinstance(call, Call):
            help, fix = self._condition(call)
            self._report(call, "expected an aggregation of a metric, as in `avg(dt.host.cpu.usage)`", help, fix)
            return None
        if _bounds(call) is not None:
            return Metric("", self._made(argument, call, own), None)
        key = next((a.value for a in call.arguments if a.name is None or a.name.name.lower() == "metrickey"), None)
        if key is not None and is_placeholder(key):
            key = tree.Hole(*key.span, "")
        if not isinstance(key, (Name, tree.String)):
            if isinstance(key, (tree.Hole, tree.Variable)):  # which metric is not known yet
                self.binder.expressions.whole(key)
                return Metric("", self._made(argument, _of_value(call, key), own), None)
            self._no_key(call)
            return None
        text = key.name if isinstance(key, Name) else key.value
        self.binder.words.append((key, "metric", text, "", False))
        condition = own.get("filter")
        filter = None if condition is None else self.binder.expressions.whole(_single(condition))
        if filter is not None and condition is not None:
            self.binder.diagnostics += typed(_of_timeseries("filter"), filter, condition)
        return Metric(text, self._made(argument, _of_value(call, key), own, metric=True), filter)

    def _made(self, argument: Argument, call: Node, own: Mapping[str, tree.Expression], metric: bool = False) -> Series:
        self.binder.define(argument)
        name = argument.alias.name if argument.alias else column_name(argument.value)
        default, rate = (self._constant(own.get(word)) for word in ("default", "rate"))
        scalar, rollup = self._constant(own.get("scalar")), own.get("rollup")
        if rollup is not None:
            self._rollup(rollup)
        before = len(self.binder.diagnostics)
        aggregation = self._aggregation(call)
        if len(self.binder.diagnostics) == before:
            self.binder.diagnostics += measured(aggregation, argument.value, metric)
        return Series(
            name,
            aggregation,
            default,
            rate,
            isinstance(scalar, Literal) and scalar.value is True,
            rollup.name if isinstance(rollup, Name) else "",
        )

    def _rollup(self, node: tree.Expression) -> None:
        """Report what is no rollup of a metric."""
        kind = _of_timeseries("rollup").kind
        name = node.name if isinstance(node, Name) else node.value if isinstance(node, tree.String) else ""
        if name.lower() not in kind.options and not is_open(node):
            options = ", ".join(f"`{option}`" for option in kind.options)
            self._report(node, f"expected one of {options} for `rollup`")

    def _aggregation(self, call: Node) -> Expression:
        bounds = _bounds(call)
        if bounds is not None:
            return PlanCall(bounds, (), span=call.span)
        return self.binder.expressions.whole(call, aggregating=True)

    def _constant(self, node: tree.Expression | None) -> Expression | None:
        return None if node is None else self.binder.expressions.whole(_single(node))

    def _condition(self, node: Node) -> tuple[str, Fix | None]:
        """What to write for a condition that stands where a series is wanted."""
        if not isinstance(node, Binary) or node.operator not in _COMPARES:
            return "", None
        edits = Edit(Span(node.start, node.start), "filter:{"), Edit(Span(node.end, node.end), "}")
        text = self.binder.text[node.start : node.end]
        return f"Write `filter:{{{text}}}`.", Fix("make it the filter", edits, safe=False)

    def _no_key(self, call: Call) -> None:
        """Report a call without a metric; keys of the classic API begin with a word and a colon."""
        classic = next((one.name for one in call.arguments if one.name is not None and one.name.name in _CLASSIC), None)
        if classic is None:
            self._report(call, f"expected the key of a metric for `{call.function.name}()`")
            return
        key = next(one for one in call.arguments if one.name is classic)
        help = "Keys have no such prefix here, and most begin with `dt.`: the command `metrics` lists them."
        self._report(key, f"expected the key of a metric, found one of the classic API (`{classic.name}:`)", help)

    def _report(self, node: Node, message: str, help: str = "", fix: Fix | None = None) -> None:
        self.binder.diagnostics.append(error("E013", node.span, message, help=help, fix=fix))


def _of_timeseries(name: str) -> Parameter:
    """A parameter of `timeseries`, which a series of a metric takes as well."""
    command = commands.find("timeseries")
    parameter = command.signature.find(name) if command is not None else None
    assert parameter is not None, name
    return parameter


def _bounds(call: Node) -> Function[..., Any] | None:
    """The function of the series itself that is called: the bounds of its slots."""
    plain = isinstance(call, Call) and not call.arguments
    return functions.find(call.function.name, "series") if plain and isinstance(call, Call) else None


def _single(node: tree.Expression) -> tree.Expression:
    """The value inside of braces around a single one."""
    while isinstance(node, Group) and len(node.members) == 1:
        node = node.members[0].value
    return node


def _taken(node: tree.Expression, words: tuple[str, ...]) -> tuple[tree.Expression, dict[str, tree.Expression]]:
    """A call without its named arguments of these names, and those."""
    if not isinstance(node, Call):
        return node, {}
    own = {a.name.name.lower(): a.value for a in node.arguments if a.name is not None and a.name.name.lower() in words}
    rest = [a for a in node.arguments if a.name is None or a.name.name.lower() not in words]
    return replace(node, arguments=rest), dict(own)


def _of_value(call: Call, key: Node) -> Call:
    """The call over the measurements instead of the key. `count` of a metric counts measurements."""
    from dqlkit.functions.aggregation.counting import count, count_if
    from dqlkit.functions.boolean import is_not_null

    value = Name(key.start, key.end, VALUE)
    if functions.find(call.function.name, "aggregation") is count:
        test = Name(key.start, key.end, is_not_null.name)
        present = Call(key.start, key.end, test, [Argument(key.start, key.end, value)])
        counted = replace(call.function, name=count_if.name)
        return replace(call, function=counted, arguments=[Argument(key.start, key.end, present)])
    arguments = [replace(a, value=value, name=None) if a.value is key else a for a in call.arguments]
    return replace(call, arguments=arguments)


def of_key(call: Call, key: str) -> Call:
    """The call over the key of a metric instead of its measurements: the inverse of `_of_value`."""
    from dqlkit.functions.aggregation.counting import count, count_if
    from dqlkit.functions.boolean import is_not_null

    name = Name(-1, -1, key)
    first = call.arguments[0].value if call.arguments else None
    tests = isinstance(first, Call) and first.function.name == is_not_null.name
    if call.function.name == count_if.name and tests:
        return Call(-1, -1, Name(-1, -1, count.name), [Argument(-1, -1, name)])
    measured = [isinstance(a.value, Name) and a.value.name == VALUE for a in call.arguments]
    arguments = [replace(a, value=name) if of else a for a, of in zip(call.arguments, measured, strict=True)]
    return Call(-1, -1, call.function, arguments)
