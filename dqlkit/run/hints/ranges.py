"""Ranges of time that exclude every record, and times that are none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from dqlkit.functions.context import Notice
from dqlkit.plan.evaluate import constant
from dqlkit.plan.operators import Reader
from dqlkit.plan.timerange import TIME_FIELDS, TimeRange, time_field
from dqlkit.plan.walk import main_stream, operators
from dqlkit.run.hints.outcome import Outcome
from dqlkit.types.kinds import ANY, TIMESTAMP, Type, members
from dqlkit.types.text import format_instant
from dqlkit.types.values import Timeframe, Timestamp

__all__ = ["excluding_ranges"]

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
        if within is not None:
            yield from _excluded(outcome, reader.table, within)


def _excluded(outcome: Outcome, table: str, within: Timeframe) -> Iterator[Notice]:
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
    elif facts.first is not None and facts.last is not None:
        held = Timeframe(Timestamp(facts.first), Timestamp(facts.last))
        if held.end < within.start or held.start >= within.end:
            message = (
                f"The range from {_shown(within)} excludes all records of `{table}`, which are from {_shown(held)}."
            )
            yield Notice("RANGE_EXCLUDES_ALL", message + (_NEWEST if held.end < within.start else ""))


def _shown(range_: Timeframe) -> str:
    return f"{format_instant(range_.start)} to {format_instant(range_.end)}"


def _listed() -> str:
    return ", ".join(f"`{name}`" for name in TIME_FIELDS)


def _named(kind: Type) -> str:
    return " and ".join(f"{one.name}s" for one in members(kind))
