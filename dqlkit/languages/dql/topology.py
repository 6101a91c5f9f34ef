"""What the topology commands share: records by type."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.functions.string.matching import matches_value
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Call, Column, Literal, literal
from dqlkit.plan.names import NamePattern
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter

__all__ = ["of_types", "types_of"]


def of_types(source: Operator, types: Sequence[NamePattern]) -> Operator:
    """Only the records whose `type` is one of the names, in any letter case; `*` stands for any run of characters."""
    if any(pattern.text == "*" for pattern in types):
        return source
    names = (literal(pattern.text) for pattern in types)
    return Filter(source, call(matches_value, Column("type"), *names))


def types_of(operator: Operator, table: str) -> tuple[NamePattern, ...] | None:
    """The names with which `of_types` makes the operator over a table; None where it cannot."""
    source = operator.source if isinstance(operator, Filter) else operator
    if not isinstance(source, Fetch) or source.table != table or not source.hint:
        return None
    if not isinstance(operator, Filter):
        return (NamePattern("*", wildcard=True),)
    condition = operator.condition
    if not isinstance(condition, Call) or condition.function is not matches_value:
        return None
    names = condition.argument("value")
    texts = names if isinstance(names, tuple) else (names,)
    return tuple(
        NamePattern(t.value, "*" in t.value) for t in texts if isinstance(t, Literal) and isinstance(t.value, str)
    )
