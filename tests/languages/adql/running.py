"""Running plans on every engine, and tables for queries that name their fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dqlkit import Query
from dqlkit.functions.context import Context
from dqlkit.languages.adql.tree import Between, Match, Membership, Path
from dqlkit.languages.syntax.tree import Argument, Binary, Call, Name, String, walk
from dqlkit.plan.operators import Operator
from dqlkit.types.order import order_key
from dqlkit.types.values import Timestamp, Value
from tests.engines import every
from tests.engines.every import Records, Tables

NOW = Timestamp(1_700_003_600_000_000_000)
CONTEXT = Context(NOW)


def plan_of(text: str, language: Any = "adql", **options: Any) -> Operator:
    """The plan of a query, which must be without errors."""
    return every.plan_of(text, language, **options)


def answered(plan: Operator, tables: Tables) -> Records:
    """The records of a plan, on which every engine must agree."""
    return every.answer(plan, tables, CONTEXT).records


def answer(text: str, records: Iterable[dict[str, Value]], language: Any = "adql", **options: Any) -> Records:
    """The answer of a query over the table `t`, on which every engine must agree."""
    return answered(plan_of(text, language, **options), {"t": list(records)})


def rows(text: str, records: Iterable[dict[str, Value]], **options: Any) -> list[list[Value]]:
    """The same as lists of values."""
    return [list(record.values()) for record in answer(text, records, **options)]


def same(left: Sequence[Mapping[str, Value]], right: Sequence[Mapping[str, Value]]) -> bool:
    """Equal records in equal order; a null is as good as no field, and numbers are equal by value up to rounding."""
    return len(left) == len(right) and all(
        _alike(dict(one), dict(other)) for one, other in zip(left, right, strict=True)
    )


def _alike(one: Value, other: Value) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        names = {n for n in [*one, *other] if one.get(n) is not None or other.get(n) is not None}
        return all(_alike(one.get(name), other.get(name)) for name in names)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if type(one) in (int, float) and type(other) in (int, float):
        return (
            one == other or (one != one and other != other) or abs(one - other) <= 1e-9 * max(1, abs(one), abs(other))
        )
    return order_key(one) == order_key(other)


# ---- synthetic tables -----------------------------------------------------------------------------------------------

_TEXTS = ("alpha", "beta", "gamma", "ERROR", None)


def table_for(query: Query, count: int = 30) -> tuple[str, Records]:
    """The event type of a query and events that have the fields it names, with values that it tests for."""
    tree: Any = query.parsed.tree
    kinds = _kinds(query)
    records: Records = []
    for number in range(count):
        record: dict[str, Value] = {"eventTimestamp": Timestamp((1_700_000_000_000 + number * 90_000) * 1_000_000)}
        for name, values in kinds.items():
            record.setdefault(name, values[(number * 7 + len(name)) % len(values)])
        records.append(record)
    return tree.source.event_type.name, records


def _kinds(query: Query) -> dict[str, list[Value]]:
    """Values for each field: those it is compared with among others."""
    found: dict[str, list[Value]] = {}
    aliases = {n.alias.name for n in walk(query.parsed.tree) if isinstance(n, Argument) and n.alias is not None}
    functions = {id(n.function) for n in walk(query.parsed.tree) if isinstance(n, Call)}
    parts = {id(part) for n in walk(query.parsed.tree) if isinstance(n, Path) for part in n.parts}
    for node in walk(query.parsed.tree):
        if isinstance(node, (Name, Path)) and not {id(node)} & (functions | parts) and node.name not in aliases:
            found.setdefault(node.name, [])
    for node in walk(query.parsed.tree):
        for name, value in _tests(node):
            found.setdefault(name, []).append(value)
    return {name: _values(values) for name, values in found.items()}


def _tests(node: object) -> Iterable[tuple[str, Value]]:
    if isinstance(node, Binary) and isinstance(node.left, (Name, Path)):
        yield node.left.name, getattr(node.right, "value", None)
    elif isinstance(node, Membership) and isinstance(node.operand, (Name, Path)):
        yield from ((node.operand.name, getattr(member, "value", None)) for member in node.members)
    elif isinstance(node, (Match, Between)) and isinstance(node.operand, (Name, Path)):
        pattern = getattr(node, "pattern", None)
        yield node.operand.name, pattern.value.replace("*", "x") if isinstance(pattern, String) else 1
    elif isinstance(node, Call) and node.function.name.lower() in ("avg", "sum", "max", "min", "percentile"):
        yield from ((a.value.name, 1) for a in node.arguments if isinstance(a.value, (Name, Path)))


def _values(tested: list[Value]) -> list[Value]:
    """Values of one type: the tested ones, others, null."""
    if any(isinstance(value, bool) for value in tested):
        return [True, False, None]
    if any(isinstance(value, (int, float)) for value in tested):
        return [*tested, 0, 1, 7, 1500, None]
    return [*(value for value in tested if isinstance(value, str)), *_TEXTS]
