"""`fieldsSummary`: how often fields and their values occur."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Boolean, Long
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Hint, Name, Plain
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.describe import Summary


@command(order=("topValues", "extrapolateSamples"))
def fields_summary(
    source: Operator, *field: Name, top_values: Plain[Long] = 20, extrapolate_samples: Hint[Plain[Boolean]] = False
) -> Operator:
    """One record per field: how many records have it, and its commonest values.

    Nothing is sampled here, so `extrapolateSamples` changes nothing.

    >>> data record(a = 1), record(a = 1), record(a = 2) | fieldsSummary a
    {"field":"a","rawCount":3,"count":3,"values":[{"value":1,"count":2},{"value":2,"count":1}]}
    """
    return Summary(source, field, top_values)


@fields_summary.lifts(Summary)
def _(operator: Summary) -> Written:
    return written(field=operator.fields, top_values=operator.top)
