"""`makeTimeseries`: records counted and measured over time."""

from __future__ import annotations

from dqlkit.functions.vocabulary import Boolean, Duration, Long, Number, String, Timeframe, Timestamp
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Assigned, Constant, Many, Plain, SeriesOf, Value
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.timeseries import Timeseries
from dqlkit.plan.timerange import TimeRange


@command(
    order=("by", "interval", "bins", "from", "to", "timeframe", "time", "spread", "nonempty"),
    excludes=(("interval", "bins"), ("from", "timeframe"), ("to", "timeframe"), ("time", "spread")),
    known_as={"make-series": ""},
    akin={"render": "Use `makeTimeseries`; how it is drawn is chosen where it is shown."},
    phrases={
        "timechart [span=D] X by Y": "makeTimeseries X, by:{Y}<, interval:D>",
        "timechart [span=D] X": "makeTimeseries X<, interval:D>",
    },
)
def make_timeseries(
    source: Operator,
    *aggregation: SeriesOf,
    by: Many[Assigned] = (),
    interval: Constant[Duration] | None = None,
    bins: Plain[Long] | None = None,
    from_: Constant[Duration | String | Timestamp] | None = None,
    to: Constant[Duration | String | Timestamp] | None = None,
    timeframe: Constant[String | Timeframe] | None = None,
    time: Value | None = None,
    spread: Value | None = None,
    nonempty: Plain[Boolean] = False,
    default: Constant[Number] | None = None,
    rate: Constant[Duration] | None = None,
) -> Operator:
    """One array per aggregation and group, all on one grid of equal slots.

    An empty slot is null unless the aggregation has a `default:`; `rate:` scales, `scalar:` gives one value. `default` and
    `rate` of the command hold for every series that has none of its own. Without a range it is the one the records were
    fetched with, else the one they span.

    >>> data record(timestamp = toTimestamp("2026-01-01T00:10:00Z")) | makeTimeseries count(), interval: 1h
    {"timeframe":{"start":"2026-01-01T00:00:00.000Z","end":"2026-01-01T01:00:00.000Z"},"interval":3600000000000,"count()":[1.0]}
    """
    range_ = TimeRange(from_, to, timeframe)
    series = tuple(one.with_defaults(default, rate) for one in aggregation)
    return Timeseries(source, by, series, range_, interval, bins, time, spread, nonempty)


@make_timeseries.lifts(Timeseries)
def _(operator: Timeseries) -> Written | None:
    if operator.shift is not None:
        return None
    return written(
        aggregation=operator.series,
        by=operator.keys,
        interval=operator.interval,
        bins=operator.bins,
        from_=operator.range.start,
        to=operator.range.end,
        timeframe=operator.range.timeframe,
        time=operator.time,
        spread=operator.spread,
        nonempty=operator.nonempty,
    )
