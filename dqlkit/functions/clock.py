"""The wall clock of a time zone on whole columns, for lowerings.

Zones come from the same tables as in the functions' bodies (`types.calendar.offsets`), so both agree on every change of
the clock. Wall clocks are columns of `Datetime("us")` without a zone: nanoseconds would not hold what is local at the
ends of the range of timestamps.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from dqlkit.functions.lazy import pl
from dqlkit.types.calendar import offsets
from dqlkit.types.text import EPOCH, ISO_8601, timezone
from dqlkit.types.units import SECOND

__all__ = ["instants", "offset_seconds", "read_timestamps", "staged", "timestamps", "wall_clock"]

_MICROS = 1_000_000
_DAY = 86_400
#: Seconds beyond which no timestamp lies, in any zone.
_FAR = 9_300_000_000


def staged(build, dtype, *inputs):
    """An expression of columns each of which is computed once, however often `build` uses it."""
    names = [str(k) for k in range(len(inputs))]
    expression = build(*map(pl.col, names))

    def run(batch):
        return batch.struct.unnest().select(expression).to_series()

    columns = [column.alias(name) for name, column in zip(names, inputs, strict=True)]
    return pl.struct(columns).map_batches(run, return_dtype=dtype, is_elementwise=True)


def wall_clock(instant, zone: str):
    """What the clock shows at timestamps, in whole microseconds."""

    def shown(nanos):
        local = nanos // 1_000 + offset_seconds(nanos // SECOND, zone) * _MICROS
        return local.cast(pl.Datetime("us"))

    return staged(shown, pl.Datetime("us"), instant.to_physical())


def instants(wall, zone: str, like=None):
    """The moments at which the clock shows `wall`, in microseconds since 1970.

    A time shown twice is the one with the offset `like` (seconds), else the first; one never shown is as much later.
    """
    if like is None:
        return staged(partial(_found, zone=zone), pl.Int64, wall.to_physical())
    return staged(partial(_kept, zone=zone), pl.Int64, wall.to_physical(), like)


def _found(local, zone: str):
    before, after = (offset_seconds(local // _MICROS + days * _DAY, zone) for days in (-1, 1))
    first, second = local - before * _MICROS, local - after * _MICROS
    is_first = offset_seconds(first // _MICROS, zone) == before
    is_second = offset_seconds(second // _MICROS, zone) == after
    return pl.when(is_first | ~is_second).then(first).otherwise(second)


def _kept(local, like, zone: str):
    kept = local - like * _MICROS
    return pl.when(offset_seconds(kept // _MICROS, zone) == like).then(kept).otherwise(_found(local, zone))


def timestamps(micros, nanos=None):
    """Timestamps of microseconds since 1970 and the nanoseconds beyond them; null outside the range."""
    total = micros * 1_000 if nanos is None else micros * 1_000 + nanos
    fits = total // 1_000 == micros  # what does not fit wraps around, and does not come back
    return pl.when(fits).then(total).cast(pl.Datetime("ns", "UTC"))


def read_timestamps(text, zone: str):
    """Timestamps of ISO-8601 text; what is without a zone is in `zone`. Null for anything else."""
    return staged(partial(_read, zone=zone), pl.Datetime("ns", "UTC"), text.str.extract_groups(ISO_8601))


def _read(parts, zone: str):
    date, hour, minute, second, fraction, offset = map(parts.struct.field, _ISO_PARTS)
    time = pl.concat_str(hour.fill_null("00"), minute.fill_null("00"), second.fill_null("00"), separator=":")
    wall = pl.concat_str(date, time, separator=" ").str.strptime(pl.Datetime("us"), "%Y-%m-%d %H:%M:%S", strict=False)
    written = wall.to_physical() - _seconds(offset) * _MICROS
    micros = pl.when(offset.is_null()).then(instants(wall, zone)).otherwise(written)
    nanos = fraction.fill_null("").str.pad_end(9, "0").cast(pl.Int64)
    return staged(lambda micros, nanos: timestamps(micros + nanos // 1_000, nanos % 1_000), _instant(), micros, nanos)


def _instant():
    return pl.Datetime("ns", "UTC")


_ISO_PARTS = ("date", "hour", "minute", "second", "fraction", "zone")


def _seconds(offset):
    """`Z`, `+02`, `+0200` and `+02:00` as seconds."""
    digits = offset.str.replace_all(r"[^0-9]", "").str.pad_end(4, "0").cast(pl.Int64)
    size = digits // 100 * 3_600 + digits % 100 * 60
    return pl.when(offset.str.starts_with("-")).then(-size).otherwise(size)


def offset_seconds(seconds, zone: str):
    """How many seconds the clock is ahead of UTC at moments in seconds since 1970."""
    info = timezone(zone)
    if isinstance(info, dt.timezone):
        return pl.lit(round(info.utcoffset(None).total_seconds()), pl.Int64)
    return seconds.map_batches(partial(_looked_up, zone=zone), return_dtype=pl.Int64, is_elementwise=True)


def _looked_up(seconds: pl.Series, zone: str) -> pl.Series:
    present = seconds.drop_nulls().clip(-_FAR, _FAR)
    if present.is_empty():
        return seconds
    years = range(_year(present.min()), _year(present.max()) + 1)
    starts, values = zip(*(entry for year in years for entry in offsets(zone, year)), strict=True)
    position = pl.Series(starts, dtype=pl.Int64).search_sorted(seconds, side="right").cast(pl.Int64) - 1
    return pl.Series(values, dtype=pl.Int64).gather(position.set(seconds.is_null(), None))


def _year(second) -> int:
    return (EPOCH + dt.timedelta(seconds=second)).year
