"""The groups of a query: their keys and values, which of them come first, and how many stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.languages.adql.calls import aggregate, call, operands
from dqlkit.languages.adql.conditions import ConditionBinder
from dqlkit.languages.adql.scope import Scope
from dqlkit.languages.adql.tree import Path, Query
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument
from dqlkit.plan.expressions import Call, Column, Expression, literal
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate, aggregations
from dqlkit.plan.ops.expand import Expand
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Order, Sort
from dqlkit.plan.ops.top import Level, Top

if TYPE_CHECKING:
    from dqlkit.languages.adql.expressions import ExpressionBinder

__all__ = ["DEFAULT_GROUPS", "Grouped", "Term"]

#: Groups of a field for which the query names no number; the most of the first field, and of each later one.
DEFAULT_GROUPS = 10
MOST_GROUPS = (1000, 100)
MOST_TERMS = 5
MOST_ROWS = 10_000


@frozen
class Term:
    """What is grouped by: a field or expression, or a bucketing function of that name."""

    label: str
    expression: Expression
    bucket: str


@dataclass
class Grouped:
    """`labels` is the order of the output; `capped` reads a number of the `LIMIT` clause up to a most."""

    scope: Scope
    terms: Sequence[Term]
    values: tuple[Field, ...]
    labels: Sequence[str]
    capped: Callable[[tree.Number, int], int]

    def plan(self, source: Operator, query: Query, expressions: ExpressionBinder) -> Operator:
        """Groups of the source: aggregated, ordered, cut, and judged by `HAVING`."""
        assert query.select is not None
        span = query.select.span
        if len(self.terms) > MOST_TERMS:
            message = f"expected at most {MOST_TERMS} fields to group by, found {len(self.terms)}"
            self.scope.error("A014", span, message)
        source, keys = self._keys(source)
        weight = self._weight(query)
        hidden = [*weight, *self._bounds(query)]
        plan: Operator = Aggregate(source, keys, (*self.values, *hidden), span=span)
        plan = self._ordered(plan, query, weight)
        if query.having is not None:
            plan = Filter(
                plan, Having(self, query, expressions).condition(query.having.condition), span=query.having.span
            )
        names = [field.name for field in (*keys, *self.values)]
        if hidden or names != list(self.labels):
            plan = Project(plan, tuple(Field(name, Column(name)) for name in dict.fromkeys(self.labels)), span=span)
        return plan

    def _keys(self, source: Operator) -> tuple[Operator, tuple[Field, ...]]:
        """The keys; an event with several values of one belongs to the group of each."""
        keys = []
        for term in self.terms:
            expression = term.expression
            if self.scope.is_nested(expression):
                name = f"each {term.label}"
                values = call("arrayDistinct", call("toArray", self.scope.each(expression)))
                present = call("coalesce", values, call("array", literal(None)))
                source = Expand(source, Field(name, present), span=expression.span)
                expression = Column(name, span=expression.span)
            keys.append(Field(term.label, expression))
        return source, tuple(keys)

    # ---- order --------------------------------------------------------------------------------------------------

    def _weight(self, query: Query) -> list[Field]:
        """The number of events, where the order needs it and the list does not have it."""
        plain = [term for term in self.terms if not term.bucket]
        if not plain or self._count() or (len(self.terms) == 1 and query.order is not None):
            return []
        return [Field(self._free("count()"), aggregate("count"))]

    def _count(self) -> str:
        """The label under which the list has the number of events."""
        return self._value(aggregate("count"))

    def _value(self, expression: Expression) -> str:
        """The label under which the list has a value."""
        return next((value.name for value in self.values if value.expression == expression), "")

    def _free(self, name: str) -> str:
        taken = {*self.labels}
        while name in taken:
            name += " "
        return name

    def _bounds(self, query: Query) -> list[Field]:
        """For groups between bounds, the least value, which they are ordered by, where the list does not have it."""
        if len(self.terms) == 1 and query.order is not None:
            return []
        ranges = [term for term in self.terms if term.bucket == "range" and not self._value(_least(term))]
        return [Field(self._free(f"min of {term.label}"), _least(term)) for term in ranges]

    def _ordered(self, plan: Operator, query: Query, weight: list[Field]) -> Operator:
        if not self.terms:
            if query.order is not None:
                self._order_keys(query)
            return plan
        asked = self._order_keys(query)
        span = query.order.span if query.order else None
        cut = query.limit.span if query.limit else None
        counts = list(self._counts(query))
        by_count = Order(Column(weight[0].name if weight else self._count()), True)
        if len(self.terms) == 1 or (query.select is not None and self._is_distinct_list(query)):
            order = asked or (self._own_order(self.terms[0]) or by_count,)
            return Limit(Sort(plan, tuple(order), span=span), counts[0] or MOST_ROWS, span=cut)
        levels = tuple(self._levels(asked, counts, by_count))
        plan = Top(plan, levels, span=span)
        return Limit(plan, MOST_ROWS, span=cut) if _product(counts) > MOST_ROWS else plan

    def _is_distinct_list(self, query: Query) -> bool:
        """`SELECT DISTINCT a, b`: combinations are groups of one level."""
        return bool(query.select and query.select.distinct and not self.values)

    def _own_order(self, term: Term) -> Order | None:
        """The order of buckets."""
        if term.bucket == "series":
            return Order(Column(term.label))
        if term.bucket == "range":
            return Order(Column(self._value(_least(term)) or self._free(f"min of {term.label}")))
        return None

    def _levels(self, asked: Sequence[Order], counts: Sequence[int | None], by_count: Order) -> Iterator[Level]:
        """Groups of each level come by their own key where that is asked for, those of the last one also by metrics;
        else by their number of events."""
        assert isinstance(by_count.expression, Column)
        metrics = [order for order in asked if order.expression not in [Column(t.label) for t in self.terms]]
        for place, (term, count) in enumerate(zip(self.terms, counts, strict=True)):
            own = [order for order in asked if order.expression == Column(term.label)]
            last = place == len(self.terms) - 1
            default = self._own_order(term) or by_count
            if not last and term.bucket != "series":  # a group of groups: what it is ordered by has to be put together
                gathered = aggregate("min" if term.bucket else "sum", default.expression)
                default = Order(gathered, default.descending)
            order = (own if not last else []) or [o for o in asked if last and o in (*own, *metrics)] or [default]
            if len(order) > 1 and order[-1] == Order(Column(term.label)):
                order = order[:-1]  # as ties are broken anyway
            yield Level(term.label, tuple(order), count)

    def _order_keys(self, query: Query) -> list[Order]:
        return [self._order_key(key) for key in query.order.keys] if query.order else []

    def _order_key(self, key: Argument) -> Order:
        """A key of the output: a field that is grouped by, or the alias of a metric."""
        node = key.value
        name = node.name if isinstance(node, (tree.Name, Path)) else ""
        field = next((field for field in self.values if field.name == name), None)
        if field is not None:
            self._sortable(key, field)
        elif name not in self.labels:
            term = self._term_of(node)
            if term is None:
                self._not_in_list(key)
                return Order(Column(name))
            name = term.label
        if any(term.label == name and term.bucket == "range" for term in self.terms):
            self.scope.error(
                "A021", key.span, "expected a field or metric, found a `range()`", "Its groups have one order."
            )
        return Order(Column(name, span=key.span), key.direction == "desc")

    def _term_of(self, node: tree.Node) -> Term | None:
        """The term that a key spells out: a field by its name where the list gives it an alias."""
        if not isinstance(node, (tree.Name, Path)):
            return None
        return next((term for term in self.terms if term.expression == Column(node.name)), None)

    def _not_in_list(self, key: Argument) -> None:
        if isinstance(key.value, tree.Call):
            help = "Name the metric with `AS` and order by that name."
            self.scope.error("A021", key.span, "expected a field or an alias, found a metric without one", help)
        else:
            help = "Order by a field or an alias of the `SELECT` list."
            self.scope.error("A021", key.span, "expected something from the `SELECT` list, found another name", help)

    def _sortable(self, key: Argument, field: Field) -> None:
        """Metrics of one value can be ordered by, computations with them and several values cannot."""
        expression = field.expression
        single = isinstance(expression, Call) and expression.function.family == "aggregation"
        if not aggregations(expression):
            return
        if not single or (isinstance(expression, Call) and expression.function.name.startswith("percentile")):
            help = "The service orders by single metrics only, no computations, percentiles or `stats()`."
            self.scope.error("A021", key.span, "expected a single metric, found a computation", help)

    # ---- numbers ------------------------------------------------------------------------------------------------

    def _counts(self, query: Query) -> Iterator[int | None]:
        """How many groups of each term stay; all buckets do, whatever the number at their place."""
        given = list(query.limit.counts) if query.limit else []
        if self._is_distinct_list(query):
            self._surplus(given[1:])
            yield self.capped(given[0], MOST_GROUPS[0]) if given else DEFAULT_GROUPS
            return
        self._surplus(given[len(self.terms) :])
        for place, term in enumerate(self.terms):
            number = given[place] if place < len(given) else None
            if term.bucket:
                yield None
            else:
                yield self.capped(number, MOST_GROUPS[min(place, 1)]) if number is not None else DEFAULT_GROUPS

    def _surplus(self, numbers: Sequence[tree.Number]) -> None:
        if numbers:
            help = "There is one number for each field that is grouped by, in their order."
            self.scope.warn("A013", numbers[0].span, "expected no further number, found one without a field", help)


class Having(ConditionBinder):
    """`HAVING`: conditions over the labels of metrics."""

    def __init__(self, grouped: Grouped, query: Query, expressions: ExpressionBinder) -> None:
        super().__init__(_Labels(grouped, expressions))  # type: ignore[arg-type]


class _Labels:
    """Values in `HAVING`: names are labels of metrics."""

    def __init__(self, grouped: Grouped, expressions: ExpressionBinder) -> None:
        self.grouped, self.expressions = grouped, expressions
        self.scope = Scope(grouped.scope.schema, grouped.scope.diagnostics)

    def value(self, node: tree.Node) -> Expression:
        if isinstance(node, tree.Parentheses):
            return self.value(node.inner)
        if isinstance(node, (tree.Name, Path)):
            return self._label(node)
        if isinstance(node, tree.Call):
            help = "Give the metric a name with `AS` in the `SELECT` list and test that name."
            self.scope.error("A020", node.span, "expected the alias of a metric, found a call", help)
            return self.expressions.unknown(node)
        return self.expressions.value(node)

    def unknown(self, node: tree.Node) -> Expression:
        return self.expressions.unknown(node)

    def _label(self, node: tree.Name | Path) -> Expression:
        name = node.name
        if not any(field.name == name for field in self.grouped.values):
            help = "Test the alias of a metric; conditions on events stand in `WHERE`."
            self.scope.error("A020", node.span, f"expected the alias of a metric, found `{name}`", help)
        return Column(name, span=node.span)


def _least(term: Term) -> Expression:
    """The least of the values that a `range()` puts between its bounds."""
    return aggregate("min", operands(operands(term.expression)[0])[0])


def _product(counts: Sequence[int | None]) -> int:
    whole = 1
    for count in counts:
        whole *= MOST_ROWS + 1 if count is None else count
    return whole
