"""Ranges of time that exclude every record, and times that are none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dqlkit.functions.context import Notice
from dqlkit.functions.operators import and_, greater, greater_or_equal, less, less_or_equal
from dqlkit.plan.evaluate import constant
from dqlkit.plan.expressions import Call, Column, Expression, Literal
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Reader
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.timeseries import Timeseries
from dqlkit.plan.resolve.constants import computed
from dqlkit.plan.timerange import TIME_FIELDS, TimeRange, time_field
from dqlkit.plan.walk import main_stream, operators
from dqlkit.run.hints.outcome import Outcome
from dqlkit.types.kinds import ANY, TIMESTAMP, Type, members
from dqlkit.types.text import format_instant
from dqlkit.types.values import Timeframe, Timestamp

__all__ = ["excluding_conditions", "excluding_ranges"]

_NEWEST = (
    ' Exports are old: with `now="latest"` (`--now latest`) the newest record tells what time it is, and `from:-2h` is'
    " counted from there."
)


def excluding_ranges(outcome: Outcome) -> Iterator[Notice]:
    """A notice for each range of time that excludes all records of its table."""
    for operator in operators(outcome.plan):
        range_ = getattr(operator, "range", None)
        reader = main_stream(operator)[0]
        if not isinstance(range_, TimeRange) or not isinstance(reader, Reader) or reader.table not in outcome.tables:
            continue
        within = range_.resolve(partial(constant, context=outcome.context), outcome.context)
        if within is not None or (isinstance(operator, Timeseries) and not (operator.time or operator.spread)):
            yield from _excluded(outcome, reader.table, within)


def excluding_conditions(outcome: Outcome) -> Iterator[Notice]:
    """A notice for each condition on the time of a table's records that excludes all of them."""
    for operator in operators(outcome.plan):
        reader, *stages = main_stream(operator)
        if not isinstance(operator, Filter) or operator.negated or not isinstance(reader, Reader):
            continue
        table = outcome.tables.get(reader.table)
        field = time_field(reader.table, table.schema.fields) if table is not None else ""
        if field and all(stage.keeps(field) for stage in stages):
            for call in _all_of(operator.condition):
                if _excludes(outcome, call, field, outcome.facts[reader.table]):
                    facts = outcome.facts[reader.table]
                    yield _told(f"`{outcome.written(call)}`", reader.table, facts, call.function in _AFTER)


def _all_of(condition: Expression) -> Iterator[Call]:
    """The conditions that have to be true together."""
    if isinstance(condition, Call):
        sides = condition.arguments if condition.function is and_ else ()
        yield from (one for side in sides if isinstance(side, Expression) for one in _all_of(side))
        yield condition


#: Comparisons that choose times after a value, and before one.
_AFTER, _BEFORE = (greater, greater_or_equal), (less, less_or_equal)


def _excludes(outcome: Outcome, call: Call, field: str, facts: Facts) -> bool:
    """Whether the time is compared with a value that lies beyond all times."""
    if call.function not in (*_AFTER, *_BEFORE) or facts.first is None or facts.last is None:
        return False
    left, right = call.arguments
    if not isinstance(left, Column) or left.name != field or not isinstance(right, Expression):
        return False
    found = computed(right, outcome.context)
    bound = found.value if isinstance(found, Literal) else None
    if not isinstance(bound, Timestamp):
        return False
    return facts.last < bound.nanos if call.function in _AFTER else facts.first > bound.nanos


def _excluded(outcome: Outcome, table: str, within: Timeframe | None) -> Iterator[Notice]:
    facts, schema = outcome.facts[table], outcome.tables[table].schema
    field = time_field(table, schema.fields)
    kind = schema.type(field)
    if facts.rows == 0:
        return
    if field not in schema.fields:
        message = f"No record of `{table}` tells its time, so none is in a range: expected one of {_listed()}."
        yield Notice("TIME_NOT_FOUND", message)
    elif kind != ANY and TIMESTAMP not in members(kind):
        message = f"`{field}` of `{table}` holds no points in time but {_named(kind)}, so no record is in a range."
        yield Notice("TIMES_ARE_NO_TIMES", message)
    elif within is not None and facts.first is not None and facts.last is not None:
        late = facts.last < within.start.nanos
        if late or facts.first >= within.end.nanos:
            yield _told(f"The range from {_shown(within)}", table, facts, late)


def _told(what: str, table: str, facts: Facts, late: bool) -> Notice:
    """The notice that something excludes all records, and if it lies too `late`, that exports are old."""
    held = Timeframe(Timestamp(facts.first or 0), Timestamp(facts.last or 0))
    message = f"{what} excludes all records of `{table}`, which are from {_shown(held)}."
    return Notice("RANGE_EXCLUDES_ALL", message + (_NEWEST if late else ""))


def _shown(range_: Timeframe) -> str:
    return f"{format_instant(range_.start)} to {format_instant(range_.end)}"


def _listed() -> str:
    return ", ".join(f"`{name}`" for name in TIME_FIELDS)


def _named(kind: Type) -> str:
    return " and ".join(f"{one.name}s" for one in members(kind))
