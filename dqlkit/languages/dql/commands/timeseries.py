"""`timeseries`: metrics over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from dqlkit.frozen import replace
from dqlkit.functions import Function
from dqlkit.functions.operators import and_, equals, or_
from dqlkit.functions.vocabulary import Boolean, Duration, Long, Number, String, Timeframe, Timestamp
from dqlkit.languages.dql.command import Written, command, written
from dqlkit.languages.dql.vocabulary import Assigned, Condition, Constant, Hint, Many, Metric, Name, Plain
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Call, Column, Expression, literal
from dqlkit.plan.expressions import Literal as PlanLiteral
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.combine import Combine
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.timeseries import Timeseries
from dqlkit.plan.timerange import TimeRange

#: The table of measurements, and what it must look like.
METRICS = Fetch(
    "metrics",
    hint="one record per measurement: `metric.key`, `timestamp`, `value`, and any dimensions",
    otherwise="metric.series",
)


@command(
    order=("bucket", "from", "to", "timeframe", "by", "filter", "interval", "bins", "shift", "nonempty", "union"),
    excludes=(("interval", "bins"), ("from", "timeframe"), ("to", "timeframe")),
)
def timeseries(
    *metric: Metric,
    bucket: Hint[Many[Name]] = (),
    from_: Constant[Duration | String | Timestamp] | None = None,
    to: Constant[Duration | String | Timestamp] | None = None,
    timeframe: Constant[String | Timeframe] | None = None,
    by: Many[Assigned] = (),
    filter: Condition | None = None,
    interval: Constant[Duration] | None = None,
    bins: Plain[Long] | None = None,
    shift: Constant[Duration] | None = None,
    nonempty: Plain[Boolean] = False,
    union: Plain[Boolean] = False,
    rollup: Hint[Literal["min", "max", "sum", "avg", "total"]] | None = None,
    default: Constant[Number] | None = None,
    rate: Constant[Duration] | None = None,
) -> Operator:
    """Metrics as arrays over time, one record per combination of dimensions.

    Locally metrics are the table `metrics`, one record per measurement: `metric.key`, `timestamp`, `value`, dimensions.
    Of several metrics only the combinations that all of them have come out, with `union` those of any. `default` and
    `rate` hold for every series that has none of its own; measurements are single values, so `rollup` changes nothing.

    >>> timeseries avg(dt.host.cpu.usage), by: {dt.smartscape.host}, interval: 5m
    """
    range_ = TimeRange(from_, to, timeframe)
    parts: dict[Expression, list[Metric]] = {}
    for one in _with_bounds(metric, union):
        conditions = [_is(one.key), *(c for c in (filter, one.filter) if c is not None)]
        parts.setdefault(_joined(and_, conditions), []).append(one)
    source = Filter(METRICS, _joined(or_, parts))
    made = [
        Timeseries(
            source,
            by,
            tuple(m.series.with_defaults(default, rate) for m in group),
            range_,
            interval,
            bins,
            None,
            None,
            nonempty,
            shift,
            condition if len(parts) > 1 else None,
        )
        for condition, group in parts.items()
    ]
    return made[0] if len(made) == 1 else _together(made, by, union, tuple(one.series.name for one in metric))


def _with_bounds(metrics: Sequence[Metric], union: bool) -> Iterator[Metric]:
    """The bounds of slots beside what is measured: all metrics have the same slots, so those of the first one tell; with
    `union` those of every one, since any may be missing."""
    measured = [one for one in metrics if one.key]
    if union and measured:
        yield from measured
        bounds = [one for one in metrics if not one.key]
        at = dict.fromkeys((one.key, one.filter) for one in measured)
        yield from (replace(one, key=key, filter=filter) for key, filter in at for one in bounds)
        return
    for one in metrics:
        yield replace(one, key=measured[0].key, filter=measured[0].filter) if measured and not one.key else one


def _is(key: str) -> Expression:
    return call(equals, Column("metric.key"), literal(key))


def _joined(sign: Function[..., Any], conditions: Iterable[Expression]) -> Expression:
    first, *rest = conditions
    for condition in rest:
        first = call(sign, first, condition)
    return first


def _together(parts: list[Timeseries], by: tuple[Field, ...], union: bool, order: tuple[str, ...]) -> Operator:
    """Series of several metrics side by side, in the order in which they are written."""
    keys = ("timeframe", "interval", *(field.name for field in by))
    whole: Operator = parts[0]
    for part in parts[1:]:
        whole = Combine(whole, part, keys, union, order if part is parts[-1] else ())
    return whole


@timeseries.recognizes(Timeseries)
def _(operator: Timeseries) -> Written | None:
    return _as_timeseries([operator])


@timeseries.recognizes(Combine)
def _(operator: Combine) -> Written | None:
    parts: list[Operator] = [operator]
    while isinstance(parts[0], Combine):
        parts[:1] = [parts[0].source, parts[0].other]
    return _as_timeseries(parts, operator.union, operator.order)


def _as_timeseries(parts: Sequence[Operator], union: bool = False, order: Sequence[str] = ()) -> Written | None:
    """The command that makes these series, one operator for each combination of metric and conditions."""
    made = [part for part in parts if isinstance(part, Timeseries)]
    measured = [found for part in made if (found := _measured(part)) is not None]
    if not made or len(measured) < len(parts):
        return None
    # What stands before a condition of a metric's own is the command's, and the bounds of slots have none of their own.
    shared = next((conditions[0] for key, conditions in measured if len(conditions) > (1 if key else 0)), None)
    metrics: list[Metric] = []
    for part, (key, conditions) in zip(made, measured, strict=True):
        own = [condition for condition in conditions if condition != shared]
        for series in part.series:
            one = Metric("" if series.bounds else key, series, own[0] if own and not series.bounds else None)
            metrics += [one] if one not in metrics else []
    metrics.sort(key=lambda one: order.index(one.series.name) if one.series.name in order else len(order))
    first = made[0]
    return written(
        metric=tuple(metrics),
        from_=first.range.start,
        to=first.range.end,
        timeframe=first.range.timeframe,
        by=first.keys,
        filter=shared,
        interval=first.interval,
        bins=first.bins,
        shift=first.shift,
        nonempty=first.nonempty,
        union=union,
    )


def _measured(part: Timeseries) -> tuple[str, list[Expression]] | None:
    """The metric of which a series counts the measurements, and the further conditions."""
    source = part.source
    if not isinstance(source, Filter) or source.source != METRICS:
        return None
    conditions: list[Expression] = []
    first = part.only or source.condition
    while isinstance(first, Call) and first.function is and_:
        left, right = first.arguments
        assert isinstance(left, Expression)
        assert isinstance(right, Expression)
        first, conditions = left, [right, *conditions]
    if not isinstance(first, Call) or first.function is not equals or first.arguments[0] != Column("metric.key"):
        return None
    key = first.arguments[1]
    return (key.value, conditions) if isinstance(key, PlanLiteral) and isinstance(key.value, str) else None
