"""Queries: the only place that chains the stages, and the only one that raises."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from dqlkit.diagnostics import Diagnostic, Span, error
from dqlkit.errors import DqlkitError
from dqlkit.languages import language_named
from dqlkit.languages.language import PARTS, Bound, LanguageName, Part
from dqlkit.languages.syntax.tree import Parsed, placeholders

if TYPE_CHECKING:
    import polars as pl

    from dqlkit.plan.expressions import Expression
    from dqlkit.plan.operators import Operator
    from dqlkit.results import Result

__all__ = ["LanguageName", "Part", "Query", "Translation", "format", "lint", "parse", "query", "translate"]

Tables: TypeAlias = Mapping[str, Any]
Schemas: TypeAlias = Mapping[str, Any]


class Query:
    """A parsed text. Nothing raises until it is run."""

    def __init__(
        self, text: str, language: LanguageName = "dql", part: Part = "query", schemas: Schemas | None = None
    ) -> None:
        known("part", part, PARTS)
        self.text, self.language, self.part, self.schemas = text, language, part, schemas
        self.parsed: Parsed = language_named(language).parse(text, part)

    def __repr__(self) -> str:
        return f"<Query {self.language} {self.text[:40]!r}>"

    @cached_property
    def _bound(self) -> Bound:
        return language_named(self.language).bind(self.parsed, self.schemas)

    @property
    def plan(self) -> Operator | Expression | None:
        """What the query means; None where nothing of the text can be understood."""
        return self._bound.plan

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All that is wrong with the text, in its order. Binding diagnostics that overlap a syntax error are dropped."""
        syntax = self.parsed.diagnostics
        covered = [d.span for d in syntax if d.severity == "error"]
        meaning = [d for d in self._bound.diagnostics if not any(_overlap(d.span, span) for span in covered)]
        found = sorted([*syntax, *meaning], key=lambda diagnostic: diagnostic.span)
        return tuple(diagnostic.within(self.text) for diagnostic in found)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error")

    def canonical(self) -> str:
        """The one text of this meaning in its own language; for DQL the form of the service's `canonicalQuery`."""
        return language_named(self.language).canonical(self.parsed.tree)

    def format(self, **options: Any) -> str:
        """The text laid out; comments and meaning are kept."""
        return language_named(self.language).format(self.parsed, **options)

    def translate(self, target: LanguageName, names: Mapping[str, str] | None = None) -> Translation:
        """The query in another language, over tables and fields that are called otherwise there: `names` maps them."""
        unfilled = self._unfilled()
        if self.errors or unfilled or self.plan is None:
            return Translation("", (*self.diagnostics, *(hole.within(self.text) for hole in unfilled)))
        from dqlkit.plan.transform import rename

        plan, differences = language_named(self.language).common(rename(self.plan, names or {}))
        lifted = language_named(target).lift(plan, self.schemas)
        told = (found.within(self.text) for found in (*differences, *lifted.diagnostics))
        diagnostics = (*self.diagnostics, *told)
        failed = any(diagnostic.severity == "error" for diagnostic in lifted.diagnostics)
        return Translation("" if failed else language_named(target).format(lifted.parsed), diagnostics)

    def explain(self, tables: Tables | None = None, **options: Any) -> str:
        """The plan as indented text; with tables also what runs vectorised and what row by row."""
        from dqlkit.plan.explain import explain
        from dqlkit.run.execution import row_by_row

        self._check()
        notes = row_by_row(self, tables, **options) if tables is not None else None
        return explain(self.plan, notes)

    def run(self, tables: Tables, **options: Any) -> Result:
        """Run over local tables; see `dqlkit.query` for the options."""
        from dqlkit.run.execution import run

        return run(self.ready(options.pop("variables", None)), tables, **options)

    def lazy(self, tables: Tables, **options: Any) -> pl.LazyFrame:
        """The query as a Polars lazy frame, for callers that go on in Polars."""
        from dqlkit.run.execution import lazy

        return lazy(self.ready(options.pop("variables", None)), tables, **options)

    def meaning(self, plan: Operator) -> Query:
        """The same query with another plan, to ask something more of its tables."""
        other = copy(self)
        other._bound = replace(self._bound, plan=plan)
        return other

    def ready(self, variables: Mapping[str, Any] | None = None) -> Query:
        """The query with its variables filled in; raises what stands in the way of running it."""
        query = self
        if variables:
            text, diagnostics = language_named(self.language).substitute(self.parsed, variables)
            if diagnostics:
                raise DqlkitError(diagnostics, self.text)
            query = Query(text, self.language, self.part, self.schemas)
        query._check()
        return query

    def _unfilled(self) -> list[Diagnostic]:
        """What has no value yet: variables, and placeholders of templates."""
        variables = [
            error(
                "R002",
                Span(variable.start, variable.end),
                f"expected a value for `${variable.name}`, found none",
                help=f"Give one: `variables={{'{variable.name}': …}}`, or `--var {variable.name}=…`.",
            )
            for variable in self._bound.variables
        ]
        holes = [
            error("R009", node.span, "expected text, found the placeholder of a template", help="Fill it in first.")
            for node in placeholders(self.parsed.tree)
        ]
        return variables + holes

    def _check(self) -> None:
        """Raise what stands in the way of running."""
        unfilled = self._unfilled()
        if self.errors or unfilled:
            raise DqlkitError([*self.errors, *unfilled], self.text)


