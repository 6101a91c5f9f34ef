"""Aggregations: one value for the records of a group.

Null takes part in none of them but `count` and `collectArray`. Without values the result is null, for counts 0. Longs
and doubles go together, other kinds never do: the result is null then, except for functions that take any value.
"""

from __future__ import annotations

from dqlkit.functions.aggregation.choice import maximum, minimum
from dqlkit.functions.aggregation.collection import collect_array
from dqlkit.functions.aggregation.counting import count_distinct_exact
from dqlkit.functions.aggregation.moments import add_up, avg, stddev, total
from dqlkit.functions.aggregation.ranks import nearest_rank, rankable, ranked, ranked_type

__all__ = [
    "add_up",
    "avg",
    "collect_array",
    "count_distinct_exact",
    "maximum",
    "minimum",
    "nearest_rank",
    "rankable",
    "ranked",
    "ranked_type",
    "stddev",
    "total",
]
