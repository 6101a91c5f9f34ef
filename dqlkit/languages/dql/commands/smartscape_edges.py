"""`smartscapeEdges`: edges of the topology."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Duration, String, Timeframe, Timestamp
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.topology import of_types, types_of
from dqlkit.languages.dql.vocabulary import Constant, Hint, Types
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter

EDGES = "smartscapeEdges"
HINT = "one record per edge: `source_id`, `source_type`, `target_id`, `target_type`, `type`"


@command(order=("from", "to", "timeframe"), excludes=(("from", "timeframe"), ("to", "timeframe")))
def smartscape_edges(
    *type: Types,
    from_: Hint[Constant[Duration | String | Timestamp]] | None = None,
    to: Hint[Constant[Duration | String | Timestamp]] | None = None,
    timeframe: Hint[Constant[String | Timeframe]] | None = None,
) -> Operator:
    """The edges of these types (`runs_on`, `"*"`) from the table `smartscapeEdges`.

    >>> smartscapeEdges "runs_on" | limit 10
    """
    return of_types(Fetch(EDGES, hint=HINT), type)


@smartscape_edges.recognizes(Fetch)
@smartscape_edges.recognizes(Filter)
def _(operator: Operator) -> Written | None:
    types = types_of(operator, EDGES)
    return None if types is None else written(type=types)
