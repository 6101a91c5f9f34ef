"""Lifts groups into ADQL's fixed shape: keys, metrics, order, numbers of groups, `HAVING`."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Span
from dqlkit.frozen import field, frozen, mutable, replace
from dqlkit.functions.boolean import is_not_null
from dqlkit.languages.adql.calls import aggregate as aggregation
from dqlkit.languages.adql.calls import call, is_aggregation, is_call, operands
from dqlkit.languages.adql.canonical import label
from dqlkit.languages.adql.groups import TIME
from dqlkit.languages.adql.lift_conditions import ConditionWriter, negation_of
from dqlkit.languages.adql.lift_values import Bucketing, Writer, name_node
from dqlkit.languages.adql.limits import DEFAULT_GROUPS, MOST_COMBINATIONS, MOST_GROUPS, MOST_TERMS
from dqlkit.languages.adql.tree import Having, Limit, OrderBy, Query, Select
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument
from dqlkit.plan.expressions import Column, Expression, children, rewrite, walk
from dqlkit.plan.ops.aggregate import Aggregate, aggregations
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.limit import Limit as LimitOperator
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Order, Sort
from dqlkit.plan.ops.top import Level, Top

__all__ = ["GroupedShape", "Output", "Test"]


@frozen
class Output:
    """A column of the answer."""

    name: str
    expression: Expression
    span: Span | None = None

    def item(self, node: tree.Expression, named: bool = False) -> Argument:
        """The item of the list: with an alias where its own label is another, or where it has to have one."""
        alias = name_node(self.name) if named or label(node) != self.name else None
        return Argument(-1, -1, node, alias=alias)


@frozen
class Test:
    """A condition on events: in the plan, and as it is written."""

    condition: Expression
    node: tree.Expression


@mutable(slots=False)
class GroupedShape:
    """A query that groups. `conditions` are those on the events, as the plan has them and as they are written."""

    writer: Writer
    tests: ConditionWriter
    aggregate: Aggregate
    conditions: list[Test]
    order: tuple[Order, ...] = ()
    count: int | None = None
    levels: tuple[Level, ...] = ()
    having: list[tree.Expression] = field(default_factory=list)
    outputs: list[Output] | None = None
    funnel: tuple[tree.Expression, str] | None = None
    mentioned: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.keys = {f.name: f.expression for f in self.aggregate.keys}
        self.values = {f.name: f.expression for f in self.aggregate.values}
        self.labels = Writer(self.writer.schema, self.writer.diagnostics)
        self.label_tests = ConditionWriter(self.labels)
        self.buckets = {name: found for name, key in self.keys.items() if (found := self.writer.bucketing(key))}
        for bucketing in self.buckets.values():
            self._require(bucketing)

    def _require(self, bucketing: Bucketing) -> None:
        """A bucketing function leaves out events without a value; a plan has a condition for that."""
        if bucketing.value == Column(TIME):
            return
        wanted = call(is_not_null, bucketing.value)
        found = next((k for k, test in reversed([*enumerate(self.conditions)]) if test.condition == wanted), None)
        if found is not None:
            del self.conditions[found]
            return
        message = f"ADQL's `{bucketing.function.name}()` leaves out events without a value."
        self.writer.differs("T108", self.aggregate.span, message)

    @property
    def is_untouched(self) -> bool:
        return not (self.order or self.levels or self.having or self.outputs) and self.count is None

    @property
    def is_cut(self) -> bool:
        return self.count is not None or bool(self.levels)

    # ---- operators ----------------------------------------------------------------------------------------------

    def filter(self, operator: Filter) -> None:
        """Groups are judged by their metrics; a condition on keys alone is one on events."""
        if is_call(operator.condition, "and") and not operator.negated:
            for part in operands(operator.condition):
                self.filter(replace(operator, condition=part))
            return
        names = {node.name for node in walk(operator.condition) if isinstance(node, Column)}
        if names and names <= self.keys.keys() and not self.is_cut:
            with self.writer.over(self.keys):
                written = self.tests.true(operator.condition)
            self.conditions.append(Test(operator.condition, negation_of(written) if operator.negated else written))
            return
        if names & self.keys.keys():
            self.writer.cannot("T003", operator.span, "ADQL's `HAVING` tests metrics, not what is grouped by.")
        if self.keys and not self.is_cut:
            message = "ADQL's `HAVING` judges the groups that are left after `LIMIT`, not all of them."
            self.writer.differs("T107", operator.span, message)
        self.mentioned |= names
        written = self.label_tests.true(operator.condition)
        self.having.append(negation_of(written) if operator.negated else written)

    def sort(self, operator: Sort) -> None:
        if self.is_cut:
            self.writer.cannot("T001", operator.span, "ADQL sorts before it cuts the groups, not after.")
        self.order = (*operator.keys, *self.order)

    def limit(self, operator: LimitOperator) -> None:
        assert operator.count is not None
        self.count = operator.count if self.count is None else min(self.count, operator.count)

    def top(self, operator: Top) -> None:
        if self.is_cut or self.order:
            self.writer.cannot("T001", operator.span, "ADQL ranks groups once.")
        self.levels = operator.levels

    def project(self, operator: Project) -> None:
        self.outputs = [Output(f.name, self._inlined(f.expression), operator.span) for f in operator.fields]

    def extend(self, operator: Extend) -> None:
        made = [Output(f.name, self._inlined(f.expression), operator.span) for f in operator.fields]
        names = {output.name for output in made}
        self.outputs = [*(output for output in self._outputs() if output.name not in names), *made]

    def _inlined(self, expression: Expression) -> Expression:
        """The expression over events and their aggregations."""
        known = {output.name: output.expression for output in self._outputs()}
        return rewrite(expression, lambda node: known.get(node.name) if isinstance(node, Column) else None)

    def _outputs(self) -> list[Output]:
        if self.outputs is not None:
            return self.outputs
        fields = (*self.aggregate.keys, *self.aggregate.values)
        return [Output(f.name, f.expression, self.aggregate.span) for f in fields]

    # ---- the query ----------------------------------------------------------------------------------------------

    def write(self, query: Query) -> None:
        """Fill in what comes of the groups."""
        if self.funnel is not None:
            call, names = self.funnel
            query.select = Select(-1, -1, [Argument(-1, -1, call, alias=name_node(names))])
            return
        if len(self.keys) > MOST_TERMS:
            self.writer.cannot("T003", self.aggregate.span, f"ADQL groups by {MOST_TERMS} fields at most.")
        outputs = self._outputs()
        distinct = bool(self.keys) and not any(map(self._is_metric, outputs))
        if self.levels:
            self._ranked(query)
        elif self.keys:
            self._ordered(query, distinct)
        elif self.count == 0:
            self.writer.cannot("T003", self.aggregate.span, "ADQL has no query without an answer.")
        self._check_outputs(outputs)
        items = [
            o.item(self.writer.value(o.expression), o.name in self.mentioned and self._is_metric(o)) for o in outputs
        ]
        query.select = Select(-1, -1, items, distinct)
        if self.having:
            if not self.mentioned <= {output.name for output in outputs}:
                self.writer.cannot("T003", self.aggregate.span, "ADQL's `HAVING` tests metrics of the list only.")
            query.having = Having(-1, -1, self._conjunction())

    def _conjunction(self) -> tree.Expression:
        whole = self.having[0]
        for condition in self.having[1:]:
            whole = tree.Binary(-1, -1, "and", whole, condition)
        return whole

    @staticmethod
    def _is_metric(output: Output) -> bool:
        return bool(aggregations(output.expression))

    def _check_outputs(self, outputs: list[Output]) -> None:
        """The list shows all keys in the order of the groups, before all metrics, and mixes neither."""
        shown = [output.expression for output in outputs if not self._is_metric(output)]
        if shown != list(self.keys.values()):
            message = (
                "ADQL shows what it groups by, all of it, in the order of the groups, and nothing computed from it."
            )
            self.writer.cannot("T003", self.aggregate.span, message)
        behind = False
        for output in outputs:
            if behind and not self._is_metric(output) and not self.writer.bucketing(output.expression):
                self.writer.cannot("T003", output.span, "ADQL groups by what stands before the metrics only.")
            behind = behind or self._is_metric(output)
            mixed = (n for n in _outside_aggregations(output.expression) if isinstance(n, Column))
            if self._is_metric(output) and next(mixed, None) is not None:
                self.writer.cannot("T003", output.span, "ADQL computes with metrics or with fields, not with both.")

    # ---- order and numbers --------------------------------------------------------------------------------------

    def _ordered(self, query: Query, distinct: bool) -> None:
        """Groups of one level, or combinations that are one."""
        span = self.aggregate.span
        if len(self.keys) > 1 and not distinct:
            message = "ADQL keeps the first groups of each field it groups by, not the first of all combinations."
            self.writer.differs("T108", span, message)
        key = next(iter(self.keys))
        bucket = self.buckets.get(key) if len(self.keys) == 1 else None
        if not self.order:
            self.writer.differs("T108", span, "ADQL orders groups by their number of events.")
        elif self.order != self._default(key, bucket):
            query.order = OrderBy(-1, -1, [self._key(order) for order in self.order])
        most = MOST_COMBINATIONS if bucket else MOST_GROUPS[0]
        if self.count is None or self.count > most:
            self.writer.differs("T108", span, f"ADQL returns {most:,} groups at most.")
        count = min(most if self.count is None else self.count, most)
        if bucket and count < MOST_COMBINATIONS:
            self.writer.cannot("T003", span, f"ADQL returns all groups of `{bucket.function.name}()`.")
        if not bucket and (count != DEFAULT_GROUPS or len(self.keys) > 1):
            counts = [count] if distinct else [min(count, MOST_GROUPS[min(k, 1)]) for k in range(len(self.keys))]
            query.limit = Limit(-1, -1, [tree.Number(-1, -1, number) for number in counts])

    def _default(self, key: str, bucket: Bucketing | None) -> tuple[Order, ...]:
        """The order that ADQL gives the groups on its own."""
        if bucket and bucket.function.orders:
            return (Order(Column(key)),)
        wanted = bucket.least if bucket else aggregation("count")
        name = next((name for name, expression in self.values.items() if expression == wanted), "")
        return (Order(Column(name), not bucket),)

    def _key(self, order: Order) -> Argument:
        """A key of `ORDER BY`: a label of the list."""
        direction = "desc" if order.descending else ""
        if not isinstance(order.expression, Column) or order.expression.name not in self._names():
            message = "ADQL orders groups by what is in the list."
            return Argument(-1, -1, self.writer.cannot("T003", order.expression.span or self.aggregate.span, message))
        name = order.expression.name
        expression = next(output.expression for output in self._outputs() if output.name == name)
        if aggregations(expression):
            self.mentioned.add(name)
            if not is_aggregation(expression) or expression.function.name.startswith("percentile"):
                self.writer.cannot("T003", self.aggregate.span, "ADQL orders by single metrics, not by computations.")
        key = self.keys.get(name)
        return Argument(-1, -1, self._written_key(name, key), direction=direction)

    def _written_key(self, name: str, key: Expression | None) -> tree.Expression:
        """A grouping key in `ORDER BY`: its alias, else its text; for a bucket the value in it."""
        if key is None or (name in self._aliases() and name not in self.buckets):
            return name_node(name)
        bucketing = self.buckets.get(name)
        if bucketing is None:
            return self.writer.value(key)
        return self.writer.operand(bucketing.value) if label(self.writer.value(key)) == name else name_node(name)

    def _aliases(self) -> set[str]:
        """Keys whose label is not their own."""
        return {
            name
            for name, expression in self.keys.items()
            if not isinstance(expression, Column) or expression.name != name
        }

    def _names(self) -> set[str]:
        return {output.name for output in self._outputs()}

    def _ranked(self, query: Query) -> None:
        """Groups of several levels."""
        counts: list[int] = []
        orders: list[Order] = []
        for place, level in enumerate(self.levels):
            bucket = self.buckets.get(level.key)
            counts.append(DEFAULT_GROUPS if level.count is None else level.count)
            if not bucket and (level.count is None or level.count > MOST_GROUPS[min(place, 1)]):
                self.writer.differs("T108", self.aggregate.span, "ADQL returns a limited number of groups.")
            orders += self._own_orders(level, bucket)
        if orders:
            query.order = OrderBy(-1, -1, [self._key(order) for order in orders])
        while len(counts) > 1 and counts[-1] == DEFAULT_GROUPS:
            counts.pop()
        if counts != [DEFAULT_GROUPS]:
            query.limit = Limit(-1, -1, [tree.Number(-1, -1, count) for count in counts])

    def _own_orders(self, level: Level, bucket: Bucketing | None) -> list[Order]:
        """The keys of `ORDER BY` that make the order of a level; none where it is ADQL's own."""
        is_by_key = bucket is not None and bucket.function.orders
        orders = [
            order
            for order in level.order
            if not is_aggregation(order.expression) and not (is_by_key and order == Order(Column(level.key)))
        ]
        return [] if len(orders) == 1 and self._is_default(orders[0], bucket) else orders

    def _is_default(self, order: Order, bucket: Bucketing | None) -> bool:
        """Whether this is the order that a level has by itself: that of a `range` by its bounds, of values by their events."""
        measured = self.values.get(order.expression.name) if isinstance(order.expression, Column) else None
        if bucket is None:
            return order.descending and measured == aggregation("count")
        return not order.descending and not bucket.function.orders and measured == bucket.least


def _outside_aggregations(expression: Expression) -> Iterator[Expression]:
    yield expression
    if not is_aggregation(expression):
        for child in children(expression):
            yield from _outside_aggregations(child)
