"""What the topology commands share: records by type."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.functions.string.matching import matches_value
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Column, literal
from dqlkit.plan.names import NamePattern
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.filter import Filter

__all__ = ["of_types"]


def of_types(source: Operator, types: Sequence[NamePattern]) -> Operator:
    """Only the records whose `type` is one of the names, in any letter case; `*` stands for any run of characters."""
    if any(pattern.text == "*" for pattern in types):
        return source
    names = (literal(pattern.text) for pattern in types)
    return Filter(source, call(matches_value, Column("type"), *names))
