"""The plan of an ADQL query in the operators and functions that every language has.

Operators and functions that only ADQL has are replaced by common ones, exactly where possible; otherwise by the nearest
ones, with a diagnostic for the difference. All else is unchanged. `ranked` is the inverse for nested top groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dqlkit.diagnostics import Diagnostic, Span, warning
from dqlkit.languages.adql.calls import aggregate, call
from dqlkit.languages.adql.fulltext import words
from dqlkit.languages.adql.measures import as_metric, integer_sum, shared_measure
from dqlkit.plan.expressions import Call, Column, Expression, Literal, children, literal, rewrite
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.dedup import Dedup
from dqlkit.plan.ops.expand import Expand
from dqlkit.plan.ops.extend import Extend
from dqlkit.plan.ops.limit import Limit
from dqlkit.plan.ops.nested import Nested
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Order, Sort
from dqlkit.plan.ops.top import Level, Top
from dqlkit.plan.transform import change_expressions
from dqlkit.plan.walk import expressions, map_operators, operators
from dqlkit.types.kinds import NULL, Record

__all__ = ["common", "expanded", "ranked"]

_NOWHERE = Span(0, 0)


def common(plan: Operator | Expression) -> tuple[Operator | Expression, list[Diagnostic]]:
    """The plan without operators and functions that only ADQL has, and diagnostics for what changes by that."""
    if isinstance(plan, Expression):
        return rewrite(plan, _phrase), list(_in_expression(plan, divided=False))
    found = [d for operator in operators(plan) for d in _differences(operator)]
    return change_expressions(change_expressions(map_operators(plan, _operator), _phrase), shared_measure), found


# ---- operators ------------------------------------------------------------------------------------------------------


def _operator(plan: Operator) -> Operator:
    if isinstance(plan, Nested):
        return plan.source
    return expanded(plan) if isinstance(plan, Top) else plan


def expanded(top: Top) -> Operator:
    """The first groups of each level with common operators: collect the records of a group into arrays, sort, cut, and
    expand again."""
    assert isinstance(top.source, Aggregate)
    names = [field.name for field in (*top.source.keys, *top.source.values)]
    plan: Operator = top.source
    ranks: list[Order] = []
    above: list[str] = []
    kept: list[str] = []
    for depth, level in enumerate(top.levels[:-1], 1):
        measured = [Field(f"rank {depth}.{k}", o.expression) for k, o in enumerate(level.order, 1) if _computes(o)]
        rest = [name for name in names if name not in (*above, level.key)]
        keys = [Field(name, Column(name)) for name in (*kept, *above, level.key)]
        plan = Aggregate(plan, tuple(keys), (*measured, Field("rows", _collected(rest))), span=top.span)
        columns = iter(measured)
        ranks += [Order(Column(next(columns).name), o.descending) if _computes(o) else o for o in level.ranks]
        plan = _cut(Sort(plan, tuple(ranks), span=top.span), above, level.count)
        plan = Expand(plan, Field("rows", Column("rows")), span=top.span)
        members = (Field(name, call("getRecordField", Column("rows"), literal(name))) for name in rest)
        plan = Extend(plan, tuple(members), span=top.span)
        above.append(level.key)
        kept += [field.name for field in measured]
    last = top.levels[-1]
    plan = Sort(plan, (*ranks, *last.ranks), span=top.span)
    plan = _cut(plan, above, last.count)
    return Project(plan, tuple(Field(name, Column(name)) for name in names), span=top.span)


def _computes(order: Order) -> bool:
    return isinstance(order.expression, Call)


def _cut(plan: Operator, above: Sequence[str], count: int | None) -> Operator:
    """Keep the first `count` records of each group of the level above."""
    if count is None:
        return plan
    return (
        Dedup(plan, tuple(map(Column, above)), (), count, span=plan.span)
        if above
        else Limit(plan, count, span=plan.span)
    )


def _collected(names: Sequence[str]) -> Expression:
    shape = Literal(dict.fromkeys(names), Record((name, NULL) for name in names))
    return aggregate("collectArray", call("record", shape, *map(Column, names)))


def ranked(plan: Operator) -> Operator:
    """The plan with the output of `expanded` turned back into `Top`."""
    return map_operators(plan, _ranked)


def _ranked(plan: Operator) -> Operator:
    top = _as_top(plan) if isinstance(plan, Project) else None
    return top if top is not None and expanded(top) == plan else plan


def _as_top(plan: Project) -> Top | None:
    """The `Top` that `plan` may be the expansion of; the caller checks whether it is."""
    current, counts = _count(plan.source)
    if not isinstance(current, Sort):
        return None
    keys, found = list(current.keys), list[Aggregate]()
    current = current.source
    while isinstance(current, Extend) and isinstance(current.source, Expand):
        below, more = _count(current.source.source)
        if not isinstance(below, Sort) or not isinstance(below.source, Aggregate):
            return None
        found.insert(0, below.source)
        counts = more + counts
        current = below.source.source
    if not found or not isinstance(current, Aggregate) or len(current.keys) <= len(found):
        return None
    names = [one.keys[-1].name for one in found if one.keys]
    last = next((field.name for field in current.keys if field.name not in names), "")
    measured = {field.name: field.expression for one in found for field in one.values}
    return Top(current, tuple(_levels([*names, last], keys, measured, counts)), span=plan.span)


def _count(plan: Operator) -> tuple[Operator, list[int | None]]:
    """The input of a cut, and how many records it keeps."""
    if isinstance(plan, (Dedup, Limit)):
        return plan.source, [plan.count]
    return plan, [None]


def _levels(
    names: Sequence[str], keys: list[Order], measured: dict[str, Expression], counts: Sequence[int | None]
) -> Iterator[Level]:
    """Split the keys of the last sort into levels: the order of each level ends with its own key."""
    for name, count in zip(names, counts, strict=False):
        end = next((k for k, order in enumerate(keys) if _name(order) == name), len(keys) - 1)
        own, keys = keys[: end + 1], keys[end + 1 :]
        order = [Order(measured.get(_name(o), o.expression), o.descending) for o in own]
        yield Level(name, tuple(order if len(order) == 1 or own[-1].descending else order[:-1]), count)


def _name(order: Order) -> str:
    return order.expression.name if isinstance(order.expression, Column) else ""


# ---- functions ------------------------------------------------------------------------------------------------------


def _phrase(node: Expression) -> Expression | None:
    """A test of the words of a text as a search for a phrase."""
    if not isinstance(node, Call):
        return None
    value = next((a for a in node.arguments if isinstance(a, Call) and a.function is words), None)
    wanted = next((a for a in node.arguments if isinstance(a, tuple)), ())
    if value is None or len(wanted) != 1:
        return None
    return call("matchesPhrase", *value.arguments, wanted[0], span=node.span)


# ---- what differs ---------------------------------------------------------------------------------------------------


def _differences(operator: Operator) -> Iterator[Diagnostic]:
    if isinstance(operator, Nested):
        yield _nested(operator)
    for expression in expressions(operator):
        yield from _in_expression(expression, divided=False)


def _nested(operator: Nested) -> Diagnostic:
    names = ", ".join(f"`{'.'.join(path)}`" for path in operator.paths)
    message = f"{names}: nested there, possibly with several values; read here as fields of that name"
    return warning("T102", operator.span or _NOWHERE, message, help="Map the names to fields of the target.")


def _in_expression(node: Expression, divided: bool) -> Iterator[Diagnostic]:
    if isinstance(node, Call):
        divided = divided or node.function.name in ("divide", "modulo")
        if divided and _adds(node):
            message = "A sum of whole numbers is whole there and divides without a fraction; here it has one."
            yield warning("T106", node.span or _NOWHERE, message, help="Convert with `toFloat(…)` before dividing.")
        if node.function is words:
            message = "A full text is split into words differently, at changes of letter case above all."
            yield warning("T104", node.span or _NOWHERE, message)
    for child in children(node):
        yield from _in_expression(child, divided)


def _adds(node: Call) -> bool:
    """Whether this is ADQL's own sum, of single values or of several."""
    single = as_metric(node) or node
    return isinstance(single, Call) and single.function is integer_sum
