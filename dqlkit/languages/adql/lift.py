"""Lifts plans to ADQL syntax trees.

A query of ADQL has one shape: events are filtered, then ordered and cut, or grouped, ordered, cut and judged. The
operators of a plan are fitted into it in the order in which they run. A difference that ADQL adds on its own, such as a
default order or a maximum of rows, is a warning; what does not fit is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dqlkit.diagnostics import Span
from dqlkit.frozen import field, mutable, replace
from dqlkit.languages.adql.calls import MILLIS, call, is_call, operands
from dqlkit.languages.adql.common import ranked
from dqlkit.languages.adql.functions.funnel import funnel, steps_of
from dqlkit.languages.adql.groups import TIME
from dqlkit.languages.adql.lift_conditions import ConditionWriter, negation_of
from dqlkit.languages.adql.lift_groups import GroupedShape, Output, Test
from dqlkit.languages.adql.lift_values import Writer, called, name_node
from dqlkit.languages.adql.limits import DEFAULT_ROWS, MOST_ROWS
from dqlkit.languages.adql.measures import as_metric
from dqlkit.languages.adql.schema import Schemas, schema_of
from dqlkit.languages.adql.tree import Everything, FromClause, Limit, OrderBy, Query, Select, Since, Where
from dqlkit.languages.language import Lifted
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.tree import Argument, Parsed
from dqlkit.plan.expressions import Call, Column, Expression, Literal, literal, rewrite
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.choose import Choose
from dqlkit.plan.ops.dedup import Dedup
from dqlkit.plan.ops.distinct import Distinct
from dqlkit.plan.ops.expand import Expand
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.limit import Limit as LimitOperator
from dqlkit.plan.ops.nested import Nested
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.rename import Rename
from dqlkit.plan.ops.sort import Order, Sort
from dqlkit.plan.ops.top import Top
from dqlkit.plan.transform import change_expressions
from dqlkit.plan.walk import main_stream
from dqlkit.regex import regex
from dqlkit.types.text import parse_instant
from dqlkit.types.units import MINUTE
from dqlkit.types.values import Duration, Timestamp

__all__ = ["lift"]

_ZONED = regex(r"(?:Z|[+-]\d\d:?\d\d)$")
_MINUTES = {"w": 10080, "d": 1440, "h": 60, "m": 1}


def lift(plan: Operator | Expression, schemas: Schemas | None = None) -> Lifted:
    """The ADQL syntax tree of a plan. `schemas` tell which fields are dates, or full text, when the query runs."""
    if not isinstance(plan, Operator):
        writer = Writer(schema_of("", schemas or {}))
        node: tree.Node = ConditionWriter(writer).true(rewrite(plan, _folded))
        return Lifted(Parsed("", node, [], []), writer.diagnostics)
    single = change_expressions(change_expressions(ranked(plan), _folded), as_metric)
    shape = _Shape(main_stream(single), schemas or {})
    return Lifted(Parsed("", shape.query(), [], []), shape.writer.diagnostics)


def _folded(node: Expression) -> Expression | None:
    """The point in time that a text spells, as a constant."""
    if not is_call(node, "toTimestamp", "timestamp") or not isinstance(node, Call) or len(node.arguments) < 1:
        return None
    text, *rest = node.arguments
    if any(rest) or not isinstance(text, Literal) or not isinstance(text.value, str):
        return None
    found = parse_instant(text.value) if _ZONED.search(text.value) else None
    return literal(found, node.span) if found is not None else None


@mutable(slots=False)
class _Shape:
    """A query under construction."""

    operators: list[Operator]
    schemas: Schemas
    source: Fetch | None = None
    conditions: list[Test] = field(default_factory=list)
    outputs: list[Output] | None = None
    extended: bool = False
    order: tuple[Order, ...] = ()
    count: int | None = None
    each: dict[str, Expression] = field(default_factory=dict)
    groups: GroupedShape | None = None

    def __post_init__(self) -> None:
        fetch = next((o for o in self.operators if isinstance(o, Fetch)), None)
        self.writer = Writer(schema_of(fetch.table if fetch else "", self.schemas))
        self.tests = ConditionWriter(self.writer)

    def query(self) -> Query:
        """The whole query."""
        for operator in self.operators:
            if len(operator.inputs) > 1:
                self._no_place(operator)
            _PLACES.get(type(operator), _Shape._no_place)(self, operator)
        if self.source is None:
            return Query(-1, -1)
        query = Query(-1, -1, source=FromClause(-1, -1, name_node(self.source.table)))
        query.since = self._range(self.source)
        if self.conditions:
            query.where = Where(-1, -1, _all([test.node for test in self.conditions]))
        if self.groups is None:
            self._events(query)
        else:
            self.groups.write(query)
        return query

    def _no_place(self, operator: Operator) -> None:
        reason = _REASONS.get(type(operator).__name__, f"ADQL has no stage for this ({type(operator).__name__}).")
        self.writer.cannot("T001", operator.span, reason)

    def _too_late(self, operator: Operator, what: str) -> None:
        self.writer.cannot("T001", operator.span, f"ADQL {what} before it cuts the rows, not after.")

    # ---- the source ---------------------------------------------------------------------------------------------

    def fetch(self, operator: Fetch) -> None:
        self.source = operator

    def nested(self, operator: Nested) -> None:
        self.writer.paths = dict(self.writer.paths) | {".".join(path): path for path in operator.paths}

    def _range(self, fetch: Fetch) -> Since | None:
        if fetch.timeframe is not None:
            self.writer.cannot("T003", fetch.span, "ADQL has no timeframe.", "Give a start and an end.")
        if fetch.start is None and fetch.end is None:
            return None
        first = self._moment(fetch.start, fetch.span) if fetch.start is not None else tree.Number(-1, -1, 0)
        last = self._last(fetch.end, fetch.span) if fetch.end is not None else None
        return Since(-1, -1, first, last)

    def _last(self, end: Expression, span: Span | None) -> tree.Number | tree.Duration:
        """The end of a range, which belongs to it in ADQL: right where the plan's ends just after it."""
        if is_call(end, "add") and operands(end)[1] == literal(Duration(1)):
            return self._moment(operands(end)[0], span)
        if isinstance(end, Literal) and isinstance(end.value, Timestamp) and end.value.nanos % MILLIS == 1:
            return tree.Number(-1, -1, end.value.nanos // MILLIS)
        self.writer.differs("T105", end.span or span, "ADQL's `UNTIL` includes the moment that it names.")
        return self._moment(end, span)

    def _moment(self, node: Any, span: Span | None) -> tree.Number | tree.Duration:
        if isinstance(node, Literal) and isinstance(node.value, Timestamp) and not node.value.nanos % MILLIS:
            return tree.Number(-1, -1, node.value.nanos // MILLIS)
        length = _before_now(node)
        if length is not None and length >= 0 and not length % MINUTE:
            minutes = length // MINUTE
            unit = next(u for u, size in _MINUTES.items() if u != "w" and minutes % size == 0)
            return tree.Duration(-1, -1, minutes // _MINUTES[unit], unit)
        help = "Ranges begin so many whole minutes, hours or days ago, or at a millisecond."
        self.writer.cannot("T003", node.span or span, "ADQL has no such point in time.", help)
        return tree.Number(-1, -1, 0)

    # ---- events -------------------------------------------------------------------------------------------------

    def filter(self, operator: Filter) -> None:
        if self.groups is not None:
            self.groups.filter(operator)
        elif self.count is not None:
            self._too_late(operator, "filters")
        else:
            written = self.tests.true(operator.condition)
            node = negation_of(written) if operator.negated else written
            self.conditions.append(Test(operator.condition, node))

    def sort(self, operator: Sort) -> None:
        if self.groups is not None:
            self.groups.sort(operator)
        elif self.count is not None:
            self._too_late(operator, "sorts")
        else:
            keys = tuple(replace(key, expression=self._inlined(key.expression)) for key in operator.keys)
            self.order = (*keys, *self.order)

    def limit(self, operator: LimitOperator) -> None:
        if operator.offset or operator.count is None:
            self._no_place(operator)
        elif self.groups is not None:
            self.groups.limit(operator)
        else:
            self.count = operator.count if self.count is None else min(self.count, operator.count)

    def project(self, operator: Project) -> None:
        if self.groups is not None:
            self.groups.project(operator)
            return
        fields = {f.name: Output(f.name, self._inlined(f.expression), operator.span) for f in operator.fields}
        self._close(fields)

    def _close(self, fields: dict[str, Output]) -> None:
        """Restrict the fields from here on to these."""
        self.outputs = list(fields.values())
        self.writer.fields = {name: output.expression for name, output in fields.items()}

    def _inlined(self, expression: Expression) -> Expression:
        """The expression over fields of the events."""
        names = self.writer.fields
        return rewrite(expression, lambda n: names.get(n.name) if isinstance(n, Column) else None)

    def extend(self, operator: Extend) -> None:
        if self.groups is not None:
            self.groups.extend(operator)
            return
        made = {f.name: Output(f.name, self._inlined(f.expression), operator.span) for f in operator.fields}
        if self.outputs is not None:
            self._close({output.name: output for output in self.outputs} | made)
            return
        self.extended = True
        self.writer.fields = dict(self.writer.fields) | {name: made[name].expression for name in made}

    def rename(self, operator: Rename) -> None:
        if self.groups is not None or self.outputs is None:
            self._no_place(operator)
            return
        names = {output.name: output for output in self.outputs}
        renamed = operator.renamed(names)
        self._close({new: replace(names[old], name=new) for new, old in renamed.items()})

    def choose(self, operator: Choose) -> None:
        if self.groups is not None or self.outputs is None:
            self._no_place(operator)
            return
        names = {output.name: output for output in self.outputs}
        self._close({name: names[name] for name in operator.chosen(names)})

    def expand(self, operator: Expand) -> None:
        """The values of a nested field, one by one: what groups by it."""
        value = _each_of(operator.field.expression)
        if value is None or operator.count is not None or self.groups is not None:
            self._no_place(operator)
        else:
            self.each[operator.field.name] = value
            self.writer.fields = dict(self.writer.fields) | {operator.field.name: value}

    def dedup(self, operator: Dedup | Distinct) -> None:
        """Rows that differ, where all of a row counts, are groups of which nothing but the keys is shown."""
        keys = None if isinstance(operator, Distinct) else [key for key in operator.keys if isinstance(key, Column)]
        names = [output.name for output in self.outputs or ()]
        sorted_or_more = isinstance(operator, Dedup) and (operator.sort or operator.count != 1)
        whole = keys is None or {key.name for key in keys} == set(names)
        if not names or self.groups is not None or self.count is not None or sorted_or_more or not whole:
            self._no_place(operator)
            return
        grouped = Aggregate(operator.source, tuple(Field(o.name, o.expression) for o in self.outputs or ()), ())
        self.writer.fields = {}
        self.groups = GroupedShape(self.writer, self.tests, replace(grouped, span=operator.span), self.conditions)

    def _events(self, query: Query) -> None:
        """A query over events: its list, order and number of rows."""
        if self.outputs is None and self.extended:
            help = "List the fields with `fields`."
            self.writer.cannot("T003", self.operators[-1].span, "ADQL lists all fields or named ones, not both.", help)
        query.select = Select(-1, -1, self._items())
        if self.order != (Order(Column(TIME), True),):
            query.order = self._order_clause()
        last = self.operators[-1].span
        if self.count is None:
            self.writer.differs("T101", last, f"ADQL returns {MOST_ROWS:,} rows at most.")
        elif self.count > MOST_ROWS:
            self.writer.differs("T101", last, f"ADQL returns {MOST_ROWS:,} rows at most, not {self.count:,}.")
        count = min(MOST_ROWS if self.count is None else self.count, MOST_ROWS)
        if count != DEFAULT_ROWS:
            query.limit = Limit(-1, -1, [tree.Number(-1, -1, count)])

    def _order_clause(self) -> OrderBy | None:
        if not self.order:
            self.writer.differs("T101", self.operators[-1].span, "ADQL returns the newest events first.")
            return None
        keys = []
        for order in self.order:
            keys.append(
                Argument(-1, -1, self.writer.value(order.expression), direction="desc" if order.descending else "")
            )
        return OrderBy(-1, -1, keys)

    def _items(self) -> list[Argument]:
        if self.outputs is None:
            return [Argument(-1, -1, Everything(-1, -1))]
        self.writer.fields = {}
        return [output.item(self.writer.value(output.expression)) for output in self.outputs]

    # ---- groups -------------------------------------------------------------------------------------------------

    def aggregate(self, operator: Aggregate) -> None:
        if self.groups is not None:
            self._funnel(operator)
        elif self.count is not None:
            self._too_late(operator, "groups")
        else:
            keys = tuple(Field(f.name, self._inlined(f.expression)) for f in operator.keys)
            values = tuple(Field(f.name, self._inlined(f.expression)) for f in operator.values)
            self.writer.fields = {}
            self.groups = GroupedShape(
                self.writer, self.tests, replace(operator, keys=keys, values=values), self.conditions
            )

    def top(self, operator: Top) -> None:
        if self.groups is None:
            self._no_place(operator)
        else:
            self.groups.top(operator)

    def _funnel(self, operator: Aggregate) -> None:
        """Groups of groups are a funnel, or nothing that ADQL has."""
        assert self.groups is not None
        steps = steps_of(self.groups.aggregate, operator)
        if steps is None or not self.groups.is_untouched or not self.conditions:
            self._no_place(operator)
            return
        identity = self.groups.aggregate.keys[0].expression
        self.conditions.pop()  # that the identity is there, which a funnel asks for by itself
        arguments = [self.writer.value(identity), *(self.tests.true(step.condition) for step in steps)]
        self.groups.funnel = (called(funnel.name, *arguments), ",".join(step.name for step in steps))


def _all(conditions: list[tree.Expression]) -> tree.Expression:
    whole = conditions[0]
    for condition in conditions[1:]:
        whole = tree.Binary(-1, -1, "and", whole, condition)
    return whole


def _before_now(node: Any) -> int | None:
    """How many nanoseconds a point in time lies before now, where it is given so."""
    if isinstance(node, Literal) and isinstance(node.value, Duration):
        return -node.value.nanos
    if is_call(node, "now"):
        return 0
    if is_call(node, "subtract", "add"):
        start, length = operands(node)
        if is_call(start, "now") and isinstance(length, Literal) and isinstance(length.value, Duration):
            return length.value.nanos if is_call(node, "subtract") else -length.value.nanos
    return None


def _each_of(node: Expression) -> Expression | None:
    """The field whose values an expansion goes through."""
    if is_call(node, "coalesce"):
        node, *rest = operands(node)
        if rest != [call("array", literal(None))]:
            return None
    inner = operands(node)[0] if is_call(node, "arrayDistinct") else node
    return operands(inner)[0] if is_call(inner, "toArray") and inner is not node else None


#: Why ADQL has no place for an operator, by its name.
_REASONS = {
    "Aggregate": "ADQL groups once, and does not compute with groups of groups.",
    "Append": "ADQL reads one event type.",
    "Join": "ADQL reads one event type and joins nothing to it.",
    "Nest": "ADQL reads one event type and joins nothing to it.",
    "Dedup": "ADQL knows no duplicates but those of `SELECT DISTINCT`, of all its fields.",
    "Expand": "ADQL has no records for the elements of an array.",
    "Limit": "ADQL has no offset.",
    "Rename": "ADQL names fields in its list only.",
    "Choose": "ADQL lists fields by their names only.",
    "Timeseries": "ADQL has no arrays of values over time; its `series()` gives a row for each bucket.",
}
_PLACES: dict[type[Operator], Callable[[_Shape, Any], None]] = {
    Fetch: _Shape.fetch,
    Nested: _Shape.nested,
    Filter: _Shape.filter,
    Sort: _Shape.sort,
    LimitOperator: _Shape.limit,
    Project: _Shape.project,
    Extend: _Shape.extend,
    Rename: _Shape.rename,
    Choose: _Shape.choose,
    Expand: _Shape.expand,
    Aggregate: _Shape.aggregate,
    Top: _Shape.top,
    Dedup: _Shape.dedup,
    Distinct: _Shape.dedup,
}
