"""A query as users of the library hold it: its text, its plan, and its diagnostics."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from typing import TYPE_CHECKING, Self

from dqlkit.cached import cached_property
from dqlkit.diagnostics import Diagnostic, Span, error
from dqlkit.errors import DqlkitError
from dqlkit.frozen import replace
from dqlkit.languages import language_named
from dqlkit.languages.language import PARTS, Bound, Language, LanguageName, Part
from dqlkit.languages.syntax.tree import Parsed, placeholders

if TYPE_CHECKING:
    from dqlkit.languages.language import Schemas
    from dqlkit.plan.expressions import Expression
    from dqlkit.plan.operators import Operator

__all__ = ["Statement", "known"]


class Statement:
    """A parsed text. Errors in the text are in `diagnostics`; none is raised."""

    def __init__(
        self, text: str, language: LanguageName = "dql", part: Part = "query", schemas: Schemas | None = None
    ) -> None:
        known("part", part, PARTS)
        self.text, self.language, self.part, self.schemas = text, language, part, schemas
        self.parsed: Parsed = self._language.parse(text, part)
        #: A plan that replaces the one bound from the text, if there is one.
        self.other_plan: Operator | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.language} {self.text[:40]!r}>"

    @property
    def _language(self) -> Language:
        return language_named(self.language)

    @cached_property
    def _bound(self) -> Bound:
        return self._language.bind(self.parsed, self.schemas)

    @property
    def plan(self) -> Operator | Expression | None:
        """The plan of the text; None where nothing of it can be understood."""
        return self._bound.plan

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All errors and warnings of the text, in text order. Binding diagnostics that overlap a syntax error are
        dropped."""
        syntax = self.parsed.diagnostics
        covered = [d.span for d in syntax if d.severity == "error"]
        meaning = [d for d in self._bound.diagnostics if not any(_overlap(d.span, span) for span in covered)]
        found = sorted([*syntax, *meaning], key=lambda diagnostic: diagnostic.span)
        return tuple(diagnostic.within(self.text) for diagnostic in found)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error")

    def canonical(self) -> str:
        """The canonical text of the query in its own language; for DQL the form of the service's `canonicalQuery`."""
        return self._language.canonical(self.parsed.tree)

    def format(self, *, line_width: int = 100) -> str:
        """The formatted text; comments and meaning are kept."""
        return self._language.format(self.parsed, line_width=line_width)

    def with_plan(self, plan: Operator) -> Self:
        """The same statement with another plan, to compute something more over its tables."""
        other = copy(self)
        other._bound, other.other_plan = replace(self._bound, plan=plan), plan
        return other

    def ready(self, variables: Mapping[str, object] | None = None) -> Self:
        """The statement with its variables filled in. Raises `DqlkitError` for whatever stands in the way of running it."""
        statement = self
        if variables:
            text, diagnostics = self._language.substitute(self.parsed, variables)
            if diagnostics:
                raise DqlkitError(diagnostics, self.text)
            statement = type(self)(text, self.language, self.part, self.schemas)
        unfilled = statement.unfilled()
        if statement.errors or unfilled:
            raise DqlkitError([*statement.errors, *unfilled], statement.text)
        return statement

    def unfilled(self) -> list[Diagnostic]:
        """The variables and template placeholders that have no value."""
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
        return [found.within(self.text) for found in variables + holes]


def known(what: str, name: str, names: Collection[str]) -> None:
    """Raise `ValueError` for a name that is not among the known ones."""
    if name not in names:
        raise ValueError(f"there is no {what} {name!r}; known are {', '.join(names)}")


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
