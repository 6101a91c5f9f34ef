"""Binds ADQL statements: makes the plan of a query, with all that ADQL leaves implicit.

A query that aggregates groups by its plain fields. Groups come by their number of events, the largest ten of each field
unless the query says otherwise; events come newest first, a hundred of them. `HAVING` judges what is left after that.
"""

from __future__ import annotations

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.frozen import mutable
from dqlkit.languages.adql import functions
from dqlkit.languages.adql.calls import call, instant, operate
from dqlkit.languages.adql.canonical import label
from dqlkit.languages.adql.expressions import ExpressionBinder
from dqlkit.languages.adql.function import AdqlFunction
from dqlkit.languages.adql.functions.funnel import Funnel, find_funnel
from dqlkit.languages.adql.groups import TIME, Grouped, Term
from dqlkit.languages.adql.habits import UNITS
from dqlkit.languages.adql.limits import DEFAULT_ROWS, MOST_ROWS
from dqlkit.languages.adql.logic import all_of
from dqlkit.languages.adql.schema import Schemas, schema_of
from dqlkit.languages.adql.scope import Scope
from dqlkit.languages.adql.tree import Everything, Query, Since, bare
from dqlkit.languages.language import Bound
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument, Parsed
from dqlkit.plan.expressions import Column, Expression, Literal, literal
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import aggregations
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.limit import Limit as LimitOperator
from dqlkit.plan.ops.nested import Nested
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Order, Sort
from dqlkit.types.units import MINUTE
from dqlkit.types.values import Duration

__all__ = ["bind"]


def bind(parsed: Parsed, schemas: Schemas | None = None) -> Bound:
    """The plan of a parsed text, and all diagnostics beyond syntax errors.

    `schemas` are the declared event types, by name.
    """
    node = parsed.tree
    if not isinstance(node, Query):
        scope = Scope(schema_of("", schemas or {}))
        return Bound(ExpressionBinder(scope).condition(node), scope.diagnostics, words=scope.words)
    if node.select is None or node.source is None:
        return Bound(None, [])
    scope = Scope(schema_of(node.source.event_type.name, schemas or {}))
    plan = _Statement(node, scope).plan()
    broken = any(diagnostic.severity == "error" for diagnostic in parsed.diagnostics)
    # An incomplete item in a text with syntax errors was reported by the parser.
    told = [d for d in scope.diagnostics if not (broken and d.code == "A001")]
    return Bound(plan, told, words=scope.words)


@mutable
class _Item:
    """An item of the list: its label and what it is; where it calls a bucketing function, that and the value in it."""

    node: Argument
    label: str
    expression: Expression
    bucket: AdqlFunction | None = None
    value: Expression | None = None

    @property
    def is_metric(self) -> bool:
        return bool(aggregations(self.expression))


