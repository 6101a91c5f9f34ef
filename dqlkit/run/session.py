"""Sessions: tables and options for many queries."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Unpack

from dqlkit.errors import DqlkitError
from dqlkit.frozen import replace
from dqlkit.languages import language_named
from dqlkit.languages.language import PARTS
from dqlkit.languages.statement import Statement, known
from dqlkit.limits import Limits, Watch
from dqlkit.run.options import LOCAL, Options, check_tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dqlkit.languages.language import LanguageName, Part, Schemas
    from dqlkit.results import Result
    from dqlkit.run.execution import Execution
    from dqlkit.run.options import Moment, QueryOptions, Tables, Timespan

__all__ = ["Session", "hand", "run"]


class Session:
    """Tables and options for many queries.

    `tables` are what `dqlkit.query` takes; `dqlkit.Options` says what each option means. A query may set any of them anew
    for itself.
    """

    def __init__(
        self,
        tables: Tables,
        *,
        engine: str = LOCAL,
        timezone: str = "UTC",
        now: Moment | None = None,
        timeframe: Timespan | None = None,
        locale: str = "",
        limits: Limits | None = None,
        variables: Mapping[str, object] | None = None,
        max_records: int | None = None,
        folder: str | Path | None = None,
        schemas: Schemas | None = None,
    ) -> None:
        check_tables(tables)
        self.tables, self.schemas = tables, schemas
        self.options = Options(
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

    def __repr__(self) -> str:
        return f"<Session over {', '.join(self.tables) or 'no tables'}>"

    def query(
        self, text: str, language: LanguageName = "dql", part: Part = "query", **changed: Unpack[QueryOptions]
    ) -> Result:
        """The answer to a query."""
        return run(Statement(text, language, part, self.schemas), self.tables, replace(self.options, **changed))

    def start(
        self, text: str, language: LanguageName = "dql", part: Part = "query", **changed: Unpack[QueryOptions]
    ) -> Execution:
        """Start a query in a process of its own, and return at once. What is wrong with the text, its result tells."""
        from dqlkit.run.execution import Execution, run_apart

        language_named(language)
        known("part", part, PARTS)
        options = replace(self.options, **changed)

        def work(tell: Callable[[float], None], cancelled: Event) -> Result:
            statement = Statement(text, language, part, self.schemas)
            return run_apart(statement, self.tables, options, tell=tell, cancelled=cancelled)

        return Execution(work)


def run(statement: Statement, tables: Tables, options: Options) -> Result:
    """The answer to a statement: found here, or where the query can be ended if there are limits to keep."""
    check_tables(tables)
    if options.limits is not None:
        from dqlkit.run.execution import run_apart

        return run_apart(statement, tables, options)
    from dqlkit.run.interrupts import interruptible

    watch = Watch()
    answer = _loaded() if "dqlkit.run.answer" in sys.modules else interruptible(_loaded, watch)
    return interruptible(lambda: answer(statement, tables, options, watch), watch)


def hand(statement: Statement, tables: Tables, options: Options, take: Callable[[Result], None]) -> Result:
    """Hand over the records of an answer in parts, in order, and return the answer without them. With limits, and where
    another engine runs it, the answer is found as a whole first."""
    check_tables(tables)
    if options.limits is not None or options.engine != LOCAL:
        found = run(statement, tables, options)
        for part in found.parts():
            take(part)
        return found.head(0)
    from dqlkit.run.interrupts import interruptible

    refused: list[OSError] = []

    def passed(part: Result) -> None:
        try:
            take(part)
        except OSError as fault:
            refused.append(fault)
            raise

    def work() -> Result:
        from dqlkit.run.answer import handed

        return handed(statement, tables, options, passed, watch)

    watch = Watch()
    try:
        return interruptible(work, watch)
    except DqlkitError:
        if refused:
            raise refused[0] from None
        raise


def _loaded() -> Callable[[Statement, Tables, Options, Watch], Result]:
    """Import the module that runs queries. It loads Polars, so it is imported in a thread: a module whose import is
    interrupted stays broken."""
    from dqlkit.run.answer import answer

    return answer
