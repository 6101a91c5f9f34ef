"""Runs a statement in this process: tables in, a result out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from dqlkit.diagnostics import Span, error
from dqlkit.engines.polars import Compiler, Frame
from dqlkit.engines.polars.limits import Guard
from dqlkit.engines.table import EVERYTHING, Facts, Table, Want
from dqlkit.errors import DqlkitError, report_internal_errors
from dqlkit.frozen import frozen, replace
from dqlkit.functions.context import ENTITIES, NODES, Context
from dqlkit.functions.exact_names import column_named
from dqlkit.languages.statement import Statement
from dqlkit.limits import Watch
from dqlkit.optimise import Optimised
from dqlkit.plan.evaluate import constant
from dqlkit.plan.explain import explain
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.sampling import SAMPLING_RATIO, with_sampling_ratio
from dqlkit.plan.timerange import TIME_FIELDS, time_field
from dqlkit.plan.walk import operators
from dqlkit.plan.wanted import needs
from dqlkit.results import Result
from dqlkit.run.hints import Outcome, hints
from dqlkit.run.lookups import save
from dqlkit.run.metadata import extent, grail_metadata, limited
from dqlkit.run.options import LOCAL
from dqlkit.run.remarks import remarks
from dqlkit.run.shares import in_shares
from dqlkit.run.tables import directory, tables_of
from dqlkit.sources.declared import as_declared
from dqlkit.sources.table import FrameTable, damage_told, narrowed
from dqlkit.types.kinds import STRING, TIMESTAMP
from dqlkit.types.values import Timeframe, Timestamp

if TYPE_CHECKING:
    from dqlkit.run.options import Options, Tables

__all__ = ["answer", "explained", "handed", "latest", "lazy"]

Take: TypeAlias = Callable[[Result], None]
"""Takes a part of an answer."""

_NOTHING = Frame.from_records([])
#: So many records are looked at for the names of fields that were not read.
_FIRST = 1000

#: No table has so many records.
_UNREACHED = 1 << 40


def answer(statement: Statement, tables: Tables, options: Options, watch: Watch | None = None) -> Result:
    """The answer to a statement in the vendor's shape."""
    started = time.perf_counter()
    statement = statement.ready(options.variables)
    with report_internal_errors(statement.text):
        most = _most(options)
        compiled = _compiled(
            statement, tables, options, Guard(options.limits, watch), None if most is None else most + 1
        )
        compiler, frame = compiled.compiler, compiled.frame
        with damage_told(compiler.tables.values()):
            data = compiler.guard.collect(_first(frame, most))
        metadata = _finished(statement, options, compiled, data, data.height, started)
    if most is not None:
        data = data.head(most)
    return Result(data, frame.schema, {"grail": metadata}, timezone=compiler.context.timezone)


def handed(statement: Statement, tables: Tables, options: Options, take: Take, watch: Watch | None = None) -> Result:
    """Hand the records of an answer over in parts, as they come; the answer without its records."""
    started = time.perf_counter()
    statement = statement.ready(options.variables)
    with report_internal_errors(statement.text):
        most = _most(options)
        guard = Guard(options.limits, watch)
        compiled = _compiled(statement, tables, options, guard, None if most is None else most + 1)
        compiler, frame = compiled.compiler, compiled.frame
        zone, seen = compiler.context.timezone, _Seen()

        def part(data: pl.DataFrame) -> None:
            left = data if most is None else data.head(max(most - seen.height, 0))
            seen.add(data)
            if left.height:
                take(Result(left, frame.schema, timezone=zone))

        with damage_told(compiler.tables.values()):
            for watched, share in compiled.shares():
                watched.hand(_first(share, most), part)
                if most is not None and seen.height > most:
                    break
        metadata = _finished(statement, options, compiled, seen.witness, seen.height, started)
    return Result(Frame.table_of([], frame.schema.fields), frame.schema, {"grail": metadata}, timezone=zone)


def _most(options: Options) -> int | None:
    """The most records of the answer; None for any number, as for a limit that no table reaches."""
    most = options.max_records
    return None if most is None or most >= _UNREACHED else most


def _first(frame: Frame, most: int | None) -> Frame:
    """One record more than the answer may have, which tells that it was cut."""
    return frame if most is None else frame.replace(frame.lazy.head(most + 1))


