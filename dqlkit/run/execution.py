"""Running a bound query with Polars: tables in, a result out."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dqlkit.diagnostics import Span, error
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.table import EVERYTHING, Table
from dqlkit.errors import DqlkitError
from dqlkit.functions.context import ENTITIES, NODES, Context, Notice
from dqlkit.limits import Limits
from dqlkit.plan.operators import Operator, Reader
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.timerange import time_field
from dqlkit.plan.walk import operators
from dqlkit.results import Result
from dqlkit.run.lookups import save
from dqlkit.run.tables import Tables, directory, tables_of
from dqlkit.sources.declared import as_declared
from dqlkit.sources.table import FrameTable
from dqlkit.types.kinds import TIMESTAMP
from dqlkit.types.text import format_instant, parse_instant
from dqlkit.types.text import timezone as zone_of
from dqlkit.types.values import Timeframe, Timestamp

if TYPE_CHECKING:
    from dqlkit.query import Query

__all__ = ["context_of", "lazy", "row_by_row", "run"]

_HOUR = 3_600_000_000_000


def run(
    query: Query, tables: Tables, max_records: int | None = None, folder: str | Path | None = None, **options: Any
) -> Result:
    """The answer of a query in the vendor's shape."""
    started = time.perf_counter()
    try:
        compiler, frame = _compiled(query, tables, folder, **options)
        if max_records is not None:
            frame = frame.replace(frame.lazy.head(max_records + 1))
        data = compiler.guard.collect(frame.lazy)
        for name, saved, overwrite, span in compiler.saves:
            save(folder, name, saved, overwrite, span)
    except pl.exceptions.PolarsError as problem:
        raise _failed(query, problem) from problem
    notifications = [_notification(notice) for notice in compiler.context.notices]
    if max_records is not None and data.height > max_records:
        data = data.head(max_records)
        notifications.append(_limited(max_records))
    grail = _metadata(query, compiler, started) | {"notifications": notifications}
    return Result(frame.replace(data.lazy()), {"grail": grail}, timezone=compiler.context.timezone)


def lazy(query: Query, tables: Tables, **options: Any) -> pl.LazyFrame:
    """The lazy frame of a query."""
    return _compiled(query, tables, **options)[1].lazy


def row_by_row(query: Query, tables: Tables, max_records: int | None = None, **options: Any) -> Mapping[str, str]:
    """The functions that find no lowering for these tables, with the types they are given."""
    return _compiled(query, tables, **options)[0].calls.row_by_row


def _compiled(
    query: Query, tables: Tables, folder: str | Path | None = None, limits: Limits | None = None, **options: Any
) -> tuple[Compiler, Frame]:
    plan = query.plan
    if not isinstance(plan, Operator):
        raise DqlkitError(
            [error("R003", Span(0, len(query.text)), "expected a query, found nothing that could run")], query.text
        )
    found = tables_of(plan, tables, query.text, folder)
    context = replace(
        context_of(found, **options), entities=directory(tables, ENTITIES), nodes=directory(tables, NODES)
    )
    compiler = Compiler(
        {name: _declared(query, name, table, context) for name, table in found.items()}, context, limits
    )
    return compiler, compiler.run(plan)


def _declared(query: Query, name: str, table: FrameTable, context: Context) -> FrameTable:
    """A table with its fields as the schema of its name declares them; what does not fit is noted, as what reading it met."""
    for notice in table.notices:
        context.notify(*notice)
    schema = (query.schemas or {}).get(name)
    if schema is None:
        return table
    frame, misfits = as_declared(table.frame, schema)
    for field, count in misfits.items():
        values = "1 value" if count == 1 else f"{count} values"
        message = f"`{name}.{field}`: {values} of another type than {schema.type(field)}."
        context.notify("VALUES_OF_OTHER_TYPES", message)
    return replace(table, frame=frame)


def _readers(plan: Operator) -> Iterable[Reader]:
    return (operator for operator in operators(plan) if isinstance(operator, Reader))


