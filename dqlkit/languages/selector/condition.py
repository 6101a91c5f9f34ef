"""Conditions: the result of binding a selector, as data over the fields of a record, and as a predicate.

A store can read the parts of a condition and use its indexes instead of testing record by record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypeAlias

from dqlkit.frozen import frozen
from dqlkit.types.values import Timeframe, Timestamp, Value

__all__ = ["All", "Condition", "Not", "Operator", "Path", "Predicate", "Record", "Related", "Test", "predicate"]

Record: TypeAlias = Mapping[str, Value]
Records: TypeAlias = Mapping[str, Record]
"""Records by their ids."""
Predicate: TypeAlias = Callable[[Record], bool]
Path: TypeAlias = tuple[str, ...]
"""A field, and the names of members below it. Arrays on the way are gone through."""
Operator: TypeAlias = Literal["in", "contains", "starts with", "exists", "<", "<=", ">", ">="]


@frozen
class Test:
    """Whether a value at one of the paths is among the given ones, contains one, begins with one, comes before one.

    Where it is not `exact`, letter case does not count. A field that is not there has no value.
    """

    paths: tuple[Path, ...]
    operator: Operator
    values: tuple[Value, ...] = ()
    exact: bool = True


@frozen
class All:
    """Whether every part holds."""

    parts: tuple[Condition, ...]


@frozen
class Not:
    """Whether the part does not hold."""

    part: Condition


@frozen
class Related:
    """Whether a record that is meant by `others` is at the other end of a relationship.

    A relationship is stored where it begins, as a field with ids. It leads away from the record where it is `outgoing`.
    """

    relationship: str
    outgoing: bool
    others: Condition


Condition: TypeAlias = Test | All | Not | Related


def predicate(condition: Condition, records: Records) -> Predicate:
    """The condition as a function of a record; `records` are those that relationships lead to."""
    match condition:
        case Test():
            return _test(condition)
        case All(parts):
            predicates = [predicate(part, records) for part in parts]
            return lambda record: all(holds(record) for holds in predicates)
        case Not(part):
            holds = predicate(part, records)
            return lambda record: not holds(record)
        case Related():
            return _related(condition, records)


def _related(condition: Related, records: Records) -> Predicate:
    meant = predicate(condition.others, records)
    others = {id: record for id, record in records.items() if meant(record)}
    path = (condition.relationship,)
    if condition.outgoing:
        return lambda record: any(str(id) in others for id in values_at(record, path))
    reached = {str(id) for record in others.values() for id in values_at(record, path)}
    return lambda record: str(record.get("id")) in reached


# ---- values ---------------------------------------------------------------------------------------------------------


def values_at(value: Value, path: Path) -> Iterator[Value]:
    """The values that a path leads to; of a record at its end, those of its members."""
    if isinstance(value, Timeframe):
        value = {"start": value.start, "end": value.end}
    if isinstance(value, list):
        for item in value:
            yield from values_at(item, path)
    elif isinstance(value, Mapping):
        if path:
            yield from values_at(value.get(path[0]), path[1:])
        else:
            for member in value.values():
                yield from values_at(member, ())
    elif value is not None and not path:
        yield value


def _test(test: Test) -> Predicate:
    holds = _HOLDS[test.operator]
    fold: Callable[[Value], Value] = (lambda value: value) if test.exact else _folded
    wanted = [fold(value) for value in test.values]

    def met(record: Record) -> bool:
        found = (fold(_plain(value)) for path in test.paths for value in values_at(record, path))
        if test.operator == "exists":
            return next(found, None) is not None
        return any(holds(value, one) for value in found for one in wanted)

    return met


def _plain(value: Value) -> Value:
    """A value as selectors write it."""
    return value if isinstance(value, (bool, Timestamp)) else str(value)


def _folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value


def _ordered(compare: Callable[[int, int], bool]) -> Callable[[Value, Value], bool]:
    def holds(value: Value, wanted: Value) -> bool:
        return isinstance(value, Timestamp) and isinstance(wanted, Timestamp) and compare(value.nanos, wanted.nanos)

    return holds


def _within(compare: Callable[[str, str], bool]) -> Callable[[Value, Value], bool]:
    def holds(value: Value, wanted: Value) -> bool:
        return isinstance(value, str) and isinstance(wanted, str) and compare(value, wanted)

    return holds


_HOLDS: Mapping[Operator, Callable[[Value, Value], bool]] = {
    "in": lambda value, wanted: type(value) is type(wanted) and bool(value == wanted),
    "contains": _within(lambda value, wanted: wanted in value),
    "starts with": _within(str.startswith),
    "exists": lambda _value, _wanted: True,
    "<": _ordered(lambda value, wanted: value < wanted),
    "<=": _ordered(lambda value, wanted: value <= wanted),
    ">": _ordered(lambda value, wanted: value > wanted),
    ">=": _ordered(lambda value, wanted: value >= wanted),
}
