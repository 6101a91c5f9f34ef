"""The options of running a query, declared once."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from dqlkit.diagnostics import Span, error
from dqlkit.errors import DqlkitError
from dqlkit.frozen import field, frozen, replace
from dqlkit.functions.context import Context
from dqlkit.limits import Limits
from dqlkit.plan.timerange import bound_of, instant_of
from dqlkit.types.text import timezone as zone_of
from dqlkit.types.values import LONG_MAX, Timeframe, Timestamp

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LOCAL", "Moment", "Options", "QueryOptions", "Tables", "Timespan", "check_tables", "engine_known"]

Moment: TypeAlias = str | dt.datetime | Timestamp
"""A point in time: ISO-8601 text, text relative to now such as `now-2d` or `-30m`, or a value."""

Timespan: TypeAlias = tuple[Moment, Moment]
"""The first moment, and the first one behind the last."""

Tables: TypeAlias = Mapping[str, object]
"""Tables by name, each anything that `dqlkit.read` reads."""

LOCAL = "local"


def check_tables(tables: object) -> None:
    """Raise `TypeError` for what is no mapping of names."""
    wanted = "tables takes a mapping of names to tables, such as {'logs': 'logs.ndjson'}"
    if not isinstance(tables, Mapping):
        raise TypeError(f"{wanted}, not {type(tables).__qualname__}")
    for name in tables:
        if not isinstance(name, str):
            raise TypeError(f"{wanted}; {name!r} is no name")


class QueryOptions(TypedDict, total=False):
    """The keyword arguments of running a query, for the type checker; `Options` says what each means."""

    now: Moment | None
    timezone: str
    timeframe: Timespan | None
    locale: str
    variables: Mapping[str, object] | None
    max_records: int | None
    folder: str | Path | None
    limits: Limits | None
    engine: str


@frozen(strict=True, kw_only=True)
class Options:
    """How a query runs.

    now          what `now()` is: a moment, or `"latest"` for the newest time in the data; None is the clock
    timezone     the zone that days and texts without an offset are in: an IANA name, or an offset such as `+02:00`
    timeframe    two moments; only records within are read. Without one, and without `from:` and `to:`, all records count
    locale       a BCP 47 tag for texts that depend on one; empty is the root locale
    variables    values for `$variables` of the text
    max_records  at most so many records in the answer, which then says that it was cut
    folder       where `load` reads lookup files and `experimentalSave` writes them, and nowhere else
    limits       what the query may take; it then runs in a process of its own, which can be ended
    engine       "local", or the address of a cluster
    """

    now: Moment | None = None
    timezone: str = "UTC"
    timeframe: Timespan | None = None
    locale: str = ""
    variables: Mapping[str, object] | None = field(default=None, hash=False)
    max_records: int | None = None
    folder: str | Path | None = None
    limits: Limits | None = None
    engine: str = LOCAL

    def __post_init__(self) -> None:
        engine_known(self.engine)
        _of_type("timezone", self.timezone, str, "an IANA name or an offset")
        _of_type("locale", self.locale, str, "a BCP 47 tag")
        _of_type("limits", self.limits, Limits | None, "dqlkit.Limits")
        _of_type("folder", self.folder, str | Path | None, "a path")
        _of_type("variables", self.variables, Mapping | None, "values by name")
        _of_type("max_records", self.max_records, int | None, "a number of records")
        if self.max_records is not None and self.max_records < 0:
            raise ValueError(f"max_records takes a number of records from 0 on, not {self.max_records}")
        if zone_of(self.timezone) is None:
            help = "Write an IANA name such as `Europe/Vienna`, or an offset such as `+02:00`."
            raise _wrong("R008", f"There is no time zone `{self.timezone}`.", help)
        if self.now != "latest":
            self._context(None)

    def context(self, latest: Callable[[], Timestamp | None]) -> Context:
        """What a query knows besides text and tables; `latest` finds the newest time in the tables, and may be costly."""
        return self._context(latest() if self.now == "latest" else None)

    def _context(self, latest: Timestamp | None) -> Context:
        clock = Context(Timestamp(time.time_ns()), self.timezone, self.locale)
        given = None if self.now in (None, "latest") else _instant("now", self.now, clock)
        context = replace(clock, now=latest or given or clock.now, until=_behind(latest))
        return context if self.timeframe is None else replace(context, timeframe=_timeframe(self.timeframe, context))


def _behind(latest: Timestamp | None) -> Timestamp | None:
    """Just behind the newest time in the data: the end of a range is not in it, and the newest record is to count where
    it tells what now is [decided]."""
    return Timestamp(min(latest.nanos + 1, LONG_MAX)) if latest is not None else None


def engine_known(engine: str) -> None:
    """Raise for an engine that there is not."""
    _of_type("engine", engine, str, f"{LOCAL!r}, or an address such as 'sc://HOST:PORT'")
    if engine == LOCAL:
        return
    from dqlkit.engines.cluster.ports import known

    kinds = known()
    if not any(re.fullmatch(kind.FORM, engine) for kind in kinds.values()):
        raise ValueError(f"there is no engine {engine!r}; known are {LOCAL!r}, {', '.join(kinds)}")


def _of_type(name: str, value: object, kind: object, wanted: str) -> None:
    if not isinstance(value, kind) or isinstance(value, bool):  # type: ignore[arg-type]
        raise TypeError(f"{name} takes {wanted}, not {value!r}")


def _timeframe(given: object, context: Context) -> Timeframe:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2:
        raise TypeError(f"timeframe takes two moments, (start, end), not {given!r}")
    start, end = (_instant("timeframe", bound, context, bound_of) for bound in given)
    if start > end:
        raise _wrong("R004", f"timeframe: expected an end after the start, found `{given[1]}`", "Swap the two moments.")
    return Timeframe(start, end)


def _instant(
    name: str, value: object, context: Context, read: Callable[[str, Context], Timestamp | None] = instant_of
) -> Timestamp:
    if isinstance(value, dt.datetime):
        value = value.isoformat()
    found = read(value, context) if isinstance(value, str) else value
    if isinstance(found, Timestamp):
        return found
    shown = f"`{value}`" if isinstance(value, str) else f"{value!r}"
    help = "Write 2026-01-31T12:00:00Z, `now-2h`, `now-1d@d`, or give a datetime."
    raise _wrong("R004", f"{name}: expected a point in time, found {shown}", help)


def _wrong(code: str, message: str, help: str) -> DqlkitError:
    return DqlkitError([error(code, Span(0, 0), message, help=help)])
