"""Binds the values of a command's parameters: what each role of a parameter makes of an argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dqlkit.diagnostics import Edit, Fix, Span, warning
from dqlkit.frozen import replace
from dqlkit.functions.signature import Parameter
from dqlkit.languages.dql.column_names import column_name
from dqlkit.languages.dql.demands import aggregated, changed_before, one_bound, typed
from dqlkit.languages.dql.expressions import operator
from dqlkit.languages.dql.tree import Subquery, is_placeholder
from dqlkit.languages.syntax import tree
from dqlkit.languages.syntax.references import Kind
from dqlkit.languages.syntax.tree import Argument, Node
from dqlkit.plan.expressions import Call, Column, Expression, literal, walk
from dqlkit.plan.fold import fold
from dqlkit.plan.names import NamePattern
from dqlkit.plan.operators import Field
from dqlkit.plan.ops.sort import Order

if TYPE_CHECKING:
    from dqlkit.languages.dql.bind import Binder
    from dqlkit.languages.dql.vocabulary import Metric
    from dqlkit.plan.ops.join import JoinKey
    from dqlkit.plan.ops.timeseries import Series

__all__ = ["value_of"]

#: What a condition has to be.
_CONDITION = frozenset({"boolean"})

#: What a name is that stands for a parameter of some role.
_NAMED: dict[str, Kind] = {
    "name": "field",
    "names pattern": "field",
    "renamed": "field",
    "table": "table",
    "types": "type",
}

#: What a placeholder may be read as.
_SURROUNDED = (tree.Group, Subquery)


def value_of(binder: Binder, parameter: Parameter, argument: Argument) -> Any:
    """The value of a parameter: what its role makes of an argument."""
    kind = parameter.kind
    if argument.alias is None:
        if kind.assign == "mandatory":
            binder.report("E015", argument, f"expected a name for `{parameter.name}`", "Write `name = …`.")
    elif not kind.assign:
        message = f"expected `{parameter.name}` without a name, found `name = …`"
        binder.report("E015", argument, message, "Give the value alone.")
    if argument.direction and not kind.sortable:
        end = argument.value.end
        fix = Fix(f"Remove `{argument.direction}`", (Edit(Span(end, argument.end), ""),))
        binder.report(
            "E016", argument, f"expected `{argument.direction}` only where records are sorted", "Remove it.", fix
        )
    if type(argument.value) in _SURROUNDED and is_placeholder(argument.value, kind.is_constant):
        hole = tree.Hole(*argument.value.span, binder.text[slice(*argument.value.span)])
        argument = replace(argument, value=hole)
    return _ROLES[kind.role](binder, parameter, argument)


def _expression(binder: Binder, parameter: Parameter, argument: Argument) -> Expression:
    before = len(binder.diagnostics)
    bound = binder.expressions.whole(argument.value)
    if parameter.kind.types == _CONDITION and len(binder.diagnostics) == before:
        binder.diagnostics += typed(parameter, bound, argument.value)
    return bound


def _constant(binder: Binder, parameter: Parameter, argument: Argument) -> Expression:
    before = len(binder.diagnostics)
    bound = _independent(binder, parameter, argument)
    if len(binder.diagnostics) == before:
        binder.diagnostics += one_bound(parameter, argument.value, binder.text)
    if len(binder.diagnostics) == before:
        binder.diagnostics += typed(parameter, bound, argument.value)
    return bound


def _independent(binder: Binder, parameter: Parameter, argument: Argument) -> Expression:
    binder.expressions.from_now = "timestamp" in parameter.kind.types
    bound = binder.expressions.whole(argument.value)
    binder.expressions.from_now = False
    column = next((node for node in walk(bound) if isinstance(node, Column)), None)
    if column is not None:
        help, fix = "Use a constant.", None
        if column.name.lower() == "now" and column.span is not None and "timestamp" in parameter.kind.types:
            help, fix = "Write `now()`.", Fix("write `now()`", (Edit(column.span, "now()"),))
        message = f"expected a constant for `{parameter.name}`, found the field `{column.name}`"
        binder.report("E013", argument.value, message, help, fix)
    return bound


def _plain(binder: Binder, parameter: Parameter, argument: Argument) -> Any:
    before = len(binder.diagnostics)
    bound = fold(_independent(binder, parameter, argument))
    if bound is not None and (bound.kind.name in parameter.kind.types or bound.kind.name == "any"):
        if not parameter.kind.allows(bound.value):
            binder.report("E013", argument.value, f"expected {parameter.kind.limits} for `{parameter.name}`")
        return bound.value
    if any(isinstance(node, (tree.Variable, tree.Hole)) for node in tree.walk(argument.value)):
        return None  # the text of a placeholder is not known yet
    wanted = " or ".join(sorted(parameter.kind.types))
    if len(binder.diagnostics) == before:
        binder.report("E013", argument.value, f"expected a literal {wanted} for `{parameter.name}`")
    return None


def _field(binder: Binder, parameter: Parameter, argument: Argument, aggregating: bool = False) -> Field:
    binder.define(argument)
    bound = binder.expressions.whole(argument.value, aggregating)
    return Field(argument.alias.name if argument.alias else column_name(argument.value), bound)


def _aggregated(binder: Binder, parameter: Parameter, argument: Argument) -> Field:
    before = len(binder.diagnostics)
    field = _field(binder, parameter, argument, aggregating=True)
    if len(binder.diagnostics) == before:
        binder.diagnostics += aggregated(field.expression, argument.value)
    return field


def _series(binder: Binder, parameter: Parameter, argument: Argument) -> Series:
    from dqlkit.languages.dql.series import SeriesBinder  # most queries make no series

    return SeriesBinder(binder).series(argument)


def _metric(binder: Binder, parameter: Parameter, argument: Argument) -> Metric | None:
    from dqlkit.languages.dql.series import SeriesBinder

    return SeriesBinder(binder).metric(argument)


def _search(binder: Binder, parameter: Parameter, argument: Argument) -> Expression:
    """A search condition: a text alone looks in every field. It is stored records that are searched."""
    changed = changed_before(binder.source)
    if changed is not None:
        stage = binder.text[changed.span.start : changed.span.end].split()[0] if changed.span else "another stage"
        help = "Search right behind the source, or use `contains(…)` or `~` in a `filter`."
        binder.report("E008", argument, f"expected `search` before `{stage}`, which changes the records", help)
    return _search_in(binder, argument.value)


def _search_in(binder: Binder, node: Node) -> Expression:
    match node:
        case tree.Parentheses():
            return _search_in(binder, node.inner)
        case tree.String():
            from dqlkit.plan.ops.search import ANY_FIELD

            return Call(operator("~", 2), (ANY_FIELD, literal(node.value, node.span)), span=node.span)
        case tree.Binary(operator="and" | "or" | "xor"):
            sides = (_search_in(binder, node.left), _search_in(binder, node.right))
            return Call(operator(node.operator, 2), sides, span=node.span)
        case tree.Unary(operator="not"):
            return Call(operator("not", 1), (_search_in(binder, node.operand),), span=node.span)
    return binder.expressions.whole(node)


def _sorted(binder: Binder, parameter: Parameter, argument: Argument) -> Order:
    _direction_alone(binder, argument)
    return Order(binder.expressions.whole(argument.value), argument.direction == "desc")


def _direction_alone(binder: Binder, argument: Argument) -> None:
    """Warn of `sort a, desc`, where the direction of `a` is read as one more field."""
    value = argument.value
    if not isinstance(value, tree.Name) or value.name.lower() not in ("asc", "desc") or argument.direction:
        return
    before = binder.text[: argument.start].rstrip()
    if not before.endswith(",") or binder.reads(value.name):
        return
    fix = Fix(f"write ` {value.name}`", (Edit(Span(len(before) - 1, value.start), " "),), safe=False)
    message = f"expected a value to sort by, found `{value.name}`, which is read as a field"
    help = f"Write `… {value.name}`, without the comma."
    binder.diagnostics.append(warning("E016", value.span, message, help=help, fix=fix))


def _name(binder: Binder, parameter: Parameter, argument: Argument) -> str:
    value = argument.value
    while isinstance(value, tree.Parentheses):
        value = value.inner
    if isinstance(value, (tree.Name, tree.String)):
        name = value.name if isinstance(value, tree.Name) else value.value
        if not parameter.kind.allows(name):
            binder.report("E013", value, f"expected {parameter.kind.limits}, found `{name}`")
        if kind := _NAMED.get(parameter.kind.role):
            binder.words.append((value, kind, name, "", False))
        return name
    if isinstance(value, tree.Variable):
        binder.variable(value)
    elif not isinstance(value, tree.Hole):
        message = f"expected a name for `{parameter.name}`, found an expression"
        binder.report("E015", value, message, *_named_instead(binder, parameter, value))
    return ""


def _named_instead(binder: Binder, parameter: Parameter, value: Node) -> tuple[str, Fix | None]:
    """What to write for an expression where a name is wanted, and the fix where that is sure."""
    text = binder.text[value.start : value.end]
    if " -- " in text:
        at = value.start + text.index("-- ")
        rest = binder.text[value.end : (binder.text.find("\n", value.end) + 1 or len(binder.text) + 1) - 1]
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


def _pattern(binder: Binder, parameter: Parameter, argument: Argument) -> str:
    if isinstance(argument.value, tree.Variable):
        binder.variable(argument.value)
    return binder.expressions.pattern(parameter, argument.value)


def _pattern_of_names(binder: Binder, parameter: Parameter, argument: Argument) -> NamePattern:
    wildcard = isinstance(argument.value, tree.String) and "*" in argument.value.value
    return NamePattern(_name(binder, parameter, argument), wildcard)


def _renamed(binder: Binder, parameter: Parameter, argument: Argument) -> tuple[str, str]:
    binder.define(argument)
    name = _name(binder, parameter, argument)
    if isinstance(argument.value, tree.String):
        binder.report("E015", argument.value, "expected the name of a field, found a text", "Remove the quotes.")
    return (argument.alias.name if argument.alias else name, name)


def _block_of(binder: Binder, parameter: Parameter, argument: Argument) -> Any:
    value = argument.value
    if not isinstance(value, Subquery):
        binder.report("E001", value, f"expected a sub-query for `{parameter.name}`", "Write `[ fetch … ]`.")
        return None
    plan = binder.block(value)
    binder.define(argument)
    return (argument.alias.name, plan) if argument.alias and parameter.kind.assign else plan


def _on(binder: Binder, parameter: Parameter, argument: Argument) -> JoinKey:
    from dqlkit.plan.ops.join import JoinKey

    value = argument.value
    while isinstance(value, tree.Parentheses):
        value = value.inner
    if isinstance(value, tree.Name):
        binder.words.append((value, "field", value.name, "", False))
        return JoinKey(Column(value.name, span=value.span), Column(value.name, span=value.span))
    sides = [_side(value.left), _side(value.right)] if isinstance(value, tree.Binary) and value.operator == "==" else []
    by_name = dict(side for side in sides if side)
    if by_name.keys() != {"left", "right"}:
        if not isinstance(value, tree.Bad):  # of which syntax told
            binder.report("E013", value, "expected a field, or `left[a] == right[b]`")
        return JoinKey(Column(""), Column(""))
    return JoinKey(binder.expressions.whole(by_name["left"]), binder.expressions.whole(by_name["right"]))


def _choice(binder: Binder, parameter: Parameter, argument: Argument) -> str:
    name = _name(binder, parameter, argument)
    found = next((option for option in parameter.kind.options if option.lower() == name.lower()), None)
    if found is None and name:
        options = ", ".join(f"`{option}`" for option in parameter.kind.options)
        binder.report("E013", argument.value, f"expected one of {options} for `{parameter.name}`")
    return found or parameter.kind.options[0]


def _side(node: Node) -> tuple[str, tree.Expression] | None:
    """`left[a]` as its side and the field, `left[a][b]` as its side and a part of the field."""
    if not isinstance(node, tree.Index):
        return None
    if isinstance(node.base, tree.Name):
        return (node.base.name, node.index) if node.base.name in ("left", "right") else None
    inner = _side(node.base)
    return inner and (inner[0], replace(node, base=inner[1]))


_ROLES: Mapping[str, Callable[[Binder, Parameter, Argument], Any]] = {
    "expression": _expression,
    "constant": _constant,
    "plain": _plain,
    "field": _field,
    "aggregated": _aggregated,
    "sorted": _sorted,
    "name": _name,
    "table": _name,
    "pattern": _pattern,
    "names pattern": _pattern_of_names,
    "types": _pattern_of_names,
    "renamed": _renamed,
    "block": _block_of,
    "on": _on,
    "choice": _choice,
    "series": _series,
    "metric": _metric,
    "search": _search,
}