class _Statement:
    def __init__(self, query: Query, scope: Scope) -> None:
        self.query, self.scope = query, scope
        self.expressions = ExpressionBinder(scope)

    def plan(self) -> Operator:
        """The whole query."""
        query = self.query
        assert query.select is not None
        everything = [item for item in query.select.items if isinstance(item.value, Everything)]
        if funnel := find_funnel(query.select):
            return self._funnel(funnel)
        items = [] if everything else [self._item(node) for node in query.select.items]
        if everything:
            self._only_everything(everything[0])
        self._aliases(items)
        condition = self.expressions.condition(query.where.condition) if query.where else None
        if query.select.distinct or any(item.is_metric or item.bucket for item in items):
            return self._grouped(items, condition)
        return self._raw(items, condition)

    # ---- the list -----------------------------------------------------------------------------------------------

    def _item(self, node: Argument) -> _Item:
        name = node.alias.name if node.alias else label(node.value)
        bucketing = _bucketing(node.value)
        if bucketing is None:
            return _Item(node, name, self.expressions.metric(node.value))
        function, call = bucketing
        self.scope.words.append((call.function, "function", function.name, "", False))
        arguments = function.arguments(self.expressions, call)
        expression = function.meaning(self.expressions, call, arguments) if arguments else None
        if expression is None or not arguments:
            return _Item(node, name, self.expressions.unknown(node))
        return _Item(node, name, expression, function, arguments[0])

    def _only_everything(self, node: Argument) -> None:
        assert self.query.select is not None
        if self.query.select.distinct:
            self.scope.error("A001", node.span, "expected fields after `DISTINCT`, found `*`", "Name the fields.")
        if len(self.query.select.items) > 1:
            help = "Name the fields, or write `SELECT *` alone."
            self.scope.error("A001", node.span, "expected `*` alone, found other items beside it", help)

    def _aliases(self, items: list[_Item]) -> None:
        """Names that a condition may use."""
        for item in items:
            if item.node.alias is not None:
                self.scope.words.append((item.node.alias, "field", item.label, "", True))
            if item.node.alias is not None and not item.is_metric:
                self.scope.aliases[item.label] = item.expression

    # ---- the source ---------------------------------------------------------------------------------------------

    def _source(self, condition: Expression | None, bucketed: bool) -> Operator:
        """The events that the query reads, filtered by time range and condition."""
        query = self.query
        assert query.source is not None
        name = query.source.event_type.name
        self.scope.words.append((query.source.event_type, "table", name, "", False))
        first, last = self._range(query.since) if query.since else (None, None)
        if bucketed and query.since and first is not None:
            self.scope.warn(
                "A015",
                query.since.span,
                "expected no `SINCE` beside `series()`, which keeps to the range the query is run with",
                "Give the range to the query from outside.",
            )
            condition = _within(first, last, condition)
            first = last = None
        source: Operator = Fetch(name, first, last, span=query.source.span)
        if self.scope.paths:
            source = Nested(source, tuple(self.scope.paths.values()), span=query.source.span)
        if condition is None:
            return source
        return Filter(source, condition, span=query.where.span if query.where else None)

    def _range(self, since: Since) -> tuple[Expression, Expression | None]:
        """Both ends belong to the range; a plan's range ends before its end."""
        first = _moment(since.first)
        if since.last is None:
            return first, None
        last = _moment(since.last)
        just_after = literal(Duration(1), since.last.span)
        if isinstance(last, Literal):
            return first, literal(type(last.value)(last.value.nanos + 1), since.last.span)
        return first, operate("add", last, just_after, span=since.last.span)

    # ---- events -------------------------------------------------------------------------------------------------

    def _raw(self, items: list[_Item], condition: Expression | None) -> Operator:
        query = self.query
        plan = Sort(
            self._source(condition, False), self._event_order(items), span=query.order.span if query.order else None
        )
        plan = LimitOperator(plan, self._rows(), span=query.limit.span if query.limit else None)  # type: ignore[assignment]
        if query.having is not None:
            help = "Conditions on events stand in `WHERE`."
            self.scope.error("A020", query.having.span, "expected metrics beside `HAVING`, found none", help)
        fields = tuple(Field(item.label, self.scope.each(item.expression)) for item in items)
        return Project(plan, fields, span=query.select.span) if fields else plan  # type: ignore[union-attr]

    def _event_order(self, items: list[_Item]) -> tuple[Order, ...]:
        """The order of events: newest first where none is asked for."""
        if self.query.order is None:
            return (Order(Column(TIME), True),)
        keys = []
        for key in self.query.order.keys:
            expression = self.expressions.value(key.value)
            if items and expression not in [item.expression for item in items]:
                help = "The service orders by what is in the list."
                message = "expected something from the `SELECT` list, found another field"
                self.scope.warn("A021", key.span, message, help)
            if self.scope.is_nested(expression):
                self.scope.nested_key(key.span)
            keys.append(Order(expression, key.direction == "desc"))
        return tuple(keys)

    def _rows(self) -> int:
        limit = self.query.limit
        if limit is None:
            return DEFAULT_ROWS
        if len(limit.counts) > 1:
            help = "There is no offset; several numbers are for the fields of a query that groups."
            fix = Fix("keep the first number", (Edit(Span(limit.counts[0].end, limit.end), ""),))
            self.scope.warn("A013", limit.counts[1].span, "expected one number, found several", help, fix)
        return self._capped(limit.counts[0], MOST_ROWS)

    def _capped(self, count: tree.Number, most: int) -> int:
        if count.value > most:
            message = f"expected at most {most:,} here, found {count.value:,}"
            fix = Fix(f"write {most}", (Edit(count.span, str(most)),))
            self.scope.warn("A012", count.span, message, f"The service lowers it to {most:,}.", fix)
        return min(int(count.value), most)

    # ---- groups -------------------------------------------------------------------------------------------------

    def _grouped(self, items: list[_Item], condition: Expression | None) -> Operator:
        terms: list[Term] = []
        values: list[Field] = []
        for item in items:
            if item.is_metric:
                values.append(Field(item.label, item.expression))
            elif values and not item.bucket:
                self._behind_metric(item)
                values.append(Field(item.label, literal(None, item.node.span)))
            else:
                terms.append(Term(item.label, item.node.value, item.expression, item.bucket, item.value))
        query = self.query
        bucketed = any(term.bucket is not None and term.bucket.keeps_range for term in terms)
        grouped = Grouped(self.scope, terms, tuple(values), [item.label for item in items], self._capped)
        assert query.select is not None
        return grouped.plan(self._source(condition, bucketed), query, self.expressions)

    def _behind_metric(self, item: _Item) -> None:
        help = "Put it before the metrics to group by it."
        message = "expected a metric behind other metrics, found a value, which is null there"
        self.scope.warn("A019", item.node.span, message, help)

    # ---- funnels ------------------------------------------------------------------------------------------------

    def _funnel(self, item: Argument) -> Operator:
        """`funnel(id, step, …)`: how many ids have an event for the first step, for that and the second, and so on."""
        query, call = self.query, item.value
        assert query.select is not None
        assert isinstance(call, tree.Call)
        if len(query.select.items) > 1:
            self.scope.error("A001", call.span, "expected `funnel()` alone, found other items beside it")
        found = Funnel.read(self.expressions, call, item.alias.name if item.alias else "")
        condition = self.expressions.condition(query.where.condition) if query.where else None
        source = self._source(condition, False)
        if found is None:
            return source
        return found.plan(source, self.scope.each(found.identity), self.scope.is_nested(found.identity))


def _bucketing(node: tree.Expression) -> tuple[AdqlFunction, tree.Call] | None:
    """The bucketing function that a node calls, and the call."""
    node = bare(node)
    function = functions.find(node.function.name) if isinstance(node, tree.Call) else None
    if function is None or function.family != "bucket" or not isinstance(node, tree.Call):
        return None
    return function, node


def _moment(node: tree.Number | tree.Duration) -> Expression:
    """A point in time: milliseconds since 1970, or so long before now."""
    if isinstance(node, tree.Number):
        return literal(instant(int(node.value)), node.span)
    length = Duration(node.amount * UNITS[node.unit.lower()] * MINUTE)
    return operate("subtract", call("now"), literal(length, node.span), span=node.span)


def _within(first: Expression, last: Expression | None, condition: Expression | None) -> Expression:
    """A range as a condition."""
    inside: Expression = operate("greaterOrEqual", Column(TIME), first, span=first.span)
    if last is not None:
        inside = all_of([inside, operate("less", Column(TIME), last, span=last.span)])
    return inside if condition is None else all_of([inside, condition])
