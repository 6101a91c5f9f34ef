"""`metrics`: which series there are."""

from __future__ import annotations

from dqlkit.frozen import replace
from dqlkit.functions.vocabulary import Duration, String, Timeframe, Timestamp
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.commands.timeseries import METRICS
from dqlkit.languages.dql.vocabulary import Constant, Hint, Many, Name
from dqlkit.plan.names import NamePattern
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.choose import Choose
from dqlkit.plan.ops.distinct import Distinct
from dqlkit.plan.ops.fetch import Fetch


@command(excludes=(("from", "timeframe"), ("to", "timeframe")))
def metrics(
    *,
    bucket: Hint[Many[Name]] = (),
    from_: Constant[Duration | String | Timestamp] | None = None,
    to: Constant[Duration | String | Timestamp] | None = None,
    timeframe: Constant[String | Timeframe] | None = None,
) -> Operator:
    """One record per series of the table `metrics`: the metric's key and its dimensions.

    >>> metrics | filter startsWith(metric.key, "dt.host.")
    """
    measured = replace(METRICS, start=from_, end=to, timeframe=timeframe)
    dimensions = Choose(measured, (NamePattern("timestamp"), NamePattern("value")), drop=True)
    return Distinct(dimensions)


@metrics.recognizes(Distinct)
def _(operator: Distinct) -> Written | None:
    measured = operator.source.inputs[0] if operator.source.inputs else None
    if not isinstance(measured, Fetch):
        return None
    return written(from_=measured.start, to=measured.end, timeframe=measured.timeframe)
