"""Binds DQL syntax trees: makes the plan of a query and reports what is wrong with it."""

from __future__ import annotations

from typing import Any

from dqlkit import functions
from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, error
from dqlkit.frozen import field, mutable
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.beginnings import BoundStage, known, remember
from dqlkit.languages.dql.checks import TypeChecks
from dqlkit.languages.dql.command import Command
from dqlkit.languages.dql.demands import is_open, ungrouped
from dqlkit.languages.dql.expressions import ExpressionBinder
from dqlkit.languages.dql.matching import Matched, match
from dqlkit.languages.dql.objects import FETCHED
from dqlkit.languages.dql.roles import value_of
from dqlkit.languages.dql.spelling import nearest
from dqlkit.languages.dql.tree import Command as CommandNode
from dqlkit.languages.dql.tree import Pipeline, Subquery
from dqlkit.languages.language import Bound
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.collector import undisturbed
from dqlkit.languages.syntax.references import Word
from dqlkit.languages.syntax.tree import Argument, Node, Parsed
from dqlkit.plan.expressions import Expression
from dqlkit.plan.flow import flows
from dqlkit.plan.operators import Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.schema import Schema

__all__ = ["Binder", "bind"]

#: Roles of parameters that a command cannot do without.
_SERIES = ("metric", "series")

#: The table that a fragment without a source reads: the one that is given.
ONLY_TABLE = ""


def bind(parsed: Parsed) -> Bound:
    """The plan of a parsed text, and all diagnostics beyond syntax errors."""
    with undisturbed(parsed.text):
        return _bind(parsed)


def _bind(parsed: Parsed) -> Bound:
    binder = Binder(parsed.text)
    node = parsed.tree
    stages = binder.stages(node, parsed.plainly) if isinstance(node, Pipeline) else []
    plan = _plan_of(stages) if isinstance(node, Pipeline) else binder.expressions.whole(node)
    binder.dismiss()
    checks = TypeChecks(binder.checked)
    streams = flows(plan, visit=checks.stage) if isinstance(plan, Operator) else ()
    if isinstance(plan, Expression):
        checks.expression(plan, Schema({}, open=True))
    diagnostics = [*binder.diagnostics, *checks.diagnostics]
    if parsed.plainly and not diagnostics:
        remember(stages)
    return Bound(plan, diagnostics, binder.variables, streams, binder.words)