class _Seen:
    """What is remembered of records that are handed over: how many there are, the first, and which fields have no value yet.
    No more of them is kept, since even a slice of a part holds all of its memory."""

    def __init__(self) -> None:
        self.height = 0
        self._first = pl.DataFrame()
        self._lacking: list[str] = []

    def add(self, data: pl.DataFrame) -> None:
        """Look at the next records."""
        if not self.height:
            self._first, self._lacking = data.head(1), data.columns
        self.height += data.height
        self._lacking = [name for name in self._lacking if data[name].null_count() == data.height]

    @property
    def witness(self) -> pl.DataFrame:
        """A single record as it is; of more, a few that lack a value where all do."""
        if self.height < 2:
            return self._first
        return pl.DataFrame({name: [None if name in self._lacking else True, None] for name in self._first.columns})


def _finished(
    statement: Statement, options: Options, compiled: _Compiled, data: pl.DataFrame, height: int, started: float
) -> dict[str, Any]:
    """The metadata of an answer that has been found: `data` are its records, or a few that lack what all of them lack."""
    compiler, most = compiled.compiler, _most(options)
    facts = {name: compiler.guard.facts(name, table) for name, table in compiler.tables.items()}
    known = (compiler.tables, facts, compiled.names, compiled.texts)
    outcome = Outcome(statement.text, compiled.plan, *known, data, compiler.context)
    for notice in hints(outcome):
        compiler.context.notify(*notice)
    for name, saved, overwrite, span in compiler.saves:
        save(options.folder, name, saved, overwrite, span)
    metadata = _metadata(statement, compiled, facts, started)
    metadata["notifications"] += remarks(statement, compiled.plan)
    if most is not None and height > most:
        metadata["notifications"] += [limited(most)]
    return metadata


def lazy(statement: Statement, tables: Tables, options: Options) -> pl.LazyFrame:
    """The lazy frame of a statement."""
    statement = statement.ready(options.variables)
    with report_internal_errors(statement.text):
        return _compiled(statement, tables, options, Guard()).frame.lazy


def explained(statement: Statement, tables: Tables, options: Options) -> str:
    """The core plan over these tables, what the optimiser makes of it and by which rewrites, and the functions that find
    no lowering, with the types they are given."""
    statement = statement.ready(options.variables)
    with report_internal_errors(statement.text):
        compiled = _compiled(statement, tables, options, Guard(), narrow=narrowed)  # no cluster is needed for that
        after = explain(compiled.optimised.plan, None if compiled.fragments else compiled.compiler.calls.row_by_row)
        names = ", ".join(compiled.optimised.applied)
        whole = f"{explain(compiled.core)}\n\nrewritten by {names}:\n\n{after}" if names else after
        return f"{whole}\n\ncut for {options.engine}:\n\n{compiled.fragments()}" if compiled.fragments else whole


@frozen
class _Compiled:
    """A compiled plan: the core of it, what the optimiser made of that, its compiler and its frame."""

    plan: Operator
    core: Operator
    optimised: Optimised
    compiler: Compiler
    frame: Frame
    whole: Mapping[str, Table]
    """The tables as they were given, with more fields perhaps than are read."""
    fragments: Callable[[], str] | None = None
    """Describes the plan as it was cut for a cluster."""

    def shares(self) -> Iterable[tuple[Guard, Frame]]:
        """The frame, by shares of a large file where that is possible, each with its guard."""
        return [(self.compiler.guard, self.frame)] if self.fragments else in_shares(self.optimised.plan, self.compiler)

    def names(self, table: str) -> list[str]:
        """The fields of a table, by its first records."""
        return list(narrowed(self.whole[table], Want(limit=_FIRST)).schema.fields)

    def texts(self, table: str, field: str) -> list[str]:
        """The different texts of a field; none where it holds other values too."""
        frame = self.compiler.tables[table].scan(Want(frozenset({field}))).frame
        if frame.schema.type(field) != STRING:
            return []
        data = self.compiler.guard.run(frame.replace(frame.lazy.select(column_named(field).unique().drop_nulls())))
        return sorted(data.to_series())