def context_of(
    tables: Mapping[str, Table],
    now: str | dt.datetime | None = None,
    timezone: str = "UTC",
    timeframe: tuple[Any, Any] | None = None,
    locale: str = "",
) -> Context:
    """What a query knows besides text and tables, from the options of `dqlkit.query`."""
    if zone_of(timezone) is None:
        help = "Write an IANA name such as `Europe/Vienna`, or an offset such as `+02:00`."
        raise DqlkitError([error("R008", Span(0, 0), f"There is no time zone `{timezone}`.", help=help)])
    bounds = None if timeframe is None else Timeframe(*(_instant(bound, timezone) for bound in timeframe))
    moment = _latest(tables) if now == "latest" else _instant(now, timezone) if now is not None else None
    return Context(moment or Timestamp(time.time_ns()), timezone, locale, bounds)


def _instant(value: Any, timezone: str) -> Timestamp:
    if isinstance(value, dt.datetime):
        value = value.isoformat()
    found = value if isinstance(value, Timestamp) else parse_instant(value, timezone)
    if found is None:
        raise DqlkitError(
            [
                error(
                    "R004",
                    Span(0, 0),
                    f"expected an ISO-8601 time, found `{value}`",
                    help="Write 2026-01-31T12:00:00Z.",
                )
            ]
        )
    return found


def _latest(tables: Mapping[str, Table]) -> Timestamp | None:
    """The newest time in the tables; read from those that do not know theirs."""
    known = [last for name, table in tables.items() if (last := _last(name, table)) is not None]
    return Timestamp(max(known)) if known else None


def _last(name: str, table: Table) -> int | None:
    column = time_field(name, table.schema.fields)
    if table.facts.last is not None or table.schema.type(column) != TIMESTAMP:
        return table.facts.last
    latest: int | None = (
        table.scan(EVERYTHING).frame.lazy.select(pl.col(column).dt.timestamp("ns").max()).collect().item()
    )
    return latest


def _metadata(query: Query, compiler: Compiler, started: float) -> dict[str, Any]:
    context = compiler.context
    start, end = _analysed(query, compiler)
    facts = [table.facts for table in compiler.tables.values()]
    return {
        "canonicalQuery": query.canonical(),
        "timezone": "Z" if context.timezone == "UTC" else context.timezone,
        "query": query.text,
        "scannedRecords": sum(known.rows or 0 for known in facts),
        "dqlVersion": "V1_0",
        "scannedBytes": sum(known.bytes or 0 for known in facts),
        "analysisTimeframe": {"start": format_instant(start), "end": format_instant(end)},
        "locale": context.locale,
        "executionTimeMilliseconds": int((time.perf_counter() - started) * 1000),
        "notifications": [],
        "queryId": str(uuid.uuid4()),
        "sampled": False,
    }


def _analysed(query: Query, compiler: Compiler) -> tuple[Timestamp, Timestamp]:
    """The range the answer speaks of: the one asked for, else the one of the data, else the vendor's last two hours."""
    context = compiler.context
    assert isinstance(query.plan, Operator)
    for fetch in (reader for reader in _readers(query.plan) if isinstance(reader, Fetch)):
        asked = fetch.range.resolve(compiler.constant, context)
        if asked is not None:
            return asked.start, asked.end
    firsts = [table.facts.first for table in compiler.tables.values() if table.facts.first is not None]
    lasts = [table.facts.last for table in compiler.tables.values() if table.facts.last is not None]
    if firsts and lasts:
        return Timestamp(min(firsts)), Timestamp(max(lasts))
    return Timestamp(context.now.nanos - 2 * _HOUR), context.now


def _failed(query: Query, problem: Exception) -> DqlkitError:
    """What the engine could not do, without its stack."""
    whole = Span(0, len(query.text))
    first = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
    return DqlkitError([error("R090", whole, f"the query failed while it ran: {first}")], query.text)


def _notification(notice: Notice) -> dict[str, Any]:
    return {
        "severity": "INFO",
        "notificationType": notice.type,
        "message": notice.message,
        "messageFormat": notice.message,
        "arguments": [],
        "messageFormatSpecifierTypes": [],
    }


def _limited(count: int) -> dict[str, Any]:
    return {
        "severity": "WARNING",
        "notificationType": "API_RECORDS_LIMIT_ADDED",
        "message": f"Your result has been limited to {count}.",
        "messageFormat": "Your result has been limited to %1$s.",
        "arguments": [str(count)],
        "messageFormatSpecifierTypes": ["NUMBER"],
    }
