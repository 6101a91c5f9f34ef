"""The number of a table's records is not counted where the table knows it.

Before:

    fetch logs | fieldsAdd a = lower(content) | summarize n = count()

After:

    Records expressions={{"n":1000000}}
"""

from __future__ import annotations

from collections.abc import Mapping

from dqlkit.functions.aggregation.counting import count
from dqlkit.optimise.known import Known
from dqlkit.plan.expressions import Call, literal
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.records import Records
from dqlkit.plan.ops.scan import Scan

__all__ = ["OF", "change", "known_rows"]

OF = (Aggregate,)


def change(operator: Aggregate, known: Known) -> Operator:
    if operator.keys or not operator.values:
        return operator
    calls = [field.expression for field in operator.values]
    rows = known_rows(operator.source, known.facts)
    if rows is None or not all(isinstance(call, Call) and call.function is count for call in calls):
        return operator
    return Records((literal({field.name: rows for field in operator.values}),))


def known_rows(operator: Operator, facts: Mapping[str, Facts]) -> int | None:
    """How many records an operator yields, where that is known: as many as the table that it reads has."""
    while len(operator.inputs) == 1 and operator.amount == "same" and not operator.acts:
        operator = operator.inputs[0]
    known = facts.get(operator.table) if isinstance(operator, Scan) and operator.within is None else None
    return None if known is None else known.rows
