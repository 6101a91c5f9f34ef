"""Members that a query asks for and no record has."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from dqlkit.functions.context import Notice
from dqlkit.functions.get import get_record_field, record_field
from dqlkit.plan.expressions import Call, Expression, Literal
from dqlkit.plan.operators import expressions
from dqlkit.plan.typing import ArgumentTypes, infer
from dqlkit.run.hints.outcome import Outcome
from dqlkit.types.kinds import ANY, NULL, TIMEFRAME, Array, Record, Type, members

__all__ = ["missing_members"]


def missing_members(outcome: Outcome) -> Iterator[Notice]:
    """A notice for each member that a stage reads and no record has there."""
    if not outcome.tables:
        return
    for flow in outcome.flows:
        for operator, _ in flow:
            read: dict[Call, list[Type]] = {}

            def see(call: Call, kinds: ArgumentTypes, _result: Type, read: dict[Call, list[Type]] = read) -> None:
                if call.function in (get_record_field, record_field) and isinstance(kinds[0], Type):
                    read.setdefault(call, []).append(kinds[0])

            for source in operator.inputs:
                for expression in expressions(operator):
                    infer(expression, source.schema, see)
            for call, kinds in read.items():
                yield from _missing(outcome, call, [one for kind in kinds for one in members(kind) or (kind,)])


def _missing(outcome: Outcome, call: Call, kinds: list[Type]) -> Iterator[Notice]:
    """`kinds` are all types that the value may have of which a member is asked for."""
    value, member = call.arguments
    there = [kind for kind in kinds if kind != NULL]
    if not isinstance(value, Expression) or not isinstance(member, Literal) or not isinstance(member.value, str):
        return
    written = outcome.written(value)
    if there and all(isinstance(kind, Array) and isinstance(kind.element, Record) for kind in there):
        help = f"Write `{written}[0][{member.value}]`, or `{written}[][{member.value}]` for that of each."
        yield Notice("FIELD_DOES_NOT_EXIST", f"`{written}` holds arrays of records, which have no members. {help}")
    names = [name for kind in there for name in _names(kind)]
    if not names or member.value in names or ANY in there:
        return
    near = get_close_matches(member.value, names, n=1)
    guess = f" Did the query mean `{written}[{near[0]}]`?" if near else ""
    yield Notice("FIELD_DOES_NOT_EXIST", f"No record has the member `{member.value}` in `{written}`.{guess}")


def _names(kind: Type) -> list[str]:
    """The names of the members of a type's values."""
    if kind == TIMEFRAME:
        return ["start", "end"]
    return [name for name, _ in kind.fields] if isinstance(kind, Record) else []
