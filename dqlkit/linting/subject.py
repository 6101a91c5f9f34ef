"""The input of rules: one query with everything that is known about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from dqlkit.cached import cached_property
from dqlkit.diagnostics import Diagnostic, Fix, Span
from dqlkit.frozen import field, mutable
from dqlkit.hosts.document import Document
from dqlkit.languages.dql.tree import Command, Pipeline
from dqlkit.languages.language import Bound, Part
from dqlkit.languages.syntax.tree import Argument, Binary, Call, Hole, Name, Node, Parsed, Variable, by_kind, walk
from dqlkit.linting.flows import reads
from dqlkit.linting.suppressions import Suppression, read_suppressions
from dqlkit.plan.expressions import Column
from dqlkit.plan.expressions import walk as expressions_in
from dqlkit.plan.flow import Flow, flows
from dqlkit.plan.operators import Operator
from dqlkit.plan.schema import Schema

if TYPE_CHECKING:
    from dqlkit.linting.rule import Rule

__all__ = ["Subject", "shared"]

N = TypeVar("N", bound=Node)
T = TypeVar("T")


@mutable(slots=False)
class Subject:
    """`parsed` and `bound` are what the stages made of `text`; `found` what they had to say.

    `part` is what kind of text it is, `context` says where the query stands (`file`, `dashboard-tile`,
    `workflow-task` …), `document` is what is known of the file around it, `schema` the fields of tables that the
    user told, `rules` are those that were chosen, `rule` the one that runs, `findings` what those before it found,
    `made` what rules share.
    """

    text: str
    language: str
    parsed: Parsed
    bound: Bound
    found: tuple[Diagnostic, ...]
    part: Part = "query"
    context: str = "file"
    document: Document = field(default_factory=Document)
    schema: Mapping[str, Schema] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    rules: Collection[Rule] = ()
    rule: Rule | None = None
    findings: list[Diagnostic] = field(default_factory=list)
    made: dict[Callable[[Subject], Any], Any] = field(default_factory=dict, repr=False)

    def finding(self, span: Span, message: str, *, help: str = "", fix: Fix | None = None) -> Diagnostic:
        """A finding of the rule that runs."""
        assert self.rule is not None
        return Diagnostic(self.rule.code, self.rule.severity_in(self.context), span, message, help, (), fix)

    def option(self, name: str) -> Any:
        """The value of an option of the rule that runs."""
        assert self.rule is not None
        return self.options.get(name, self.rule.options[name])

    def reported(self, code: str = "") -> Sequence[Diagnostic]:
        """The findings of an earlier stage under a code; by default under that of the running rule."""
        return self._found.get(code or (self.rule.code if self.rule else ""), ())

    @cached_property
    def lowered(self) -> str:
        """The text in lower case."""
        return self.text.lower()

    @property
    def codes(self) -> Collection[str]:
        """The codes under which earlier stages found something."""
        return self._found

    @cached_property
    def _found(self) -> dict[str, list[Diagnostic]]:
        by_code: dict[str, list[Diagnostic]] = {}
        for diagnostic in self.found:
            by_code.setdefault(diagnostic.code, []).append(diagnostic)
        return by_code

    def source(self, node: Node) -> str:
        """What was written for a node."""
        return self.text[node.start : node.end]

    @cached_property
    def suppressions(self) -> list[Suppression]:
        """The comments that switch rules off."""
        return read_suppressions(self.text, self.parsed.comments)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node of the tree, parents first."""
        return tuple(walk(self.parsed.tree))

    @cached_property
    def pipelines(self) -> tuple[Pipeline, ...]:
        """The query's pipeline, then those of its sub-queries."""
        return tuple(self.every(Pipeline))

    @cached_property
    def _kinds(self) -> dict[type[Node], list[Any]]:
        return by_kind(self.parsed.tree)

    def every(self, kind: type[N]) -> Sequence[N]:
        """The nodes of one type, parents first."""
        return self._kinds.get(kind, ())

    @cached_property
    def _written(self) -> Sequence[Command]:
        """The commands that no placeholder stands for."""
        return [command for command in self.every(Command) if not command.hole]

    @cached_property
    def _commands(self) -> dict[str, list[Command]]:
        return _by_name((command.name.name, command) for command in self._written)

    @cached_property
    def _calls(self) -> dict[str, list[Call]]:
        return _by_name((call.function.name, call) for call in self.every(Call))

    @cached_property
    def _operations(self) -> dict[str, list[Binary]]:
        return _by_name((node.operator, node) for node in self.every(Binary))

    def operations(self, *operators: str) -> Sequence[Binary]:
        """Uses of operators between two operands."""
        found = self._operations
        return [operation for operator in operators for operation in found.get(operator, ())]

    @cached_property
    def stages(self) -> dict[int, list[Operator]]:
        """The operators that each command became, in the order in which they run, by where it starts."""
        found: dict[int, list[Operator]] = {}
        for flow in self.bound.flows:
            part: list[Operator] = []
            for operator, _ in flow:
                part.append(operator)
                if operator.span is not None:  # the last one of its command
                    found[operator.span.start] = part
                    part = []
        return found

    def commands(self, *names: str) -> Sequence[Command]:
        """Commands by canonical name, in every pipeline; all of them without names."""
        found = self._commands
        return [command for name in names for command in found.get(name.lower(), ())] if names else self._written

    def calls(self, *names: str) -> Sequence[Call]:
        """Calls of functions by canonical name; all of them without names."""
        found = self._calls
        return [call for name in names for call in found.get(name.lower(), ())] if names else self.every(Call)

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """The streams of the plan, the main one first, each as its operators with the fields that come into them.

        There are none where the plan is not all that the text says: after an error, and around placeholders that may
        stand for commands or for the names of fields.
        """
        plan = self.bound.plan
        if self.language != "dql" or not isinstance(plan, Operator) or not self.bound.flows or self._partly_known:
            return ()
        return flows(plan, self.schema) if self.schema else self.bound.flows

    def reads(self, operator: Operator) -> list[tuple[Column, Span]]:
        """The fields that a stage reads of the records that come in, where the text names them."""
        found = self._reads.get(id(operator))
        if found is None:
            found = self._reads[id(operator)] = reads(operator)
        return found

    def names_read(self, operator: Operator) -> frozenset[str]:
        """The names of all fields that a stage reads, where the text names them and where it does not."""
        found = self._names_read.get(id(operator))
        if found is None:
            nodes = (node for expression in operator.reads() for node in expressions_in(expression))
            found = frozenset(node.name for node in nodes if isinstance(node, Column))
            self._names_read[id(operator)] = found
        return found

    @cached_property
    def _names_read(self) -> dict[int, frozenset[str]]:
        return {}

    @cached_property
    def _reads(self) -> dict[int, list[tuple[Column, Span]]]:
        return {}

    @property
    def _partly_known(self) -> bool:
        return (
            any(diagnostic.severity == "error" for diagnostic in self.found)
            or self.parsed.has_tags
            or bool(self.every(Hole))
            or any(name.hole for name in self.every(Name))
            or (bool(self.every(Variable)) and any(isinstance(a.value, Variable) for a in self.every(Argument)))
        )


def _by_name(named: Iterable[tuple[str, N]]) -> dict[str, list[N]]:
    found: dict[str, list[N]] = {}
    for name, node in named:
        found.setdefault(name.lower(), []).append(node)
    return found


def shared(make: Callable[[Subject], T]) -> Callable[[Subject], T]:
    """Decorator: cache the result of a function of a subject that several rules call."""

    @wraps(make)
    def once(subject: Subject) -> T:
        made: dict[Any, T] = subject.made
        if make not in made:
            made[make] = make(subject)
        return made[make]

    return once
