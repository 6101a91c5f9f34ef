"""`smartscapeNodes`: nodes of the topology."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Duration, String, Timeframe, Timestamp
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.topology import of_types, types_of
from dqlkit.languages.dql.vocabulary import Constant, Hint, Types
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter

NODES = "smartscapeNodes"
HINT = "one record per node: `id`, `type`, `name`, and any attributes"


@command(order=("from", "to", "timeframe"), excludes=(("from", "timeframe"), ("to", "timeframe")))
def smartscape_nodes(
    *type: Types,
    from_: Hint[Constant[Duration | String | Timestamp]] | None = None,
    to: Hint[Constant[Duration | String | Timestamp]] | None = None,
    timeframe: Hint[Constant[String | Timeframe]] | None = None,
) -> Operator:
    """The nodes of these types (`HOST`, `"K8S_*"`, `"*"`) from the table `smartscapeNodes`.

    Locally a node has no lifetime: a timeframe changes nothing.

    >>> smartscapeNodes "HOST" | fields id, name
    """
    return of_types(Fetch(NODES, hint=HINT), type)


@smartscape_nodes.recognizes(Fetch)
@smartscape_nodes.recognizes(Filter)
def _(operator: Operator) -> Written | None:
    types = types_of(operator, NODES)
    return None if types is None else written(type=types)
