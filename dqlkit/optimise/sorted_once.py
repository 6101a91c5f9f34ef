"""Several percentiles of one value are read off its sorted values, which are sorted once for all of them.

Before:

    fetch logs | summarize half = median(number), most = percentile(number, 99), n = count(), by:{host}

After:

    Project fields={host, half = atPercentage(#sorted0, 50), most = atPercentage(#sorted0, 99), n}
      Aggregate keys={host} values={#sorted0 = sortedValues(toDouble(number)), n = count()}
        Scan table=logs
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from dqlkit.frozen import replace
from dqlkit.functions.aggregation.ranks import RANKED, at_percentage, median, percentile, sorted_values
from dqlkit.functions.conversion.numbers import to_double
from dqlkit.optimise.known import Known
from dqlkit.plan.expressions import Call, Column, Expression, Literal, literal
from dqlkit.plan.operators import Field, Operator, copied
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.project import Project
from dqlkit.plan.schema import Schema
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import LONG

__all__ = ["OF", "change"]

OF = (Aggregate,)


def change(operator: Aggregate, known: Known) -> Operator:
    asked = {
        field.name: found for field in operator.values if (found := _asked(field.expression, operator)) is not None
    }
    times = Counter(value for value, _ in asked.values())
    several = [value for value, count in times.items() if count > 1]
    if not several:
        return operator
    names = _names(several, operator.schema)
    held: dict[str, Field] = {}
    shown: list[Field] = [copied(key.name) for key in operator.keys]
    for field in operator.values:
        value, share = asked.get(field.name, (None, None))
        name = names.get(value) if value is not None else None
        if value is None or share is None or name is None:
            held[field.name] = field
            shown.append(copied(field.name))
        else:
            held[name] = Field(name, Call(sorted_values, (value,)))
            shown.append(Field(field.name, Call(at_percentage, (Column(name), share))))
    return Project(replace(operator, values=tuple(held.values())), tuple(shown))


def _names(values: Iterable[Expression], schema: Schema) -> dict[Expression, str]:
    """A name for the sorted values of each."""
    return {value: schema.fresh(f"sorted{k}") for k, value in enumerate(values)}


def _asked(expression: Expression, operator: Aggregate) -> tuple[Expression, Literal] | None:
    """The value of which a call wants a percentile, where all records count alike, and which one."""
    if not isinstance(expression, Call) or expression.function not in (percentile, median):
        return None
    value, *others, weight = expression.arguments
    share = others[0] if others else literal(50)
    if weight is not None or not isinstance(value, Expression) or not isinstance(share, Literal):
        return None
    kind = infer(value, operator.source.schema)
    if kind not in RANKED:
        return None
    return Call(to_double, (value,)) if kind == LONG else value, share
