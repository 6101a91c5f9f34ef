"""What the topology commands share: records by type."""

from __future__ import annotations

from collections.abc import Sequence

from dqlkit.functions import find
from dqlkit.plan.expressions import Call, Column, literal
from dqlkit.plan.names import NamePattern
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.filter import Filter

__all__ = ["of_types"]


def of_types(source: Operator, types: Sequence[NamePattern]) -> Operator:
    """Only the records whose `type` is one of the names, in any letter case; `*` stands for any run of characters."""
    if any(pattern.text == "*" for pattern in types):
        return source
    matches = find("matchesValue")
    assert matches is not None
    given = {"expression": Column("type"), "value": tuple(literal(pattern.text) for pattern in types)}
    arguments = tuple(given.get(parameter.name) for parameter in matches.signature.parameters)
    return Filter(source, Call(matches, arguments))  # type: ignore[arg-type]
