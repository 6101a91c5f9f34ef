"""Rewrites whole plans: expressions, inputs, names of tables and fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from dqlkit.frozen import fields, replace
from dqlkit.plan.expressions import Column, Expression, rewrite
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.nested import Nested
from dqlkit.plan.walk import main_stream, map_operators

__all__ = ["change_expressions", "map_expressions", "rename", "visible"]

T = TypeVar("T")

Change = Callable[[Expression], Expression]


def map_expressions(operator: Operator, change: Change, below: Callable[[Operator], Operator]) -> Operator:
    """The operator with every expression of its own changed, and with other inputs."""
    changed = {f.name: _changed(getattr(operator, f.name), change, below) for f in fields(operator) if f.init}
    return replace(operator, **changed)


def _changed(value: Any, change: Change, below: Callable[[Operator], Operator]) -> Any:
    if isinstance(value, Operator):
        return below(value)
    if isinstance(value, Expression):
        return change(value)
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(_changed(item, change, below) for item in value)
    if hasattr(value, "_fields"):
        return type(value)(*(_changed(item, change, below) for item in value))
    if fields(value) and not isinstance(value, type):
        return replace(
            value, **{f.name: _changed(getattr(value, f.name), change, below) for f in fields(value) if f.init}
        )
    return value


def change_expressions(plan: Operator, change: Callable[[Expression], Expression | None]) -> Operator:
    """The whole plan with nodes of its expressions replaced; `change` is as for `expressions.rewrite`."""

    def changed(operator: Operator) -> Operator:
        return map_expressions(operator, lambda expression: rewrite(expression, change), lambda source: source)

    return map_operators(plan, changed)


def rename(plan: Operator | Expression, names: Mapping[str, str]) -> Operator | Expression:
    """Rename tables and their fields in a plan. The names of the answer's columns stay."""
    if isinstance(plan, Operator):
        return _rename(plan, names) if names else plan
    return rewrite(plan, lambda n: replace(n, name=names.get(n.name, n.name)) if isinstance(n, Column) else None)


def _rename(plan: Operator, names: Mapping[str, str]) -> Operator:
    """Rename tables and fields. A name is followed from its table up to the stage that redefines it."""
    renamed, live = plan, names
    for operator in main_stream(plan):
        source = operator.inputs[0] if operator.inputs else None
        below = {id(source): renamed} if source is not None else {}
        below |= {id(other): _rename(other, names) for other in operator.inputs[1:]}
        renamed = _renamed(operator, names, live, below)
        if source is not None and not isinstance(operator, Nested):  # which makes no field that has another name
            live = visible(operator, live)
    return renamed


def _renamed(
    operator: Operator, names: Mapping[str, str], live: Mapping[str, str], below: Mapping[int, Operator]
) -> Operator:
    """Rename fields in one operator: `live` are the renamings that hold for its input, `below` its renamed inputs."""
    if isinstance(operator, Fetch):
        return replace(operator, table=names.get(operator.table, operator.table))

    def column(node: Expression) -> Expression | None:
        return replace(node, name=live.get(node.name, node.name)) if isinstance(node, Column) else None

    renamed = map_expressions(
        operator, lambda expression: rewrite(expression, column), lambda source: below[id(source)]
    )
    return _without(renamed, names) if isinstance(renamed, Nested) else renamed


def _without(nested: Nested, names: Mapping[str, str]) -> Operator:
    """A nested field that is renamed becomes a field of its own."""
    left = tuple(path for path in nested.paths if ".".join(path) not in names)
    return replace(nested, paths=left) if left else nested.source


def visible(plan: Operator, names: Mapping[str, T]) -> Mapping[str, T]:
    """What holds of fields, by name, after the operator: those that it makes hide older ones of their name."""
    made = {f.name for f in _own_fields(plan)}
    return {name: held for name, held in names.items() if name not in made and plan.keeps(name)}


def _own_fields(plan: Operator) -> Iterator[Field]:
    for f in fields(plan):
        value = getattr(plan, f.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Field):
                yield item
