"""The protocol of a language: seven verbs, and the values that they pass to each other.

    text ─ parse → Parsed ─ bind → Bound (the plan) ─ common → plan ─ lift → Lifted ─ format → text

A language is a class with these verbs in `languages/<name>/language.py`. Each verb imports its own file when it is first
called, so that a linter never loads what only a translation needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from dqlkit.diagnostics import Diagnostic
from dqlkit.frozen import field, mutable
from dqlkit.languages.syntax.references import Reference, Word, references
from dqlkit.languages.syntax.tree import Node, Parsed, Variable

if TYPE_CHECKING:
    from dqlkit.languages.adql.schema import EventSchema
    from dqlkit.languages.syntax.parser import Parser
    from dqlkit.plan.expressions import Expression
    from dqlkit.plan.flow import Flow
    from dqlkit.plan.operators import Operator

    Plan: TypeAlias = Operator | Expression
    Schemas: TypeAlias = Mapping[str, EventSchema]

__all__ = ["PARTS", "Bound", "Language", "LanguageName", "Lifted", "Part"]

LanguageName: TypeAlias = Literal["dql", "adql"]

Part: TypeAlias = Literal["query", "stages", "expression"]
PARTS: tuple[Part, ...] = ("query", "stages", "expression")
"""The kinds of text: a whole query, a fragment of one that may begin with a pipe, or an expression (a matcher)."""


@mutable
class Bound:
    """The result of binding a text.

    plan         an operator, or an expression where the text is one; None where nothing of the text can be understood
    diagnostics  what is wrong with the text beyond its syntax
    variables    the variables that need a value before the query can run
    flows        the streams of the plan, each as its operators with the fields that come into them
    references   where the text names a command, function, parameter, field, table, metric or variable
    """

    plan: Operator | Expression | None
    diagnostics: list[Diagnostic]
    variables: list[Variable] = field(default_factory=list)
    flows: tuple[Flow, ...] = ()
    words: Sequence[Word] = ()

    @property
    def references(self) -> tuple[Reference, ...]:
        return references(self.words)


@mutable
class Lifted:
    """The result of lifting a plan: the syntax tree, and diagnostics for what the language cannot express."""

    parsed: Parsed
    diagnostics: list[Diagnostic]


class Language(Protocol):
    """The verbs of a language."""

    def parse(self, text: str, part: Part = "query") -> Parsed:
        """The syntax tree of a text, with all syntax errors. Never raises."""

    @property
    def parser(self) -> Parser:
        """What parses: it knows the tokens of a text, and what may follow it, for editors."""

    def bind(self, parsed: Parsed, schemas: Schemas | None = None) -> Bound:
        """The plan of a tree. `schemas` declare fields by table, for languages whose meaning depends on them."""

    def common(self, plan: Plan) -> tuple[Plan, list[Diagnostic]]:
        """The plan rewritten with operators and functions that every language has, and diagnostics for what changes by
        that."""

    def lift(self, plan: Operator | Expression, schemas: Schemas | None = None) -> Lifted:
        """The tree of a plan: the inverse of `bind`. A diagnostic tells what the language cannot express."""

    def format(self, parsed: Parsed, *, line_width: int = 100) -> str:
        """The formatted text of a tree; comments and meaning are kept."""

    def canonical(self, node: Node) -> str:
        """The canonical text of a tree: one spelling for each meaning."""

    def substitute(self, parsed: Parsed, variables: Mapping[str, Any]) -> tuple[str, list[Diagnostic]]:
        """The text with its variables replaced by values, and what could not be replaced."""