def _compiled(
    statement: Statement,
    tables: Tables,
    options: Options,
    guard: Guard,
    most: int | None = None,
    narrow: Callable[[Table, Want], Table] | None = None,
) -> _Compiled:
    """A statement over the tables that it reads, of which `narrow` yields no more than the first `most` records need."""
    narrow = narrow or _narrower(options.engine, guard)
    plan = statement.plan
    if not isinstance(plan, Operator):
        everything = Span(0, len(statement.text))
        raise DqlkitError([error("R003", everything, "expected a query, found nothing that could run")], statement.text)
    whole = tables_of(plan, tables, statement.text, options.folder)
    context = replace(
        options.context(lambda: latest(whole)),
        entities=directory(tables, ENTITIES),
        nodes=directory(tables, NODES),
    )
    wanted = needs(plan, most)
    found = {name: narrow(table, Want(wanted[name].fields, limit=wanted[name].limit)) for name, table in whole.items()}
    plan = with_sampling_ratio(plan, {name for name, table in found.items() if SAMPLING_RATIO in table.schema.fields})
    declared = {name: _declared(statement, name, table, context) for name, table in found.items()}
    compiler = Compiler(declared, context, guard)
    core = compiler.resolve(plan)
    optimised = compiler.optimise(core)
    if options.engine == LOCAL:
        return _Compiled(plan, core, optimised, compiler, compiler.frame(optimised.plan), whole)
    return _spread(_Compiled(plan, core, optimised, compiler, _NOTHING, whole), options.engine)


def _narrower(engine: str, guard: Guard) -> Callable[[Table, Want], Table]:
    """What yields the part of a table that is wanted; on a cluster its workers look into large files."""
    if engine == LOCAL:
        return narrowed
    from dqlkit.engines.cluster import port_at
    from dqlkit.run.surveys import surveyed

    return partial(surveyed, connect=partial(port_at, engine), tell=lambda _: guard.told(0.0))


def _spread(compiled: _Compiled, engine: str) -> _Compiled:
    """A compiled plan, cut for a cluster."""
    from dqlkit.engines.cluster import Cluster, cut, port_at, rarely_repeat

    facts = {name: table.facts for name, table in compiled.compiler.tables.items()}
    files = {name for name, table in compiled.compiler.tables.items() if getattr(table, "ranges", ())}
    rarely = partial(rarely_repeat, tables=compiled.compiler.tables, context=compiled.compiler.context)
    tail = cut(compiled.optimised.plan, facts, files=files, rarely=rarely)
    cluster = Cluster(partial(port_at, engine), compiled.compiler)
    return replace(compiled, frame=cluster.frame(tail), fragments=partial(cluster.described, tail))


def _declared(statement: Statement, name: str, table: Table, context: Context) -> Table:
    """A table with its fields as the schema of its name declares them; what does not fit is noted, as what reading it met."""
    for notice in table.notices if isinstance(table, FrameTable) else ():
        context.notify(*notice)
    schema = (statement.schemas or {}).get(name)
    if schema is None:
        return table
    frame, misfits = as_declared(table.scan(EVERYTHING).frame, schema)
    for field, count in misfits.items():
        values = "1 value" if count == 1 else f"{count} values"
        message = f"`{name}.{field}`: {values} of another type than {schema.type(field)}."
        context.notify("VALUES_OF_OTHER_TYPES", message)
    return FrameTable(frame, table.facts)


def latest(tables: Mapping[str, Table]) -> Timestamp | None:
    """The newest time in the tables; read from those that do not know theirs."""
    known = [last for name, table in tables.items() if (last := _last(name, table)) is not None]
    return Timestamp(max(known)) if known else None


def _last(name: str, table: Table) -> int | None:
    table = narrowed(table, Want(frozenset(TIME_FIELDS)))
    column = time_field(name, table.schema.fields)
    if table.facts.last is not None or table.schema.type(column) != TIMESTAMP:
        return table.facts.last
    newest = table.scan(EVERYTHING).frame.lazy.select(pl.col(column).dt.timestamp("ns").max())
    last: int | None = newest.collect(engine="streaming").item()
    return last


def _metadata(statement: Statement, compiled: _Compiled, facts: Mapping[str, Facts], started: float) -> dict[str, Any]:
    context = compiled.compiler.context
    analysed = _asked(compiled.plan, compiled.compiler) or extent(facts.values(), context)
    return grail_metadata(statement.text, statement.canonical(), context, facts.values(), analysed, started)


def _asked(plan: Operator, compiler: Compiler) -> Timeframe | None:
    """The first range of time that the statement, or its options, ask for."""
    fetches = (operator for operator in operators(plan) if isinstance(operator, Fetch))
    asked = (fetch.range.resolve(partial(constant, context=compiler.context), compiler.context) for fetch in fetches)
    return next((one for one in asked if one is not None), None)
