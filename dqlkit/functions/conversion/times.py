"""Points, lengths and ranges of time."""

from __future__ import annotations

from dqlkit.functions.clock import read_timestamps
from dqlkit.functions.context import Context
from dqlkit.functions.conversion.numbers import (
    DOUBLE_TEXT,
    LONG_TEXT,
    matches,
    to_double,
    to_long,
    where,
    whole,
    within,
)
from dqlkit.functions.function import scalar
from dqlkit.functions.lazy import pl
from dqlkit.functions.vocabulary import Duration, Number, String, Timeframe, Timestamp
from dqlkit.types.kinds import DOUBLE, DURATION, LONG, STRING, TIMEFRAME, TIMESTAMP
from dqlkit.types.text import TIME_OF_DAY, parse_moment


@scalar(
    unwraps=True,
    converts=True,
    known_as=("todatetime", "todate"),
    akin={"datetime": 'toTimestamp("…")', "date": "{}@d"},
)
def to_timestamp(value: Number | String | Timestamp, *, context: Context) -> Timestamp | None:
    """A point in time: nanoseconds since 1970, or ISO-8601 text.

    The text may leave out the time, the seconds and the zone, which then is the query's. Without a date it is a time of
    the day on which the query runs, in the zone that the text names [decided].

    >>> toTimestamp("2024-05-17T12:44:30.5+0200") == toTimestamp(1715942670500000000)
    true
    >>> toTimestamp("yesterday")
    null
    """
    match value:
        case Timestamp():
            return value
        case str():
            return parse_moment(value, context.timezone, context.now)
    nanos = whole(value)
    return None if nanos is None else Timestamp(nanos)


@scalar(unwraps=True, converts=True)
def to_duration(value: Number | Duration | String | Timeframe) -> Duration | None:
    """A duration: nanoseconds as a number or as text, whose fraction is dropped, or the length of a timeframe.

    >>> toDuration("1000000")
    1ms
    >>> toDuration("42s")
    null
    """
    match value:
        case Duration():
            return value
        case Timeframe(start, end):
            nanos = within(end.nanos - start.nanos)
        case str():
            number = to_long(value) if matches(LONG_TEXT, value) else to_double(value)
            nanos = None if number is None else whole(number)
        case _:
            nanos = whole(value)
    return None if nanos is None else Duration(nanos)


@scalar(unwraps=True, converts=True)
def to_timeframe(value: String | Timeframe, *, context: Context) -> Timeframe | None:
    """A range of time: two ISO-8601 times with a `/` between them.

    >>> toDuration(toTimeframe("2024-05-17T10:00:00Z/2024-05-17T10:30:00Z"))
    30m
    """
    if isinstance(value, Timeframe):
        return value
    start, _, end = value.partition("/")
    bounds = [parse_moment(text, context.timezone, context.now) for text in (start, end)]
    return None if None in bounds else Timeframe(*bounds)  # type: ignore[arg-type]


to_timestamp.polars(lambda value: value, value=TIMESTAMP)
to_timestamp.polars(lambda value: value.cast(pl.Datetime("ns", "UTC")), value=LONG)
to_timestamp.polars(lambda value: value.cast(pl.Int64, strict=False).cast(pl.Datetime("ns", "UTC")), value=DOUBLE)
to_duration.polars(lambda value: value, value=DURATION)
to_duration.polars(lambda value: value.cast(pl.Duration("ns")), value=LONG)
to_duration.polars(lambda value: value.cast(pl.Int64, strict=False).cast(pl.Duration("ns")), value=DOUBLE)
to_timeframe.polars(lambda value: value, value=TIMEFRAME)


@to_timestamp.polars(value=STRING)
def _(value, *, context):
    def of_the_day(texts):
        moments = [None if text is None else parse_moment(text, context.timezone, context.now) for text in texts]
        nanos = [None if moment is None else moment.nanos for moment in moments]
        return pl.Series(nanos, dtype=pl.Int64).cast(pl.Datetime("ns", "UTC"))

    times = pl.when(value.str.contains(f"^{TIME_OF_DAY}$")).then(value)
    read = times.map_batches(of_the_day, return_dtype=pl.Datetime("ns", "UTC"), is_elementwise=True)
    return pl.coalesce(read_timestamps(value, context.timezone), read)


@to_duration.polars(value=STRING)
def _(value):
    exact = where(value, LONG_TEXT).cast(pl.Int64, strict=False)
    rest = where(value, DOUBLE_TEXT).cast(pl.Float64, strict=False).cast(pl.Int64, strict=False)
    return pl.when(value.str.contains(LONG_TEXT)).then(exact).otherwise(rest).cast(pl.Duration("ns"))


@to_duration.polars(value=TIMEFRAME)
def _(value):
    start, end = (value.struct.field(name).to_physical() for name in ("start", "end"))
    fits = (start <= end) == (end - start >= 0)  # what does not fit wraps around
    return pl.when(fits).then(end - start).cast(pl.Duration("ns"))
