"""Runs the queries of a document over local tables."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dqlkit.api import read
from dqlkit.errors import DqlkitError, report_internal_errors
from dqlkit.frozen import frozen, replace
from dqlkit.languages.statement import Statement
from dqlkit.plan.evaluate import constant
from dqlkit.plan.expressions import Expression
from dqlkit.plan.timerange import instant_of
from dqlkit.reports.document import Document, Section, Variable
from dqlkit.reports.members import Span, objects, part, text
from dqlkit.reports.visual import Visual
from dqlkit.results import Result
from dqlkit.results.charts import Figure, Number, Timeline, figure_of
from dqlkit.results.charts.kinds import kind_named
from dqlkit.run.answer import latest
from dqlkit.run.options import LOCAL, Moment, Options, Tables, Timespan
from dqlkit.run.session import run as run_statement
from dqlkit.sources import read_table
from dqlkit.types.text import moment_of
from dqlkit.types.values import Timestamp

if TYPE_CHECKING:
    from dqlkit.functions.context import Context
    from dqlkit.languages.language import LanguageName

__all__ = ["Filled", "Outcome", "Report", "run"]


@frozen
class Outcome:
    """What became of a section: an answer, drawn as a figure or as a table; or an error. `saved` is when a kept answer was
    made; `remarks` are worth knowing."""

    section: Section
    result: Result | None = None
    figure: Figure | None = None
    error: DqlkitError | None = None
    remarks: tuple[str, ...] = ()
    saved: str = ""
    seconds: float = 0.0


@frozen
class Filled:
    """A variable with its values, or why it has none."""

    variable: Variable
    values: tuple[str, ...] = ()
    error: str = ""


@frozen
class Report:
    """A document and what became of its sections. `now` is the moment that its timeframes count from."""

    document: Document
    outcomes: tuple[Outcome, ...]
    variables: tuple[Filled, ...]
    now: str
    timezone: str
    timeframe: Timespan | None
    tables: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The sections with an error."""
        return tuple(outcome for outcome in self.outcomes if outcome.error is not None)


def run(
    document: Document,
    tables: Tables,
    *,
    now: Moment | None = "latest",
    timezone: str = "UTC",
    timeframe: Timespan | None = None,
    variables: Mapping[str, object] | None = None,
    max_records: int | None = None,
    folder: str | Path | None = None,
    engine: str = LOCAL,
) -> Report:
    """Run all sections. An error of one does not keep the others from running.

    The options are those of `dqlkit.query`; `timeframe` counts for all sections, whatever the document says. [decided: `now`
    is the newest time in the tables, since exports are old and timeframes such as `now()-2h` would find nothing in them.]
    Without tables, answers that the document keeps are shown.
    """
    opened = {name: read(source) for name, source in tables.items()}
    if now == "latest":
        now = latest({name: one.table for name, one in opened.items()})
    options = Options(
        now=now, timezone=timezone, timeframe=timeframe, max_records=max_records, folder=folder, engine=engine
    )
    runner = _Runner(document, opened, options)
    filled = tuple(runner.filled(variables or {}))
    outcomes = tuple(runner.outcome(section) for section in document.sections)
    moment = moment_of(runner.context.now, timezone)[0].isoformat(timespec="seconds").replace("+00:00", "Z")
    return Report(document, outcomes, filled, moment, timezone, timeframe, tuple(opened))


