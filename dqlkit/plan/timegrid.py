"""The grid of a time series: equal slots that end on a full boundary of the query's day.

The interval is one of a fixed list. The grid is anchored at the first midnight, in the query's time zone, that is not
before the requested end; from there it steps back, so that it covers the requested range and its slots are the ones
that any other query of that day would get.
"""

from __future__ import annotations

from dqlkit.frozen import frozen
from dqlkit.types.calendar import align_instant, shift_instant
from dqlkit.types.units import DAY, HOUR, MINUTE
from dqlkit.types.values import LONG_MAX, LONG_MIN, Duration, Timeframe, Timestamp

__all__ = ["INTERVALS", "MOST_SLOTS", "Grid", "make_grid"]


#: The allowed intervals: some numbers of minutes and hours, then any number of days up to thirty.
INTERVALS = (
    *(n * MINUTE for n in (1, 2, 3, 5, 10, 15, 30)),
    *(n * HOUR for n in (1, 2, 3, 4, 6, 8, 12)),
    *(n * DAY for n in range(1, 31)),
)
MOST_SLOTS = 1500


@frozen
class Grid:
    """`count` slots of `interval` nanoseconds from `start`. Over records at the ends of the range of timestamps the
    outermost slots reach beyond it; `timeframe` and `bounds` show no more than there is."""

    start: int
    interval: int
    count: int

    @property
    def timeframe(self) -> Timeframe:
        return Timeframe(_within(self.start), _within(self.last + 1))

    @property
    def last(self) -> int:
        """The last nanosecond."""
        return self.start + self.count * self.interval - 1

    def slot(self, nanos: int) -> int | None:
        """The slot a moment falls in; None outside of the grid."""
        slot = (nanos - self.start) // self.interval
        return slot if 0 <= slot < self.count else None

    def bounds(self, end: bool = False) -> list[Timestamp]:
        """Where each slot starts, or ends."""
        return [_within(self.start + (slot + end) * self.interval) for slot in range(self.count)]


def _within(nanos: int) -> Timestamp:
    return Timestamp(min(max(nanos, LONG_MIN), LONG_MAX))


def make_grid(frame: Timeframe, zone: str, interval: Duration | None = None, bins: int | None = None) -> Grid:
    """The grid over a range for a wanted interval, or a wanted number of slots (120 where neither is given)."""
    length = max(frame.end.nanos - frame.start.nanos, 1)
    step = _interval(length, interval, bins)
    anchor = _midnight_from(frame.end, zone)
    end = anchor - (anchor - frame.end.nanos) // step * step
    count = -(-(end - frame.start.nanos) // step)
    return Grid(end - count * step, step, max(count, 1))


def _interval(length: int, interval: Duration | None, bins: int | None) -> int:
    """A wanted interval goes up to the next allowed one; a number of slots to the nearest. [inferred]

    Either way the number of slots stays below the limit. A day has 24 hours, also where the clock changes [inferred: the
    service takes no calendar lengths there].
    """
    if interval is not None:
        wanted = max(interval.nanos, length // MOST_SLOTS)
        return next((step for step in INTERVALS if step >= wanted), INTERVALS[-1])
    wanted = length // max(bins or 120, 1)
    nearest = min(INTERVALS, key=lambda step: abs(step - wanted))
    return next(
        step for step in INTERVALS if (step >= nearest and length // step <= MOST_SLOTS) or step == INTERVALS[-1]
    )


def _midnight_from(moment: Timestamp, zone: str) -> int:
    """The first midnight of the zone that is not before the moment."""
    midnight = align_instant(moment, 1, "d", zone)
    if midnight is None or midnight == moment:
        return moment.nanos
    following = shift_instant(midnight, 1, "d", zone)
    return following.nanos if following else moment.nanos
