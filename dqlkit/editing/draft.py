"""A query that is being written, and what is known of the tables it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dqlkit.cached import cached_property
from dqlkit.frozen import field, frozen, mutable, replace
from dqlkit.languages import language_named
from dqlkit.languages.dql.tree import Pipeline
from dqlkit.languages.language import Bound, Language, LanguageName, Part
from dqlkit.languages.syntax.references import Reference
from dqlkit.languages.syntax.scanner import Tokens
from dqlkit.languages.syntax.tree import Node, Parsed
from dqlkit.plan.flow import Flow, flows
from dqlkit.plan.operators import Operator
from dqlkit.plan.schema import Schema
from dqlkit.types.values import Value

__all__ = ["Draft", "Known"]


def _no_values(table: str, name: str) -> Sequence[Value]:
    return ()


@frozen
class Known:
    """What is known of the data and of the document around a query.

    `tables` has the fields of each table with their types, `shares` what part of the records of a table has a field (from
    0 to 1). `values` is asked for frequent values of a field: a function of the table's name and the field's. `variables`
    are those that the document defines; None where nobody can tell.
    """

    tables: Mapping[str, Schema] = field(default_factory=dict)
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    values: Callable[[str, str], Sequence[Value]] = _no_values
    variables: Sequence[str] | None = None


@mutable(slots=False)
class Draft:
    """A text, which may have errors, with all that its stages say of it. Each is worked out when it is first asked for."""

    text: str
    language: LanguageName = "dql"
    part: Part = "query"
    known: Known = field(default_factory=Known)

    @classmethod
    def of(cls, parsed: Parsed, bound: Bound, language: LanguageName, part: Part, known: Known) -> Draft:
        """A text that was parsed and bound before."""
        draft = cls(parsed.text, language, part, known)
        draft.parsed, draft.bound = parsed, bound
        return draft

    @property
    def verbs(self) -> Language:
        """The language with its verbs."""
        return language_named(self.language)

    @cached_property
    def parsed(self) -> Parsed:
        return self.verbs.parse(self.text, self.part)

    @cached_property
    def bound(self) -> Bound:
        return self.verbs.bind(self.parsed)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        return self.bound.references

    @cached_property
    def tokens(self) -> Tokens:
        return self.verbs.parser.scan(self.text)

    def following(self, offset: int) -> frozenset[str]:
        """The names of the terminals that may follow the text before an offset."""
        parser = self.verbs.parser
        return parser.following(self.text[:offset], self.part if self.part in parser.starts else parser.starts[0])

    def with_text(self, text: str) -> Draft:
        """Another text in the same place."""
        return Draft(text, self.language, self.part, self.known)

    def reference_at(self, offset: int) -> Reference | None:
        """The innermost reference around an offset; one that ends there counts as well."""
        near = [found for found in self.references if found.span.start <= offset <= found.span.end]
        return min(near, key=lambda found: found.span.end - found.span.start, default=None)

    # ---- fields -------------------------------------------------------------------------------------------------

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """The streams of the plan over the known tables."""
        return self.flows_of(self.bound.plan)

    def flows_of(self, plan: object) -> tuple[Flow, ...]:
        """The streams of a plan over the known tables; none for what is no query."""
        return flows(plan, self.known.tables) if isinstance(plan, Operator) else ()

    def before(self, pipeline: Pipeline, position: int) -> Schema:
        """The fields that come into a stage of a pipeline."""
        stages = pipeline.commands[:position]
        if not stages:
            return Schema({}, open=self.part != "query")
        return self.after(replace(pipeline, commands=stages, end=stages[-1].end))

    def after(self, pipeline: Node) -> Schema:
        """The fields that come out of a pipeline."""
        found = self.flows_of(self.verbs.bind(replace(self.parsed, tree=pipeline)).plan)
        return found[0][-1][0].schema if found and found[0] else Schema({}, open=True)
