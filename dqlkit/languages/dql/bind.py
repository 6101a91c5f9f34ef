"""Binds DQL syntax trees: makes the plan of a query and reports what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dqlkit import functions
from dqlkit.diagnostics import Diagnostic, Edit, Fix, Span, error, warning
from dqlkit.frozen import field, mutable, replace
from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql import commands
from dqlkit.languages.dql.checks import TypeChecks
from dqlkit.languages.dql.column_names import column_name
from dqlkit.languages.dql.command import Command
from dqlkit.languages.dql.demands import aggregated, changed_before, is_open, one_bound, typed, ungrouped
from dqlkit.languages.dql.expressions import ExpressionBinder, operator
from dqlkit.languages.dql.matching import is_placeholder, match
from dqlkit.languages.dql.objects import FETCHED
from dqlkit.languages.dql.series import SeriesBinder
from dqlkit.languages.dql.spelling import nearest
from dqlkit.languages.dql.tree import Command as CommandNode
from dqlkit.languages.dql.tree import Pipeline, Subquery
from dqlkit.languages.dql.vocabulary import Metric
from dqlkit.languages.language import Bound
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.collector import undisturbed
from dqlkit.languages.syntax.references import Kind, Word
from dqlkit.languages.syntax.tree import Argument, Node, Parsed
from dqlkit.plan.expressions import Call, Column, Expression, literal, walk
from dqlkit.plan.flow import flows
from dqlkit.plan.fold import fold
from dqlkit.plan.names import NamePattern
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.join import JoinKey
from dqlkit.plan.ops.search import ANY_FIELD
from dqlkit.plan.ops.sort import Order
from dqlkit.plan.ops.timeseries import Series
from dqlkit.plan.schema import Schema

__all__ = ["Binder", "bind"]

#: The table that a fragment without a source reads: the one that is given.
ONLY_TABLE = ""


def bind(parsed: Parsed) -> Bound:
    """The plan of a parsed text, and all diagnostics beyond syntax errors."""
    with undisturbed(parsed.text):
        return _bind(parsed)


def _bind(parsed: Parsed) -> Bound:
    binder = Binder(parsed.text)
    node = parsed.tree
    plan = binder.pipeline(node) if isinstance(node, Pipeline) else binder.expressions.whole(node)
    binder.dismiss()
    checks = TypeChecks()
    streams = flows(plan, visit=checks.stage) if isinstance(plan, Operator) else ()
    if isinstance(plan, Expression):
        checks.expression(plan, Schema({}, open=True))
    return Bound(plan, [*binder.diagnostics, *checks.diagnostics], binder.variables, streams, binder.words)


@mutable(slots=False)
class Binder:
    """Binds one text, sub-queries included."""

    text: str = ""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    variables: list[tree.Variable] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)

    span: Span = field(default_factory=lambda: Span(0, 0))
    #: What comes into the command that is bound.
    source: Operator | None = None

    def __post_init__(self) -> None:
        self.expressions = ExpressionBinder(self, self.diagnostics)
        self.series_of = SeriesBinder(self)

    def dismiss(self) -> None:
        """Let go of the parts, which hold the binder: what such a ring holds only Python's collector would free."""
        del self.expressions, self.series_of

    # ---- pipelines ----------------------------------------------------------------------------------------------

    def pipeline(self, pipeline: Pipeline, fragment: bool = True) -> Operator | None:
        """The operators of a pipeline."""
        plan: Operator | None = None
        for position, node in enumerate(pipeline.commands):
            plan = self._command(node, plan, position == 0)
        return plan

    def block(self, node: Subquery) -> Operator:
        """A sub-query."""
        outer, source = self.expressions, self.source
        self.expressions = ExpressionBinder(self, self.diagnostics)
        plan = self.pipeline(node.pipeline)
        self.expressions, self.source = outer, source
        return plan or Fetch(ONLY_TABLE, span=node.span)

    def _command(self, node: CommandNode, source: Operator | None, first: bool) -> Operator | None:
        command = commands.find(node.name.name)
        if command is None:
            if not node.hole and node.name.name:  # without a name a stage is missing, which syntax told
                self._unknown_command(node)
            return source
        if command.starting and not first:
            self._report(
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
        self.words.append(Word(node.name, "command", command.name))
        self.source = source
        matched = match(command.signature, node.arguments, command.name, node.name.span, command.excludes)
        self.words += [Word(name, "parameter", parameter.name, command.name) for name, parameter in matched.named]
        self.diagnostics += (one for one in matched.diagnostics if node.bad is None or one.code != "E010")
        self._exclusions(command, matched.given)
        wrong = _has_error(matched.diagnostics)
        if self._nothing_given(command, node, matched.given, wrong):
            return source
        bound: dict[str, Any] = {}
        for name, values in matched.given.items():
            parameter = command.signature.find(name)
            assert parameter is not None
            if not (values or parameter.variadic or parameter.kind.many):
                self._report("E010", node.name, f"`{command.name}` needs a value for `{parameter.name}`.")
                continue
            found = tuple(self._parameter(parameter, value) for value in values)
            bound[parameter.python] = found if parameter.variadic or parameter.kind.many else found[0]
        if _has_error(self.diagnostics[before:]):
            return source
        if not bound.keys() >= command.needed:
            return source  # a placeholder stands for it
        self.span = node.span
        made = replace(command.make(bound, source, self), span=node.span)
        if isinstance(made, Aggregate) and not any(map(is_open, node.arguments)):
            self.diagnostics += ungrouped(made)
        return made

    def _exclusions(self, command: Command, given: dict[str, list[Argument]]) -> None:
        for one, other in command.excludes:
            if given.get(one) and given.get(other):
                late = max(given[one][0], given[other][0], key=lambda argument: argument.start)
                self._report("E011", late, f"expected either `{one}` or `{other}`, found both", "Keep one of them.")

    def _nothing_given(
        self, command: Command, node: CommandNode, given: dict[str, list[Argument]], wrong: bool
    ) -> bool:
        """Whether a command lacks the values that it works on.

        This is reported unless some could not be parsed, or something `wrong` with them is reported already.
        """
        needed = (p for p in command.signature.parameters if p.variadic and not given.get(p.name))
        missing = next((p for p in needed if not any(given.values()) or p.kind.role in _SERIES), None)
        if missing is None:
            return False
        if (
            not wrong
            and node.bad is None
            and not any(isinstance(a.value, (tree.Hole, tree.Bad)) for a in node.arguments)
        ):
            self._report("E010", node.name, f"`{command.name}` needs a value for `{missing.name}`.")
        return True

    def _unknown_command(self, node: CommandNode) -> None:
        name = node.name
        guess = nearest(name.name, (command.name for command in commands.commands().values()))
        fix = Fix(f"Write `{guess}`", (Edit(name.span, guess),), safe=False) if guess else None
        help = f"Did the query mean `{guess}`?" if guess else ""
        if functions.find(name.name, "aggregation") is not None:
            help, fix = f"Write `summarize {name.name}(…)`.", None
        elif self.source is None and name.name in FETCHED:
            help, fix = (
                f"Write `fetch {name.name}`.",
                Fix("write `fetch`", (Edit(Span(name.start, name.start), "fetch "),)),
            )
        self.diagnostics.append(
            error("E006", name.span, f"expected a command, found `{name.name}`", help=help, fix=fix)
        )

    def _report(self, code: str, node: Node, message: str, help: str = "", fix: Fix | None = None) -> None:
        self.diagnostics.append(error(code, node.span, message, help=help, fix=fix))

    # ---- parameters by role -------------------------------------------------------------------------------------

    def _parameter(self, parameter: Parameter, argument: Argument) -> Any:
        if argument.alias is not None and not parameter.kind.assign:
            self._report(
                "E015",
                argument,
                f"expected `{parameter.name}` without a name, found `name = …`",
                "Give the value alone.",
            )
        if argument.alias is None and parameter.kind.assign == "mandatory":
            self._report("E015", argument, f"expected a name for `{parameter.name}`", "Write `name = …`.")
        if argument.direction and not parameter.kind.sortable:
            end = argument.value.end
            fix = Fix(f"Remove `{argument.direction}`", (Edit(Span(end, argument.end), ""),))
            self._report(
                "E016", argument, f"expected `{argument.direction}` only where records are sorted", "Remove it.", fix
            )
        if is_placeholder(argument.value, parameter.kind.is_constant):
            hole = tree.Hole(*argument.value.span, self.text[slice(*argument.value.span)])
            argument = replace(argument, value=hole)
        return _ROLES[parameter.kind.role](self, parameter, argument)

    def reads(self, name: str) -> bool:
        """Whether a field of that name comes into the stage that is bound, as far as the query tells."""
        return self.source is not None and name in self.source.schema.fields

    def _demand(self, demand: Callable[[], Iterable[Diagnostic]], before: int) -> None:
        """Report what is demanded of a value in which nothing else is wrong."""
        if len(self.diagnostics) == before:
            self.diagnostics += demand()

    def expression(self, parameter: Parameter, argument: Argument) -> Expression:
        before = len(self.diagnostics)
        bound = self.expressions.whole(argument.value)
        if parameter.kind.types == {"boolean"}:
            self._demand(lambda: typed(parameter, bound, argument.value), before)
        return bound

    def constant(self, parameter: Parameter, argument: Argument) -> Expression:
        before = len(self.diagnostics)
        bound = self._constant(parameter, argument)
        self._demand(lambda: one_bound(parameter, argument.value, self.text), before)
        self._demand(lambda: typed(parameter, bound, argument.value), before)
        return bound

    def _constant(self, parameter: Parameter, argument: Argument) -> Expression:
        self.expressions.from_now = "timestamp" in parameter.kind.types
        bound = self.expressions.whole(argument.value)
        self.expressions.from_now = False
        column = next((node for node in walk(bound) if isinstance(node, Column)), None)
        if column is not None:
            help, fix = "Use a constant.", None
            if column.name.lower() == "now" and column.span is not None and "timestamp" in parameter.kind.types:
                help, fix = "Write `now()`.", Fix("write `now()`", (Edit(column.span, "now()"),))
            message = f"expected a constant for `{parameter.name}`, found the field `{column.name}`"
            self._report("E013", argument.value, message, help, fix)
        return bound

    def plain(self, parameter: Parameter, argument: Argument) -> Any:
        before = len(self.diagnostics)
        bound = fold(self._constant(parameter, argument))
        if bound is not None and bound.kind.name in (*parameter.kind.types, "any"):
            if not parameter.kind.allows(bound.value):
                self._report("E013", argument.value, f"expected {parameter.kind.limits} for `{parameter.name}`")
            return bound.value
        if any(isinstance(node, (tree.Variable, tree.Hole)) for node in tree.walk(argument.value)):
            return None  # the text of a placeholder is not known yet
        wanted = " or ".join(sorted(parameter.kind.types))
        if len(self.diagnostics) == before:
            self._report("E013", argument.value, f"expected a literal {wanted} for `{parameter.name}`")
        return None

    def field(self, parameter: Parameter, argument: Argument, aggregating: bool = False) -> Field:
        self.define(argument)
        bound = self.expressions.whole(argument.value, aggregating)
        return Field(argument.alias.name if argument.alias else column_name(argument.value), bound)

    def define(self, argument: Argument) -> None:
        """Note that a field gets its name here, if it does."""
        if argument.alias is not None:
            self.words.append(Word(argument.alias, "field", argument.alias.name, defines=True))

    def aggregated(self, parameter: Parameter, argument: Argument) -> Field:
        before = len(self.diagnostics)
        field = self.field(parameter, argument, aggregating=True)
        self._demand(lambda: aggregated(field.expression, argument.value), before)
        return field

    def series(self, parameter: Parameter, argument: Argument) -> Series:
        return self.series_of.series(argument)

    def metric(self, parameter: Parameter, argument: Argument) -> Metric | None:
        return self.series_of.metric(argument)

    def search(self, parameter: Parameter, argument: Argument) -> Expression:
        """A search condition: a text alone looks in every field. It is stored records that are searched."""
        changed = changed_before(self.source)
        if changed is not None:
            stage = self.text[changed.span.start : changed.span.end].split()[0] if changed.span else "another stage"
            help = "Search right behind the source, or use `contains(…)` or `~` in a `filter`."
            self._report("E008", argument, f"expected `search` before `{stage}`, which changes the records", help)
        return self._search(argument.value)

    def _search(self, node: Node) -> Expression:
        match node:
            case tree.Parentheses():
                return self._search(node.inner)
            case tree.String():
                return Call(operator("~", 2), (ANY_FIELD, literal(node.value, node.span)), span=node.span)
            case tree.Binary(operator="and" | "or" | "xor"):
                sides = (self._search(node.left), self._search(node.right))
                return Call(operator(node.operator, 2), sides, span=node.span)
            case tree.Unary(operator="not"):
                return Call(operator("not", 1), (self._search(node.operand),), span=node.span)
        return self.expressions.whole(node)

    def sorted(self, parameter: Parameter, argument: Argument) -> Order:
        self._direction_alone(argument)
        return Order(self.expressions.whole(argument.value), argument.direction == "desc")

    def _direction_alone(self, argument: Argument) -> None:
        """Warn of `sort a, desc`, where the direction of `a` is read as one more field."""
        value, before = argument.value, self.text[: argument.start].rstrip()
        if not isinstance(value, tree.Name) or value.name.lower() not in ("asc", "desc") or argument.direction:
            return
        if not before.endswith(",") or self.reads(value.name):
            return
        fix = Fix(f"write ` {value.name}`", (Edit(Span(len(before) - 1, value.start), " "),), safe=False)
        message = f"expected a value to sort by, found `{value.name}`, which is read as a field"
        help = f"Write `… {value.name}`, without the comma."
        self.diagnostics.append(warning("E016", value.span, message, help=help, fix=fix))

    def name(self, parameter: Parameter, argument: Argument) -> str:
        value = argument.value
        while isinstance(value, tree.Parentheses):
            value = value.inner
        if isinstance(value, (tree.Name, tree.String)):
            name = value.name if isinstance(value, tree.Name) else value.value
            if not parameter.kind.allows(name):
                self._report("E013", value, f"expected {parameter.kind.limits}, found `{name}`")
            if kind := _NAMED.get(parameter.kind.role):
                self.words.append(Word(value, kind, name))
            return name
        if isinstance(value, tree.Variable):
            self.variable(value)
        elif not isinstance(value, tree.Hole):
            message = f"expected a name for `{parameter.name}`, found an expression"
            self._report("E015", value, message, *self._named_instead(parameter, value))
        return ""

    def variable(self, node: tree.Variable) -> None:
        """Note a variable."""
        self.variables.append(node)
        self.words.append(Word(node, "variable", node.name))

    def _named_instead(self, parameter: Parameter, value: Node) -> tuple[str, Fix | None]:
        """What to write for an expression where a name is wanted, and the fix where that is sure."""
        text = self.text[value.start : value.end]
        if " -- " in text:
            at = value.start + text.index("-- ")
            rest = self.text[value.end : (self.text.find("\n", value.end) + 1 or len(self.text) + 1) - 1]
            fix = None if rest.strip() else Fix("write `//`", (Edit(Span(at, at + 2), "//"),))
            return "Comments begin with `//`.", fix
        if parameter.kind.options:
            return f"Write one of {', '.join(f'`{option}`' for option in parameter.kind.options)}.", None
        hyphenated = all(
            isinstance(n, tree.Name) or (isinstance(n, tree.Binary) and n.operator == "-") for n in tree.walk(value)
        )
        if not hyphenated or " " in text:
            return "Compute the field with `fieldsAdd` first.", None
        quote = "`" if parameter.kind.role in ("renamed", "names pattern") else '"'
        written = f"{quote}{text}{quote}"
        return f"A name with `-` is quoted: {written}.", Fix("quote it", (Edit(value.span, written),))

    def pattern(self, parameter: Parameter, argument: Argument) -> str:
        if isinstance(argument.value, tree.Variable):
            self.variable(argument.value)
        return self.expressions.pattern(parameter, argument.value)

    def pattern_of_names(self, parameter: Parameter, argument: Argument) -> NamePattern:
        wildcard = isinstance(argument.value, tree.String) and "*" in argument.value.value
        return NamePattern(self.name(parameter, argument), wildcard)

    def renamed(self, parameter: Parameter, argument: Argument) -> tuple[str, str]:
        self.define(argument)
        name = self.name(parameter, argument)
        if isinstance(argument.value, tree.String):
            self._report("E015", argument.value, "expected the name of a field, found a text", "Remove the quotes.")
        return (argument.alias.name if argument.alias else name, name)

    def block_of(self, parameter: Parameter, argument: Argument) -> Any:
        value = argument.value
        if not isinstance(value, Subquery):
            self._report("E001", value, f"expected a sub-query for `{parameter.name}`", "Write `[ fetch … ]`.")
            return None
        plan = self.block(value)
        self.define(argument)
        return (argument.alias.name, plan) if argument.alias and parameter.kind.assign else plan

    def on(self, parameter: Parameter, argument: Argument) -> JoinKey:
        value = argument.value
        while isinstance(value, tree.Parentheses):
            value = value.inner
        if isinstance(value, tree.Name):
            self.words.append(Word(value, "field", value.name))
            return JoinKey(Column(value.name, span=value.span), Column(value.name, span=value.span))
        sides = (
            [_side(value.left), _side(value.right)] if isinstance(value, tree.Binary) and value.operator == "==" else []
        )
        by_name = dict(side for side in sides if side)
        if by_name.keys() != {"left", "right"}:
            self._report("E013", value, "expected a field, or `left[a] == right[b]`")
            return JoinKey(Column(""), Column(""))
        return JoinKey(self.expressions.whole(by_name["left"]), self.expressions.whole(by_name["right"]))

    def choice(self, parameter: Parameter, argument: Argument) -> str:
        name = self.name(parameter, argument)
        found = next((option for option in parameter.kind.options if option.lower() == name.lower()), None)
        if found is None and name:
            options = ", ".join(f"`{option}`" for option in parameter.kind.options)
            self._report("E013", argument.value, f"expected one of {options} for `{parameter.name}`")
        return found or parameter.kind.options[0]


def _has_error(diagnostics: list[Diagnostic]) -> bool:
    return bool(diagnostics) and any(diagnostic.severity == "error" for diagnostic in diagnostics)


#: What a name is that stands for a parameter of some role.
_NAMED: dict[str, Kind] = {
    "name": "field",
    "names pattern": "field",
    "renamed": "field",
    "table": "table",
    "types": "type",
}

#: Roles of parameters that a command cannot do without.
_SERIES = ("metric", "series")


def _side(node: Node) -> tuple[str, tree.Expression] | None:
    """`left[a]` as its side and the field, `left[a][b]` as its side and a part of the field."""
    if not isinstance(node, tree.Index):
        return None
    if isinstance(node.base, tree.Name):
        return (node.base.name, node.index) if node.base.name in ("left", "right") else None
    inner = _side(node.base)
    return inner and (inner[0], replace(node, base=inner[1]))


_ROLES: dict[str, Callable[[Binder, Parameter, Argument], Any]] = {
    "expression": Binder.expression,
    "constant": Binder.constant,
    "plain": Binder.plain,
    "field": Binder.field,
    "aggregated": Binder.aggregated,
    "sorted": Binder.sorted,
    "name": Binder.name,
    "table": Binder.name,
    "pattern": Binder.pattern,
    "names pattern": Binder.pattern_of_names,
    "types": Binder.pattern_of_names,
    "renamed": Binder.renamed,
    "block": Binder.block_of,
    "on": Binder.on,
    "choice": Binder.choice,
    "series": Binder.series,
    "metric": Binder.metric,
    "search": Binder.search,
}
