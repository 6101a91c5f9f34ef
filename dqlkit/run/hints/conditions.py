"""Conditions that no record can meet, whatever it holds."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit import functions
from dqlkit.functions.boolean import in_, is_not_null, is_null
from dqlkit.functions.context import Context, Notice
from dqlkit.functions.operators import and_, equals, not_equals, or_
from dqlkit.plan.expressions import Call, Expression, Literal
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.join import Join
from dqlkit.plan.resolve.constants import computed
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.regex import regex
from dqlkit.run.hints.outcome import Outcome
from dqlkit.types.kinds import ANY, DOUBLE, LONG, NULL, Type, members

__all__ = ["impossible_conditions", "lonely_keys", "never_true"]

_NUMBERS = frozenset({LONG.name, DOUBLE.name})
_NUMBER = regex(r"-?\d+(\.\d+)?")


def impossible_conditions(outcome: Outcome) -> Iterator[Notice]:
    """A notice for each part of a condition that is never true, where that keeps every record out."""
    for never, schema in never_true(outcome):
        message = f"`{outcome.written(never)}` is never true: {_reason(outcome, never, schema)}"
        yield Notice("CONDITION_NEVER_TRUE", message)


def lonely_keys(outcome: Outcome) -> Iterator[Notice]:
    """A notice for each pair of keys of which no values can be equal, where records without a partner go."""
    joins = (operator for flow in outcome.flows for operator, _ in flow if isinstance(operator, Join))
    for join in (one for one in joins if one.kind == "inner"):
        for key in join.keys:
            kinds = infer(key.left, join.source.schema), infer(key.right, join.other.schema)
            left, right = map(_types, kinds)
            if left and right and left.isdisjoint(right):
                values = (f"`{outcome.written(one)}`" for one in (key.left, key.right))
                said = " and ".join(
                    f"{value} is of type {_named(kind)}" for value, kind in zip(values, kinds, strict=True)
                )
                yield Notice("CONDITION_NEVER_TRUE", f"No record has a partner: {said}.")


def never_true(outcome: Outcome) -> Iterator[tuple[Call, Schema]]:
    """The comparisons that keep every record out, each with the schema of the records that it sees."""
    for flow in outcome.flows:
        for operator, schema in flow:
            if isinstance(operator, Filter) and not operator.negated:
                yield from ((never, schema) for never in _never(operator.condition, schema, outcome.context))


def _never(condition: Expression, schema: Schema, context: Context) -> list[Call]:
    """The comparisons for which a condition is never true; none where it may be."""
    if not isinstance(condition, Call):
        return []
    sides = _sides(condition)
    if condition.function is and_:
        return [never for one in sides for never in _never(one, schema, context)]
    if condition.function is or_:
        parts = [_never(one, schema, context) for one in sides]
        return [never for part in parts for never in part] if all(parts) else []
    compares = bool(condition.function.mirror and condition.function.opposite) or condition.function is in_
    return [condition] if compares and _cannot_hold(condition, sides, schema, context) else []


def _sides(call: Call) -> list[Expression]:
    """The arguments, those of a list one by one."""
    listed = (one if isinstance(one, tuple) else (one,) for one in call.arguments)
    return [item for items in listed for item in items if isinstance(item, Expression)]


def _cannot_hold(call: Call, sides: list[Expression], schema: Schema, context: Context) -> bool:
    if call.function is not in_ and any(_is_null(side, context) for side in sides):
        return True
    first, *others = (_types(infer(side, schema)) for side in sides)
    if not first or not all(others) or call.function is not_equals:
        return False
    if call.function in (equals, in_):
        return all(first.isdisjoint(other) for other in others) and not (
            call.function is in_ and any("array" in one for one in (first, *others))
        )
    return infer(call, schema) == NULL


def _is_null(side: Expression, context: Context) -> bool:
    """Whether a side that reads no field is null."""
    found = computed(side, context)
    return isinstance(found, Literal) and found.value is None


def _types(kind: Type) -> frozenset[str]:
    """The names of the types that a value may have, those of numbers being one; none where they are not known."""
    names = frozenset() if kind in (ANY, NULL) else frozenset(one.name for one in members(kind))
    return names - {DOUBLE.name} | {LONG.name} if names & _NUMBERS else names


def _reason(outcome: Outcome, call: Call, schema: Schema) -> str:
    sides = _sides(call)[:2]
    nulls = [side for side in sides if _is_null(side, outcome.context)]
    if any(not isinstance(side, Literal) for side in nulls):
        return f"`{outcome.written(nulls[0])}` is null, and nothing compares with null."
    if nulls:
        other = next((side for side in sides if side not in nulls), sides[0])
        test = is_not_null if call.function is not_equals else is_null
        return f"nothing compares with null. Write `{test.name}({outcome.written(other) or '…'})`."
    kinds = [infer(side, schema) for side in sides]
    named = [f"`{outcome.written(side)}` is of type {_named(kind)}" for side, kind in zip(sides, kinds, strict=True)]
    return f"{' and '.join(named)}.{_conversion(outcome, sides, kinds)}"


def _named(kind: Type) -> str:
    return " or ".join(sorted(one.name for one in members(kind)))


def _conversion(outcome: Outcome, sides: list[Expression], kinds: list[Type]) -> str:
    """How the text of one side becomes a value of the other's type."""
    for side, other in zip(sides, kinds[::-1], strict=True):
        if (
            isinstance(side, Literal)
            and isinstance(side.value, str)
            and {one.name for one in members(other)} <= _NUMBERS
        ):
            return f" Write `{side.value}`." if _NUMBER.fullmatch(side.value) else ""
    for side, kind, other in zip(sides, kinds, kinds[::-1], strict=True):
        plain = [one for one in members(kind) if one.name == "string" or one == LONG]
        into = functions.converting_to({one.name for one in members(other)}) if plain else None
        if into is not None and other.name not in ("string", *_NUMBERS):
            return f" Write `{into.name}({outcome.written(side)})`."
    return ""
