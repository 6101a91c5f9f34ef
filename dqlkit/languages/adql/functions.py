"""The functions of ADQL: metrics, buckets, text and conversion, each bound to what the plan has for it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import TYPE_CHECKING

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.functions.analytics import integer_sum, over_values
from dqlkit.languages.adql.calls import aggregate, call, millis, operate
from dqlkit.languages.adql.conditions import all_of
from dqlkit.languages.adql.function import AdqlFunction, bucket, declared, metric, scalar
from dqlkit.languages.adql.tree import Everything, WhereArgument
from dqlkit.languages.syntax import tree
from dqlkit.plan.expressions import Call, Expression, Literal, literal
from dqlkit.types.kinds import NULL, Record
from dqlkit.types.values import Duration

if TYPE_CHECKING:
    from dqlkit.languages.adql.expressions import ExpressionBinder
    from dqlkit.languages.adql.scope import Scope

__all__ = ["INTERVALS", "find", "labelled", "report_unknown"]

_NOWHERE = Span(0, 0)

#: Names that come from other languages, and what ADQL calls them.
FOREIGN_NAMES = {
    "average": "avg",
    "mean": "avg",
    "dc": "distinctcount",
    "dcount": "distinctcount",
    "distinct_count": "distinctcount",
    "uniquecount": "distinctcount",
    "uniques": "distinctcount",
    "countdistinct": "distinctcount",
    "stddev": "stdev",
    "stddev_pop": "stdev",
    "perc": "percentile",
    "countif": "filter",
    "timeseries": "series",
    "bin": "series",
    "date_histogram": "series",
    "histogram": "series",
    "timechart": "series",
    "buckets": "range",
    "len": "length",
    "strlen": "length",
    "stringlength": "length",
    "substr": "substring",
    "instr": "indexOf",
    "tolong": "toInt",
    "todouble": "toFloat",
    "tonumber": "toFloat",
    "totimestamp": "toDate",
    "string": "toString",
    "numeric": "toFloat",
}
_WITHOUT_USE = frozenset({"exists", "compare", "list"})
#: Interval units and their nanoseconds.
INTERVALS = {
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
    "w": 604_800_000_000_000,
}


def find(name: str) -> AdqlFunction | None:
    """The function of that name, in any letter case."""
    return declared().get(name.lower())


def report_unknown(scope: Scope, node: tree.Call) -> None:
    """Say that there is no such function, and which may be meant."""
    name, span = node.function.name, node.function.span
    meant = FOREIGN_NAMES.get(name.lower(), "")
    close = [meant] if meant else get_close_matches(name.lower(), declared(), n=1, cutoff=0.6)
    guess = declared()[close[0].lower()].name if close else ""
    fix = Fix(f"write `{guess}`", (Edit(span, guess),), safe=False) if guess else None
    if name.lower() in _WITHOUT_USE:
        scope.error(
            "E007", span, f"expected a function of ADQL, found `{name}`", f"`{name}` is reserved and has no use."
        )
        return
    help = f"Write `{guess}`." if guess else "Known are " + ", ".join(f.name for f in declared().values()) + "."
    scope.error("E007", span, f"expected a function of ADQL, found `{name}`", help, fix)


# ---- arguments ------------------------------------------------------------------------------------------------------


def _measured(binder: ExpressionBinder, name: str, value: Expression, node: tree.Call) -> Expression:
    """An aggregation of a value; over all values of a field that may hold several."""
    if binder.scope.is_nested(value):
        return Call(over_values(name), (binder.scope.each(value),), span=node.span)
    if name == "integerSum":
        return Call(integer_sum, (value,), span=node.span)
    return aggregate(name, value, span=node.span)


def _number(binder: ExpressionBinder, node: tree.Call, value: Expression) -> Expression:
    """A number to compute with: dates count in milliseconds, text is reported."""
    kind = binder.scope.type(value)
    if kind in ("string", "boolean"):
        help = "Convert it with `toInt(…)` or `toFloat(…)`."
        binder.scope.error("E014", node.span, f"expected a number in `{node.function.name}()`, found a {kind}", help)
    return millis(value) if kind == "date" else value


def _constant_number(binder: ExpressionBinder, bound: Expression) -> Literal | None:
    if isinstance(bound, Literal) and type(bound.value) in (int, float):
        return bound
    binder.scope.error("E013", bound.span or _NOWHERE, "expected a number, found an expression")
    return None


def _is_percentage(binder: ExpressionBinder, bound: Literal) -> bool:
    if 0 <= bound.value <= 100:
        return True
    message = f"expected a percentage from 0 to 100, found {bound.value}"
    binder.scope.error("B015", bound.span or _NOWHERE, message)
    return False


# ---- metrics --------------------------------------------------------------------------------------------------------


@metric("*", raw=True)
def count(binder: ExpressionBinder, node: tree.Call) -> Expression | None:
    """How many events there are: `count(*)`; or how many of them have a field: `count(field)`."""
    if len(node.arguments) != 1:
        count.report_count(binder, node)
        return None
    argument = node.arguments[0]
    if argument.direction == "distinct":
        fix = Fix(
            "write `distinctcount`",
            (Edit(tree.Node(node.function.start, argument.value.start).span, "distinctcount("),),
        )
        message = "expected `distinctcount(…)`, found `count(DISTINCT …)`"
        binder.scope.error("E004", node.span, message, "Write `distinctcount(…)`.", fix)
        return aggregate("countDistinctExact", binder.value(argument.value), span=node.span)
    if isinstance(argument.value, Everything):
        return aggregate("count", span=node.span)
    value = binder.value(argument.value)
    if binder.scope.is_nested(value):
        return Call(over_values("countValues"), (binder.scope.each(value),), span=node.span)
    return aggregate("countIf", call("isNotNull", value), span=node.span)


@metric("x")
def avg(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """The mean, a float; events without a value do not count."""
    return _measured(binder, "avg", _number(binder, node, x), node)


@metric("x")
def sum_(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """The sum, of whole numbers a whole one."""
    return _measured(binder, "integerSum", _number(binder, node, x), node)


@metric("x")
def min_(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """The least number or the first date."""
    return _measured(binder, "min", x, node)


@metric("x")
def max_(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """The greatest number or the last date."""
    return _measured(binder, "max", x, node)


@metric("x")
def stdev(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """The standard deviation of all values, not of a sample."""
    return _measured(binder, "stddev", _number(binder, node, x), node)


@metric("x")
def distinctcount(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """How many different values there are. The service estimates beyond 3,000; here the number is exact."""
    return _measured(binder, "countDistinctExact", x, node)


@metric("x, p, …", several=True)
def percentile(
    binder: ExpressionBinder, node: tree.Call, x: Expression, p: Expression, *more: Expression
) -> Expression | None:
    """The value below which `p` percent of all lie; several percentages give a list of values."""
    percentages = [_constant_number(binder, one) for one in (p, *more)]
    if None in percentages or not all(_is_percentage(binder, one) for one in percentages if one):
        return None
    value = _number(binder, node, x)
    if binder.scope.is_nested(value):
        samples = call("toArray", binder.scope.each(value))
        found = [aggregate("percentileFromSamples", samples, one, span=node.span) for one in percentages]
        return found[0] if len(found) == 1 else call("array", *found, span=node.span)
    return aggregate("percentiles" if more else "percentile", value, *percentages, span=node.span)


@metric("x", several=True)
def stats(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """Count, least, greatest, mean and sum of a number, as one value with five members."""
    value = _number(binder, node, x)
    nested = binder.scope.is_nested(value)
    counted = (
        _measured(binder, "countValues", value, node) if nested else aggregate("countIf", call("isNotNull", value))
    )
    members = {"count": counted} | {
        name: _measured(binder, plan, value, node)
        for name, plan in (("min", "min"), ("max", "max"), ("avg", "avg"), ("sum", "integerSum"))
    }
    names = Literal(dict.fromkeys(members), Record((name, NULL) for name in members))
    return call("record", names, *members.values(), span=node.span)


@metric("metric, WHERE condition", raw=True)
def filter_(binder: ExpressionBinder, node: tree.Call) -> Expression | None:
    """A metric over those events of the group that meet a condition."""
    values = [argument.value for argument in node.arguments]
    if len(values) != 2 or not isinstance(values[1], WhereArgument):
        help = 'Write `filter(count(*), WHERE userExperience = "ERROR")`.'
        binder.scope.error("E010", node.span, "expected a metric and `WHERE` with a condition in `filter()`", help)
        return None
    measured = binder.value(values[0])
    was, binder.may_aggregate = binder.may_aggregate, False
    condition = binder.condition(values[1].condition)
    binder.may_aggregate = was
    if not isinstance(measured, Call) or measured.function.family != "aggregation":
        binder.scope.error("E018", values[0].span, "expected one metric, found another expression")
        return None
    return filtered(measured, condition, node)


def filtered(measured: Call, condition: Expression, node: tree.Call) -> Expression:
    """An aggregation that only counts what meets a condition."""
    name = measured.function.name
    if name == "count":
        return aggregate("countIf", condition, span=node.span)
    value = measured.arguments[0]
    assert isinstance(value, Expression)
    if name == "countIf":
        return aggregate("countIf", all_of([value, condition]), span=node.span)
    return Call(measured.function, (call("if", condition, value), *measured.arguments[1:]), span=node.span)


@metric("field, condition, …", raw=True, several=True)
def funnel(binder: ExpressionBinder, node: tree.Call) -> Expression | None:
    """How many values of a field have an event for the first condition, for that and the second, and so on."""
    help = "Write `SELECT funnel(field, condition, …) AS 'first step,second step'`."
    binder.scope.error("A001", node.span, "expected `funnel()` alone in the list, with a field and its steps", help)
    return None


# ---- buckets --------------------------------------------------------------------------------------------------------


@bucket("x, interval")
def series(binder: ExpressionBinder, node: tree.Call, x: Expression, step: Expression) -> Expression | None:
    """Groups of one width: `series(eventTimestamp, '10m')` by time, `series(price, 100)` by number.

    Weeks begin on Thursday, as the first of 1970 did [decided]; there are no empty groups.
    """
    if not isinstance(step, Literal):
        binder.scope.error("E013", node.arguments[1].span, "expected an interval, found an expression", "Write '10m'.")
        return None
    if isinstance(step.value, str):
        length = _interval(step.value)
        if length is None:
            help = "Write a number and s, m, h, d or w, as in '10m'."
            binder.scope.error("E013", node.arguments[1].span, f"expected an interval, found '{step.value}'", help)
            return None
        return call("bin", x, literal(Duration(length), step.span), span=node.span)
    if type(step.value) not in (int, float) or step.value <= 0:
        binder.scope.error("E013", node.arguments[1].span, "expected a step above 0")
        return None
    return call("bin", _number(binder, node, x), step, span=node.span)


def _interval(text: str) -> int | None:
    """The nanoseconds of `10m`."""
    amount, unit = text.strip()[:-1].strip(), text.strip()[-1:]
    return int(amount) * INTERVALS[unit] if amount.isdigit() and int(amount) and unit in INTERVALS else None


@bucket("x, bound, …", name="range")
def range_(
    binder: ExpressionBinder, node: tree.Call, x: Expression, bound: Expression, *more: Expression
) -> Expression | None:
    """Groups between bounds, each from its bound up to below the next: `range(responseTime, 100, 500)`."""
    known = [one for one in (_constant_number(binder, one) for one in (bound, *more)) if one is not None]
    if len(known) <= len(more):
        return None
    if any(low.value >= high.value for low, high in pairwise(known)):
        binder.scope.error("E013", node.span, "expected the bounds in ascending order")
        return None
    found = labelled(_number(binder, node, x), known)
    return Call(found.function, found.arguments, span=node.span)


def labelled(value: Expression, bounds: Sequence[Literal]) -> Call:
    """The label of the bounds that a value lies between: what `range` stands for."""
    shown = [str(bound.value) for bound in bounds]
    below = [f"(-inf, {shown[0]})", *(f"[{low}, {high})" for low, high in pairwise(shown))]
    found = call("if", operate("greaterOrEqual", value, bounds[-1]), literal(f"[{shown[-1]}, inf)"))
    for bound, label in zip(reversed(bounds), reversed(below), strict=True):
        found = call("if", operate("less", value, bound), literal(label), else_=found)
    return found


# ---- text -----------------------------------------------------------------------------------------------------------


@scalar("a, b, …")
def concat(binder: ExpressionBinder, node: tree.Call, a: Expression, *more: Expression) -> Expression | None:
    """Texts one after the other."""
    return call("concat", a, *more, span=node.span)


@scalar("s")
def length(binder: ExpressionBinder, node: tree.Call, s: Expression) -> Expression | None:
    """How many characters a text has."""
    return call("stringLength", s, span=node.span)


@scalar("s")
def trim(binder: ExpressionBinder, node: tree.Call, s: Expression) -> Expression | None:
    """A text without blanks at both ends."""
    return call("trim", s, span=node.span)


@scalar("s, part", name="indexOf")
def index_of(binder: ExpressionBinder, node: tree.Call, s: Expression, part: Expression) -> Expression | None:
    """Where a text holds another one first, from 0; -1 where it does not."""
    return call("indexOf", s, part, span=node.span)


@scalar("s, start, end")
def substring(
    binder: ExpressionBinder, node: tree.Call, s: Expression, start: Expression, end: Expression | None = None
) -> Expression | None:
    """The part of a text from one position up to before another, or to its end; positions count from 0."""
    return call("substring", s, from_=start, to=end, span=node.span)


# ---- conversion -----------------------------------------------------------------------------------------------------


@scalar("x", name="toInt")
def to_int(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """A value as a whole number; null where it spells none. A date is its milliseconds since 1970."""
    return millis(x) if binder.scope.is_date(x) else call("toLong", x, span=node.span)


@scalar("x", name="toFloat")
def to_float(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """A value as a number with a fraction; null where it spells none."""
    return call("toDouble", millis(x) if binder.scope.is_date(x) else x, span=node.span)


@scalar("x", name="toString")
def to_string(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """A value as text."""
    return call("toString", x, span=node.span)


@scalar("x", name="toDate")
def to_date(binder: ExpressionBinder, node: tree.Call, x: Expression) -> Expression | None:
    """Milliseconds since 1970, or a text in ISO-8601, as a date; null where it is neither."""
    if binder.scope.is_date(x):
        return x
    return call(
        "coalesce", call("timestampFromUnixMillis", x), call("toTimestamp", call("toString", x)), span=node.span
    )


@scalar("")
def now(binder: ExpressionBinder, node: tree.Call) -> Expression | None:
    """The moment the query runs; in computations its milliseconds since 1970."""
    return call("now", span=node.span)
