"""Binds the groups of a query: keys, metrics, order, numbers of groups, `HAVING`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from dqlkit.diagnostics import Edit, Fix
from dqlkit.frozen import frozen, mutable
from dqlkit.functions.boolean import is_not_null
from dqlkit.languages.adql import functions
from dqlkit.languages.adql.binding import Binder
from dqlkit.languages.adql.calls import aggregate, call, distinct_members, is_aggregation
from dqlkit.languages.adql.canonical import label
from dqlkit.languages.adql.conditions import ConditionBinder
from dqlkit.languages.adql.function import AdqlFunction
from dqlkit.languages.adql.limits import DEFAULT_GROUPS, MOST_COMBINATIONS, MOST_GROUPS, MOST_TERMS
from dqlkit.languages.adql.scope import Scope
from dqlkit.languages.adql.tree import Path, Query, bare
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument
from dqlkit.plan.expressions import Column, Expression, literal
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate, aggregations
from dqlkit.plan.ops.expand import Expand
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Order, Sort
from dqlkit.plan.ops.top import Level, Top

__all__ = ["TIME", "Grouped", "Term"]

#: The field that every event has: time ranges and the order of events go by it.
TIME = "eventTimestamp"


@frozen
class Term:
    """A grouping key: a field or expression, or the buckets that a bucketing function makes of a value."""

    label: str
    node: tree.Expression
    expression: Expression
    bucket: AdqlFunction | None = None
    value: Expression | None = None

    @property
    def made_of(self) -> tree.Expression:
        """The grouped value as written: for a bucketing function its first argument."""
        node = bare(self.node)
        return node.arguments[0].value if self.bucket and isinstance(node, tree.Call) else node

    @property
    def is_ordered(self) -> bool:
        """Whether the keys of a bucketing function have the order of its groups."""
        return self.bucket is not None and self.bucket.orders

    @property
    def least(self) -> Expression:
        """The least value in a group."""
        return aggregate("min", self.value if self.value is not None else self.expression)


@mutable(slots=False)
class Grouped:
    """`labels` is the order of the output; `capped` reads a number of the `LIMIT` clause up to a most."""

    scope: Scope
    terms: Sequence[Term]
    values: tuple[Field, ...]
    labels: Sequence[str]
    capped: Callable[[tree.Number, int], int]

    def plan(self, source: Operator, query: Query, expressions: Binder) -> Operator:
        """Groups of the source: aggregated, ordered, cut, and judged by `HAVING`."""
        assert query.select is not None
        span = query.select.span
        if len(self.terms) > MOST_TERMS:
            message = f"expected at most {MOST_TERMS} fields to group by, found {len(self.terms)}"
            self.scope.error("A014", span, message)
        source, keys = self._keys(source)
        weight = self._weight(query)
        hidden = [*weight, *self._bounds(query)]
        constants = {field.name: field.expression for field in self.values if not aggregations(field.expression)}
        values = [field for field in self.values if field.name not in constants]
        plan: Operator = Aggregate(source, keys, (*values, *hidden), span=span)
        plan = self._ordered(plan, query, weight)
        if query.having is not None:
            plan = Filter(
                plan, Having(self, query, expressions).condition(query.having.condition), span=query.having.span
            )
        names = [field.name for field in (*keys, *values)]
        if hidden or names != list(self.labels):
            listed = (Field(name, constants.get(name, Column(name))) for name in dict.fromkeys(self.labels))
            plan = Project(plan, tuple(listed), span=span)
        return plan

    def _keys(self, source: Operator) -> tuple[Operator, tuple[Field, ...]]:
        """The keys; an event with several values of one belongs to the group of each."""
        keys = []
        for term in self.terms:
            expression = term.expression
            required = term.value if term.value != Column(TIME) else None
            if self.scope.is_nested(expression):
                name = f"each {term.label}"
                values = distinct_members(self.scope.each(expression))
                present = call("coalesce", values, call("array", literal(None)))
                source = Expand(source, Field(name, present), span=expression.span)
                expression = Column(name, span=expression.span)
                required = expression if term.bucket else None
            if required is not None:
                source = Filter(source, call(is_not_null, required), span=expression.span)
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
        unordered = [t for t in self.terms if t.bucket and not t.is_ordered and not self._value(t.least)]
        return [Field(self._free(f"min of {term.label}"), term.least) for term in unordered]

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
            return Limit(Sort(plan, tuple(order), span=span), counts[0] or MOST_COMBINATIONS, span=cut)
        levels = tuple(self._levels(asked, counts, by_count))
        plan = Top(plan, levels, span=span)
        return Limit(plan, MOST_COMBINATIONS, span=cut) if _product(counts) > MOST_COMBINATIONS else plan

    def _is_distinct_list(self, query: Query) -> bool:
        """`SELECT DISTINCT a, b`: combinations are groups of one level."""
        return bool(query.select and query.select.distinct and not self.values)

    def _own_order(self, term: Term) -> Order | None:
        """The order of buckets."""
        if term.is_ordered:
            return Order(Column(term.label))
        if term.bucket:
            return Order(Column(self._value(term.least) or self._free(f"min of {term.label}")))
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
            if not last and not term.is_ordered:  # a group of groups: its sort value has to be aggregated
                gathered = aggregate("min" if term.bucket else "sum", default.expression)
                default = Order(gathered, default.descending)
            order = (own if not last else []) or [o for o in asked if last and o in (*own, *metrics)] or [default]
            if len(order) > 1 and order[-1] == Order(Column(term.label)):
                order = order[:-1]  # as ties are broken anyway
            yield Level(term.label, tuple(order), count)

    def _order_keys(self, query: Query) -> list[Order]:
        if query.order is None:
            return []
        keys = [self._order_key(key) for key in query.order.keys]
        self._in_order_of_list(query.order.keys, keys)
        return keys

    def _order_key(self, key: Argument) -> Order:
        """A key of the output: something that is grouped by, or the alias of a metric."""
        node = bare(key.value)
        name = label(node)
        if isinstance(node, (tree.Name, Path)):
            self.scope.words.append((node, "field", node.name, "", False))
        value = next((value for value in self.values if value.name == name), None)
        term = None if value else self._term(name)
        if isinstance(node, tree.Call) and (function := functions.find(node.function.name)):
            value, term = self._called(key, node, function, value, term)
        if value is not None:
            self._sortable(key, value)
        elif term is None:
            self._not_in_list(key)
        else:
            name = term.label
            self._sortable_term(key, term)
        return Order(Column(name, span=key.span), key.direction == "desc")

    def _term(self, name: str) -> Term | None:
        """Find a grouping key by name: that of its column, of its field, or of the value that a function groups."""
        for text_of in (lambda t: t.label, lambda t: label(t.node), lambda t: label(t.made_of)):
            found = next((term for term in self.terms if text_of(term) == name), None)
            if found is not None:
                return found
        return None

    def _called(
        self, key: Argument, node: tree.Call, function: AdqlFunction, value: Field | None, term: Term | None
    ) -> tuple[Field | None, Term | None]:
        """The meaning of a sort key that is a call: metrics are found by alias, groups by the call itself."""
        span = key.value.span
        if function.is_metric:
            help = "Name the metric with `AS` and order by that name."
            self.scope.error("A021", span, "expected a field or an alias, found a metric without one", help)
            return Field(label(node), literal(None)), None
        bucket = term.bucket if term is not None else None
        if bucket is not None and bucket.orders and term is not None and term.label == label(term.node):
            written = label(term.made_of)
            message = f"expected the field that `{function.name}()` groups, found a call"
            fix = Fix(f"write `{written}`", (Edit(span, written),))
            self.scope.error("A021", span, message, f"Write `ORDER BY {written}`.", fix)
        return value, term

    def _not_in_list(self, key: Argument) -> None:
        help = "Order by a field or an alias of the `SELECT` list."
        self.scope.error("A021", key.span, "expected something from the `SELECT` list, found another name", help)

    def _in_order_of_list(self, keys: Sequence[Argument], orders: Sequence[Order]) -> None:
        """The service orders what is grouped by in the order of the list only, and buckets by nothing but their key."""
        places = {Column(term.label): place for place, term in enumerate(self.terms)}
        listed = [(places[o.expression], key) for o, key in zip(orders, keys, strict=True) if o.expression in places]
        for (before, _), (place, key) in pairwise(listed):
            if place < before:
                help = f"Put `{self.terms[place].label}` before `{self.terms[before].label}`."
                message = "expected the keys in the order of the `SELECT` list, found another order"
                self.scope.warn("A021", key.span, message, help)
        last = self.terms[-1] if self.terms else None
        if last is not None and last.is_ordered:
            for order, key in zip(orders, keys, strict=True):
                if order.expression not in places and not self._said(key):
                    name = last.bucket.name if last.bucket else ""
                    message = f"expected the key of `{name}()`, found a metric"
                    help = f"The service orders the groups of `{name}()` by their key only."
                    self.scope.warn("A021", key.span, message, help)

    def _said(self, key: Argument) -> bool:
        """Whether something is said of a key already."""
        return any(one.span in (key.span, key.value.span) for one in self.scope.diagnostics)

    def _sortable_term(self, key: Argument, term: Term) -> None:
        if term.bucket is not None and not term.bucket.orders:
            message = f"expected a field or metric, found a `{term.bucket.name}()`"
            self.scope.error("A021", key.span, message, "Its groups have one order.")
        if self.scope.is_nested(term.expression):
            self.scope.nested_key(key.span)

    def _sortable(self, key: Argument, field: Field) -> None:
        """Metrics of one value can be ordered by, computations with them and several values cannot."""
        expression = field.expression
        if not aggregations(expression):
            return
        if self.scope.is_nested(expression):
            self.scope.nested_key(key.span)
        if not is_aggregation(expression) or expression.function.name.startswith("percentile"):
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

    def __init__(self, grouped: Grouped, query: Query, expressions: Binder) -> None:
        super().__init__(_Labels(grouped, expressions))  # type: ignore[arg-type]


class _Labels:
    """Values in `HAVING`: names are labels of metrics."""

    def __init__(self, grouped: Grouped, expressions: Binder) -> None:
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
        self.grouped.scope.words.append((node, "field", name, "", False))
        if not any(field.name == name for field in self.grouped.values):
            help = "Test the alias of a metric; conditions on events stand in `WHERE`."
            self.scope.error("A020", node.span, f"expected the alias of a metric, found `{name}`", help)
        return Column(name, span=node.span)


def _product(counts: Sequence[int | None]) -> int:
    whole = 1
    for count in counts:
        whole *= MOST_COMBINATIONS + 1 if count is None else count
    return whole