@mutable(slots=False)
class Binder:
    """Binds one text, sub-queries included."""

    text: str = ""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    variables: list[tree.Variable] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    #: The operators that were bound, and their types checked, for an earlier query.
    checked: set[int] = field(default_factory=set)
    span: Span = field(default_factory=lambda: Span(0, 0))
    #: What comes into the command that is bound.
    source: Operator | None = None

    def __post_init__(self) -> None:
        self.expressions = ExpressionBinder(self, self.diagnostics)

    def dismiss(self) -> None:
        """Let go of the parts, which hold the binder: what such a ring holds only Python's collector would free."""
        del self.expressions

    # ---- pipelines ----------------------------------------------------------------------------------------------

    def stages(self, pipeline: Pipeline, shared: bool = False) -> list[BoundStage]:
        """The stages of a pipeline; where they may be `shared`, those that an earlier query began with are as they are
        there."""
        bound: list[BoundStage] = []
        plan: Operator | None = None
        end = 0 if shared else pipeline.start
        for position, node in enumerate(pipeline.commands):
            text = self.text[end : node.end]
            end = node.end
            stage = known(plan, text) if shared else None
            if stage is not None:
                self.words += stage.words
                self.variables += stage.variables
                self.checked.update(map(id, stage.operators))
            else:
                shared = False
                words, variables = len(self.words), len(self.variables)
                made = self._command(node, plan, position == 0)
                noted = tuple(self.words[words:]), tuple(self.variables[variables:])
                stage = BoundStage(text, plan, made, *noted)
            bound.append(stage)
            plan = stage.plan
        return bound

    def block(self, node: Subquery) -> Operator:
        """A sub-query."""
        outer, source = self.expressions, self.source
        self.expressions = ExpressionBinder(self, self.diagnostics)
        plan = _plan_of(self.stages(node.pipeline))
        self.expressions, self.source = outer, source
        return plan or Fetch(ONLY_TABLE, span=node.span)

    def _command(self, node: CommandNode, source: Operator | None, first: bool) -> Operator | None:
        command = commands.find(node.name.name)
        if command is None:
            if not node.hole and node.name.name:  # without a name a stage is missing, which syntax told
                self._unknown_command(node, source)
            return source
        if command.starting and not first:
            self.report(
                "E008",
                node.name,
                f"expected a command that may follow a pipe, found `{command.name}`",
                "Use it in a sub-query.",
            )
            return source
        if not command.starting and source is None:
            source = Fetch(ONLY_TABLE, span=node.span)
        return self._bind_command(command, node, source)

    def _bind_command(self, command: Command, node: CommandNode, source: Operator | None) -> Operator | None:
        before = len(self.diagnostics)
        self.words.append((node.name, "command", command.name, "", False))
        self.source = source
        matched = match(command.signature, node.arguments, command.name, node.name, command.excludes)
        for written, meant in matched.named:
            self.words.append((written, "parameter", meant.name, command.name, False))
        for one in matched.diagnostics:
            if node.bad is None or one.code != "E010":
                self.diagnostics.append(one)
        if len(matched.given) > 1:
            self._exclusions(command, matched.given)
        if self._nothing_given(command, node, matched):
            return source
        bound = self._bound(command, node, matched)
        if len(self.diagnostics) > before and _has_error(self.diagnostics[before:]):
            return source
        if not bound.keys() >= command.needed:
            return source  # a placeholder stands for it
        self.span = node.span
        made = command.make(bound, source, self, self.span)
        if isinstance(made, Aggregate) and (found := list(ungrouped(made))) and not any(map(is_open, node.arguments)):
            self.diagnostics += found
        return made

    def _bound(self, command: Command, node: CommandNode, matched: Matched) -> dict[str, Any]:
        """The values of the parameters that are given, by their Python names."""
        bound: dict[str, Any] = {}
        for name, values in matched.given.items():
            parameter = command.signature.find(name)
            assert parameter is not None
            found = [value_of(self, parameter, value) for value in values]
            known = [value for value in found if value is not None]  # that of a placeholder is not
            if parameter.variadic or parameter.kind.many:
                bound[parameter.python] = tuple(known)
            elif known or (found and parameter.required):
                bound[parameter.python] = found[0]
            elif not found:
                self.report("E010", node.name, f"`{command.name}` needs a value for `{parameter.name}`.")
        return bound

    def _exclusions(self, command: Command, given: dict[str, list[Argument]]) -> None:
        for one, other in command.excludes:
            if given.get(one) and given.get(other):
                late = max(given[one][0], given[other][0], key=lambda argument: argument.start)
                self.report("E011", late, f"expected either `{one}` or `{other}`, found both", "Keep one of them.")

    def _nothing_given(self, command: Command, node: CommandNode, matched: Matched) -> bool:
        """Whether a command lacks the values that it works on.

        This is reported unless some could not be parsed, or something is wrong with them that is reported already.
        """
        missing, given = command.values, matched.given
        if missing is None or given.get(missing.name):
            return False
        if missing.kind.role not in _SERIES and any(given.values()):
            return False
        if (
            not _has_error(matched.diagnostics)
            and node.bad is None
            and not any(isinstance(a.value, (tree.Hole, tree.Bad)) for a in node.arguments)
        ):
            self.report("E010", node.name, f"`{command.name}` needs a value for `{missing.name}`.")
        return True

    def _unknown_command(self, node: CommandNode, source: Operator | None) -> None:
        name = node.name
        guess = nearest(name.name, (command.name for command in commands.commands().values()))
        fix = Fix(f"Write `{guess}`", (Edit(name.span, guess),), safe=False) if guess else None
        help = f"Did the query mean `{guess}`?" if guess else ""
        if source is None and not guess:
            help = "A query begins with its source, as in `fetch logs`."
        if functions.find(name.name, "aggregation") is not None:
            help, fix = f"Write `summarize {name.name}(…)`.", None
        elif source is None and name.name in FETCHED:
            help, fix = (
                f"Write `fetch {name.name}`.",
                Fix("write `fetch`", (Edit(Span(name.start, name.start), "fetch "),)),
            )
        self.diagnostics.append(
            error("E006", name.span, f"expected a command, found `{name.name}`", help=help, fix=fix)
        )

    def report(self, code: str, node: Node, message: str, help: str = "", fix: Fix | None = None) -> None:
        self.diagnostics.append(error(code, node.span, message, help=help, fix=fix))

    # ---- what the binders of values ask for and note ------------------------------------------------------------

    def reads(self, name: str) -> bool:
        """Whether a field of that name comes into the stage that is bound, as far as the query tells."""
        return self.source is not None and name in self.source.schema.fields

    @property
    def behind_another(self) -> bool:
        """Whether the stage that is bound begins a fragment, which stands behind stages that are not known."""
        return isinstance(self.source, Fetch) and self.source.table == ONLY_TABLE

    def define(self, argument: Argument) -> None:
        """Note that a field gets its name here, if it does."""
        if argument.alias is not None:
            self.words.append((argument.alias, "field", argument.alias.name, "", True))

    def variable(self, node: tree.Variable) -> None:
        """Note a variable."""
        self.variables.append(node)
        self.words.append((node, "variable", node.name, "", False))


def _has_error(diagnostics: list[Diagnostic]) -> bool:
    return bool(diagnostics) and any(diagnostic.severity == "error" for diagnostic in diagnostics)


def _plan_of(stages: list[BoundStage]) -> Operator | None:
    return stages[-1].plan if stages else None