class _Runner:
    """Runs one section after the other, with the values of the variables."""

    def __init__(self, document: Document, tables: Tables, options: Options) -> None:
        self.document, self.tables, self.options = document, tables, options
        self.context: Context = options.context(lambda: None)

    def filled(self, given: Mapping[str, object]) -> Iterator[Filled]:
        """The variables in order: one may be filled by a query that uses those before. All of `given` counts."""
        self.options = replace(self.options, variables=dict(given))
        for variable in self.document.variables:
            if variable.name in given:
                value = given[variable.name]
                yield Filled(variable, tuple(map(str, value if isinstance(value, list) else [value])))
                continue
            try:
                values = self._values(variable)
            except DqlkitError as problem:
                yield Filled(variable, error=problem.diagnostics[0].message)
                continue
            if values:
                known: object = list(values) if variable.multiple else values[0]
                self.options = replace(self.options, variables={**(self.options.variables or {}), variable.name: known})
            yield Filled(variable, values, "" if values else variable.remark or "no value was found")

    def _values(self, variable: Variable) -> tuple[str, ...]:
        """The values a variable has where none are given: its default, else the first, of several ones all."""
        if variable.default is not None:
            return variable.default
        found = variable.values
        if variable.query:
            result = self._answer(variable.query, self.options)
            field = next(iter(result.schema.fields), None)
            values = (record.get(field) for record in result.records) if field else ()
            found = tuple(dict.fromkeys(str(value) for value in values if value is not None))
        return found if variable.multiple else found[:1]

    def _answer(self, query: str, options: Options, own: Span | None = None, language: LanguageName = "dql") -> Result:
        span = own or self.document.timeframe
        if options.timeframe is None and span is not None:
            start, end = map(self._moment, span)
            options = replace(options, timeframe=(start, end))
        return run_statement(Statement(query, language), self.tables, options)

    def _moment(self, written: str) -> Moment:
        """A bound of a timeframe; it may be any expression of DQL, such as `now()-1d@d`."""
        if instant_of(written, self.context) is not None:
            return written
        plan = Statement(written, part="expression").plan
        found = constant(plan, self.context) if isinstance(plan, Expression) else None
        return found if isinstance(found, Timestamp) else written

    def outcome(self, section: Section) -> Outcome:
        """What becomes of a section."""
        if not section.query.strip():
            return Outcome(section, remarks=(section.remark,) if section.remark else ())
        started = time.perf_counter()
        try:
            with report_internal_errors(section.query):
                result, saved = self._result(section)
                seconds = time.perf_counter() - started
                return _shown(section, result, saved, seconds)
        except DqlkitError as problem:
            return Outcome(section, error=problem)

    def _result(self, section: Section) -> tuple[Result, str]:
        if not self.tables and section.saved is not None:
            table = read_table(dict(section.saved.answer))
            result = Result.of(table.frame, part(section.saved.answer, "metadata"), self.options.timezone)
            return result, section.saved.time or "an earlier run"
        options = self.options
        if options.max_records is None and section.most is not None:
            options = replace(options, max_records=section.most)
        return self._answer(section.query, options, section.timeframe, section.language), ""


def _shown(section: Section, result: Result, saved: str, seconds: float) -> Outcome:
    result = _sorted(result, section.visual)
    figure, remark = _figure(section.visual, result)
    notices = objects(part(result.metadata, "grail"), "notifications")
    told = [remark, section.remark, *(text(notice, "message") for notice in notices)]
    return Outcome(section, result, figure, None, tuple(one for one in told if one), saved, seconds)


def _figure(visual: Visual, result: Result) -> tuple[Figure | None, str]:
    """The figure that shows an answer; None for a table. And what to say where it is another than the document asks for."""
    if visual.table or not len(result):
        return None, ""
    try:
        figure = figure_of(result, visual.settings)
    except DqlkitError:
        return None, "" if visual.table is None else "The answer has no number to draw: it is shown as a table."
    if visual.table is None:  # [decided: as in a notebook that chooses itself: series and single numbers are drawn]
        drawn = (isinstance(figure, Timeline) and len(result.schema.fields) > 2) or isinstance(figure, Number)
        return (figure if drawn else None), ""
    asked = kind_named(visual.settings.kind)
    if asked is None:
        return figure, f"There is no chart `{visual.settings.kind}` here: what fits the answer is drawn."
    if figure.kind != asked.name:
        return figure, f"The answer is none for a {asked.title}: what fits it is drawn."
    return figure, ""


def _sorted(result: Result, visual: Visual) -> Result:
    """The answer in the order that its table asks for."""
    name = visual.sorted.removeprefix("-")
    if not visual.table or name not in result.schema.fields:
        return result
    data = result.data.sort(name, descending=visual.sorted.startswith("-"), nulls_last=True, maintain_order=True)
    return Result(data, result.schema, result.metadata, result.timezone)