def known(what: str, name: str, names: Collection[str]) -> None:
    """Raise where a name is none of those that there are."""
    if name not in names:
        raise ValueError(f"there is no {what} {name!r}; known are {', '.join(names)}")


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


class Translation:
    """`text` is empty where something cannot be said; `diagnostics` say what differs or is missing."""

    def __init__(self, text: str, diagnostics: Sequence[Diagnostic]) -> None:
        self.text, self.diagnostics = text, tuple(diagnostics)

    def __repr__(self) -> str:
        return f"<Translation {self.text[:40]!r}, {len(self.diagnostics)} diagnostics>"


def parse(text: str, language: LanguageName = "dql", part: Part = "query", schemas: Schemas | None = None) -> Query:
    """Parse a text. Never raises for a bad text: `Query.diagnostics` says what is wrong.

    `schemas` declare fields by table, for ADQL as an `EventSchema` each; without one all is taken as it comes.
    """
    return Query(text, language, part, schemas)


def format(text: str, language: LanguageName = "dql", part: Part = "query", **options: Any) -> str:
    """The text laid out: comments kept, stable, meaning unchanged."""
    return Query(text, language, part).format(**options)


def translate(
    text: str,
    source: LanguageName = "adql",
    target: LanguageName = "dql",
    names: Mapping[str, str] | None = None,
    schemas: Schemas | None = None,
) -> Translation:
    """A query of one language in another.

    `names` maps event types, tables and fields to what they are called in the target (`{"transactions": "spans"}`).
    A diagnostic tells what differs (a warning), or what cannot be said (an error, and there is no text then).
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
    """What is wrong with a text, or probably not meant, in its order.

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
    text: str, tables: Tables, language: LanguageName = "dql", schemas: Schemas | None = None, **options: Any
) -> Result:
    """Run a query over local tables.

    `tables` maps names to a path, a glob, several paths, a Polars frame, an Arrow table or a list of records; one table
    under the name `""` serves whatever the query fetches. Options: `now` (ISO-8601 text, `datetime`, or `"latest"`: the
    newest timestamp in the data), `timezone` (IANA name or offset), `timeframe` (start, end), `variables`, `max_records`,
    `folder` (below which `load` reads lookup files and `experimentalSave` writes them), `limits` (`dqlkit.Limits`).
    Only an explicit range filters by time. Raises `DqlkitError` where the text is wrong or a table is missing.
    """
    return Query(text, language, schemas=schemas).run(tables, **options)
