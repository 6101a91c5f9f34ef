"""What a rule looks at: one query with everything that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dqlkit.diagnostics import Diagnostic, Fix, Span
from dqlkit.languages.dql.tree import Command, Pipeline
from dqlkit.languages.syntax.tree import Call, Node, Parsed, walk
from dqlkit.lint.document import Document

if TYPE_CHECKING:
    from dqlkit.lint.rule import Rule

__all__ = ["Subject"]


@dataclass
class Subject:
    """`parsed` and `bound` are what the stages made of `text`; `found` what they had to say.

    `context` says where the query stands (`file`, `dashboard-tile`, `workflow-task` …), `document` is what is known of
    the file around it, `schema` what the user told about tables, `rule` the rule that runs.
    """

    text: str
    language: str
    parsed: Parsed
    bound: Any
    found: tuple[Diagnostic, ...]
    context: str = "file"
    document: Document = field(default_factory=Document)
    schema: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    rule: Rule | None = None

    def finding(self, span: Span, message: str, *, help: str = "", fix: Fix | None = None) -> Diagnostic:
        """A finding of the rule that runs."""
        assert self.rule is not None
        return Diagnostic(self.rule.code, self.rule.severity, span, message, help, (), fix)

    def reported(self, code: str) -> Iterator[Diagnostic]:
        """What an earlier stage found under that code."""
        return (diagnostic for diagnostic in self.found if diagnostic.code == code)

    def source(self, node: Node) -> str:
        """What was written for a node."""
        return self.text[node.start : node.end]

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of the tree, parents first."""
        return tuple(walk(self.parsed.tree))

    @cached_property
    def pipelines(self) -> tuple[Pipeline, ...]:
        """The query's pipeline, then those of its sub-queries."""
        return tuple(node for node in self.nodes if isinstance(node, Pipeline))

    def commands(self, *names: str) -> Iterator[Command]:
        """Commands by canonical name, in every pipeline; all of them without names."""
        wanted = {name.lower() for name in names}
        for node in self.nodes:
            if isinstance(node, Command) and not node.hole and (not wanted or node.name.name.lower() in wanted):
                yield node

    def calls(self, *names: str) -> Iterator[Call]:
        """Calls of functions by canonical name."""
        wanted = {name.lower() for name in names}
        for node in self.nodes:
            if isinstance(node, Call) and (not wanted or node.function.name.lower() in wanted):
                yield node
