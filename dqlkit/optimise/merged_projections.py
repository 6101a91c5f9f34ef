"""A field that is computed once and read once is computed where it is read, so that stages which only compute are one.

Before:

    fetch logs | fieldsAdd a = lower(content) | fieldsAdd b = substring(a, from:3) | summarize n = count(), by:{b}

After:

    Aggregate keys={b = substring(lower(content), 3)} values={n = count()}
      Scan table=logs
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping

from dqlkit.frozen import replace
from dqlkit.optimise.known import Known
from dqlkit.plan.expressions import Call, Column, Expression, Loop, literal, walk
from dqlkit.plan.expressions import rewrite as rewritten
from dqlkit.plan.operators import Field, Operator, nodes
from dqlkit.plan.ops.aggregate import Aggregate
from dqlkit.plan.ops.project import Project

__all__ = ["OF", "change"]

#: Most others look through fewer stages then.
TURN = 2

#: The operators that a projection is merged with.
OF = (Aggregate, Project)

#: Expressions of more nodes are not made.
_MOST = 64


def change(operator: Aggregate | Project, known: Known) -> Operator:
    """The operator with the projection below it in it, where nothing is computed more often for that."""
    below = operator.source
    if not isinstance(below, Project) or id(below) in known.shared:
        return operator
    held = {field.name: field for field in below.fields}
    computed = {name: one.expression for name, one in held.items() if one.computes}
    if computed and not all(_may_move(computed[name], count) for name, count in _uses(operator, computed).items()):
        return operator
    merged = _over(operator, below, held)
    old = _fields(operator)
    made = (one.expression for one, before in zip(_fields(merged), old, strict=True) if one is not before)
    return operator if any(map(_is_large, made)) else merged


def _fields(operator: Aggregate | Project) -> tuple[Field, ...]:
    """The fields that an operator computes."""
    return operator.fields if isinstance(operator, Project) else (*operator.keys, *operator.values)


def _is_large(expression: Expression) -> bool:
    """Whether an expression has grown so large that it had better be computed in steps."""
    return not isinstance(expression, Column) and len(walk(expression)) > _MOST


def _uses(operator: Aggregate | Project, names: Container[str]) -> Counter[str]:
    """How often each field of these names is read; what is inside of a loop is read for each of its elements."""
    found: Counter[str] = Counter()
    for node in nodes(operator):
        if isinstance(node, Column):
            if node.name in names:
                found[node.name] += 1
        elif isinstance(node, Loop):
            found.update(inner.name for inner in walk(node.body) if isinstance(inner, Column) and inner.name in names)
    return found


def _may_move(expression: Expression, count: int) -> bool:
    """Whether what is computed may be computed where it is read: once, or as often as that costs nothing more."""
    if isinstance(expression, Call) and expression.function.together is not None:
        return True
    volatile = any(isinstance(node, Call) and node.function.volatile for node in walk(expression))
    return count == 1 and not volatile


def _over(operator: Aggregate | Project, below: Project, held: Mapping[str, Field]) -> Aggregate | Project:
    """The operator over what the projection reads."""

    def found(node: Expression) -> Expression | None:
        if not isinstance(node, Column):
            return None
        return held[node.name].expression if node.name in held else literal(None)

    def moved(field: Field) -> Field:
        if field.name in held and isinstance(field.expression, Column) and field.expression.name == field.name:
            return held[field.name]
        expression = rewritten(field.expression, found)
        return field if expression is field.expression else Field(field.name, expression)

    source = below.source
    if isinstance(operator, Aggregate):
        keys, values = tuple(map(moved, operator.keys)), tuple(map(moved, operator.values))
        return replace(operator, source=source, keys=keys, values=values)
    copied = {
        field.name
        for field in operator.fields
        if isinstance(field.expression, Column) and field.expression.name in below.kept
    }
    return replace(operator, source=source, fields=tuple(map(moved, operator.fields)), kept=operator.kept & copied)
