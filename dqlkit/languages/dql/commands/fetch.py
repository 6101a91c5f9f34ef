"""`fetch`: the records of a data object."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Duration, Long, Number, String, Timeframe, Timestamp
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Constant, Hint, Many, Name, Plain, Table
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fetch import Fetch


@command(
    aliases={"sourceid": "dataObject"},
    excludes=(("from", "timeframe"), ("to", "timeframe")),
    known_as={"from": ""},
    akin={"index": "Use `fetch logs | filter …`."},
    phrases={"fetch T, last D": "fetch T, from:-D", "fetch T as A": "fetch T", "from T select X": "fetch T | fields X"},
)
def fetch(
    data_object: Table,
    *,
    bucket: Hint[Many[Name]] = (),
    from_: Constant[Duration | Long | String | Timestamp] | None = None,
    to: Constant[Duration | Long | String | Timestamp] | None = None,
    timeframe: Constant[String | Timeframe] | None = None,
    sampling_ratio: Hint[Plain[Number]] | None = None,
    scan_limit_g_bytes: Hint[Plain[Long]] | None = None,
) -> Operator:
    """The records of a data object.

    Locally a data object is a table that was handed over. `bucket`, `samplingRatio` and `scanLimitGBytes` speak to the
    vendor's storage: they are accepted and change nothing, every record counts. The field `dt.system.sampling_ratio`
    is what was asked for, else 1. `metric.series` is what `metrics` was called before.

    >>> fetch logs, from: -2h | filter loglevel == "ERROR"
    """
    if data_object.lower() == "metric.series":
        from dqlkit.languages.dql.commands.metrics import metrics

        return metrics.body(from_=from_, to=to, timeframe=timeframe)
    return Fetch(data_object, from_, to, timeframe)


@fetch.lifts(Fetch)
def _(operator: Fetch) -> Written | None:
    if operator.hint:  # a table that has a command of its own
        return None
    return written(data_object=operator.table, from_=operator.start, to=operator.end, timeframe=operator.timeframe)
