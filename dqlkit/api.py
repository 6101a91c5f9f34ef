"""The public functions of the library, and the class `Query` that `parse` returns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from dqlkit.diagnostics import Diagnostic
from dqlkit.errors import report_internal_errors
from dqlkit.languages import language_named
from dqlkit.languages.language import PARTS, LanguageName, Part
from dqlkit.languages.statement import Statement, known

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    import polars as pl

    from dqlkit.languages.language import Schemas
    from dqlkit.limits import Limits
    from dqlkit.results import Result
    from dqlkit.run.options import Moment, QueryOptions, Tables, Timespan
    from dqlkit.run.stages import StageCount
    from dqlkit.sources.table import Dataset

__all__ = ["LanguageName", "Part", "Query", "Translation", "format", "lint", "parse", "query", "read", "translate"]


class Query(Statement):
    """A parsed query. Errors in its text are in `diagnostics`; only running it raises."""

    def translate(self, target: LanguageName, names: Mapping[str, str] | None = None) -> Translation:
        """Translate the query into another language. `names` maps tables and fields to their names there."""
        unfilled = self.unfilled()
        if self.errors or unfilled or self.plan is None:
            return Translation("", (*self.diagnostics, *unfilled))
        from dqlkit.plan.transform import rename

        plan, differences = language_named(self.language).common(rename(self.plan, names or {}))
        lifted = language_named(target).lift(plan, self.schemas)
        told = (found.within(self.text) for found in (*differences, *lifted.diagnostics))
        diagnostics = (*self.diagnostics, *told)
        failed = any(diagnostic.severity == "error" for diagnostic in lifted.diagnostics)
        return Translation("" if failed else language_named(target).format(lifted.parsed), diagnostics)

    def explain(self, tables: Tables | None = None, **options: Unpack[QueryOptions]) -> str:
        """The plan as indented text. With tables: the core plan over them, the rewrites of it and the plan that runs, and
        the calls that run row by row."""
        if tables is None:
            from dqlkit.plan.explain import explain

            return explain(self.ready().plan)
        from dqlkit.run.answer import explained
        from dqlkit.run.options import Options, check_tables

        check_tables(tables)
        return explained(self, tables, Options(**options))

    def run(self, tables: Tables, **options: Unpack[QueryOptions]) -> Result:
        """Run over local tables; `dqlkit.Options` says what each option means."""
        from dqlkit.run.options import Options
        from dqlkit.run.session import run

        return run(self, tables, Options(**options))

    def write(
        self,
        target: str | Path | IO[Any],
        tables: Tables,
        format: str | None = None,
        *,
        typed: bool = False,
        **options: Unpack[QueryOptions],
    ) -> Result:
        """Run, and write the records as they come where the format allows it: JSON, NDJSON, CSV, TSV, Parquet and Arrow do.
        `Result.write` and `Result.typed` say more. Returns the answer without its records."""
        from dqlkit.results.output import format_of, in_parts, opened, write
        from dqlkit.run.options import Options
        from dqlkit.run.session import hand, run

        wanted = format or format_of(str(target))
        if not in_parts(wanted):
            result = run(self, tables, Options(**options))
            write(result.typed() if typed else result, wanted, target)
            return result.head(0)
        with opened(wanted, target) as sink:
            result = hand(self, tables, Options(**options), lambda part: sink.take(part.typed() if typed else part))
            sink.end(result)
        return result

    def stages(self, tables: Tables, **options: Unpack[QueryOptions]) -> Iterator[StageCount]:
        """How many records leave each stage, found by running the query up to it: why an answer is empty."""
        from dqlkit.run.options import Options, check_tables
        from dqlkit.run.stages import stages

        check_tables(tables)
        return stages(self, tables, Options(**options))

    def lazy(self, tables: Tables, **options: Unpack[QueryOptions]) -> pl.LazyFrame:
        """The query as a Polars lazy frame, for callers that continue in Polars."""
        from dqlkit.run.answer import lazy
        from dqlkit.run.options import Options, check_tables

        check_tables(tables)
        return lazy(self, tables, Options(**options))


class Translation:
    """`text` is empty where the target language cannot express the query; `diagnostics` say what differs or is
    missing."""

    def __init__(self, text: str, diagnostics: Sequence[Diagnostic]) -> None:
        self.text, self.diagnostics = text, tuple(diagnostics)

    def __repr__(self) -> str:
        return f"<Translation {self.text[:40]!r}, {len(self.diagnostics)} diagnostics>"


def parse(text: str, language: LanguageName = "dql", part: Part = "query", schemas: Schemas | None = None) -> Query:
    """Parse a text. Never raises for a bad text: `Query.diagnostics` says what is wrong.

    `schemas` declare fields by table, for ADQL as an `EventSchema` each; without one all is taken as it comes.
    """
    return Query(text, language, part, schemas)


def format(text: str, language: LanguageName = "dql", part: Part = "query", *, line_width: int = 100) -> str:
    """The formatted text. Comments and meaning are kept, and formatting it again changes nothing."""
    return Query(text, language, part).format(line_width=line_width)


def translate(
    text: str,
    source: LanguageName = "adql",
    target: LanguageName = "dql",
    names: Mapping[str, str] | None = None,
    schemas: Schemas | None = None,
) -> Translation:
    """Translate a query from one language into another. `names` maps event types, tables and fields to what they are
    called in the target (`{"transactions": "spans"}`). A warning tells what differs in the target; an error tells what
    it cannot express, and then there is no text.
    """
    return Query(text, source, schemas=schemas).translate(target, names)


def lint(
    text: str,
    language: LanguageName = "dql",
    part: Part = "query",
    *,
    context: str = "file",
    select: Collection[str] = (),
    ignore: Collection[str] = (),
) -> list[Diagnostic]:
    """The errors and the findings of the linter's rules in a text, in text order.

    `select` and `ignore` name rules by code, by the beginning of a code, or by name; `context` says where the text stands
    (`dqlkit.hosts.document.CONTEXTS`). A name that is not known is a `ValueError`.
    """
    from dqlkit.hosts.document import CONTEXTS
    from dqlkit.linting.linter import lint, picked, subject_of, unknown

    known("part", part, PARTS)
    known("context", context, CONTEXTS)
    if isinstance(select, str) or isinstance(ignore, str):
        raise TypeError("`select` and `ignore` are lists of names, not one text")
    for selector in unknown([*select, *ignore]):
        raise ValueError(f"there is no rule {selector!r}; `dqlkit.linting.rules` has them all")
    findings = lint(subject_of(text, language, part, context), picked(select, (), ignore, language))
    return [finding.within(text) for finding in findings]


def query(
    text: str,
    tables: Tables,
    language: LanguageName = "dql",
    schemas: Schemas | None = None,
    *,
    engine: str = "local",
    timezone: str = "UTC",
    now: Moment | None = None,
    timeframe: Timespan | None = None,
    locale: str = "",
    limits: Limits | None = None,
    variables: Mapping[str, object] | None = None,
    max_records: int | None = None,
    folder: str | Path | None = None,
) -> Result:
    """Run a query over local tables.

    `tables` maps names to a path, a glob, several paths, a Polars frame, an Arrow table, a list of records, or what
    `dqlkit.read` gives; one table under the name `""` serves whatever the query fetches. `dqlkit.Options` says what each
    option means. Only an explicit range filters by time. Raises `DqlkitError` where the text is wrong or a table is
    missing, and where the query fails.
    """
    return Query(text, language, schemas=schemas).run(
        tables,
        engine=engine,
        timezone=timezone,
        now=now,
        timeframe=timeframe,
        locale=locale,
        limits=limits,
        variables=variables,
        max_records=max_records,
        folder=folder,
    )


def read(
    source: object,
    format: str | None = None,
    as_ingested: bool = False,
    ignore_errors: bool = False,
    cache: bool = False,
) -> Dataset:
    """Read a table once, to query it often: anything that `tables` takes.

    `format` says what a file is where its content shall not decide: "json", "csv", "parquet" or "arrow".
    `as_ingested` yields business events as the service stores them: nested values are JSON texts, and it adds fields.
    `ignore_errors` leaves out records that cannot be read; answers over the table say how many.
    `cache` keeps the records of JSON and CSV files in the user's cache folder, and reads them there while the file stays
    as it is.
    """
    from dqlkit.sources import read_as_ingested, read_table
    from dqlkit.sources.table import Dataset

    with report_internal_errors():
        read = read_as_ingested if as_ingested else read_table
        return Dataset(read(source, format=format, ignore_errors=ignore_errors, cache=cache))
