"""Rewrites whole plans: expressions, inputs, names of tables and fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import is_
from typing import Any, TypeVar

from dqlkit.frozen import fields, replace
from dqlkit.plan.expressions import Column, Expression, rewrite
from dqlkit.plan.operators import Field, Operator, may_hold
from dqlkit.plan.ops.fetch import Fetch
from dqlkit.plan.ops.nested import Nested
from dqlkit.plan.walk import main_stream, map_operators, with_inputs

__all__ = ["change_expressions", "map_expressions", "rename", "visible"]

T = TypeVar("T")

Change = Callable[[Expression], Expression]


def map_expressions(operator: Operator, change: Change) -> Operator:
    """The operator with every expression of its own changed; itself where none of them is."""
    changed = _changed(operator, change)
    assert isinstance(changed, Operator)
    return changed


def _changed(value: Any, change: Change) -> Any:
    """What a field holds, changed; and anything that has fields, with those changed that may hold expressions."""
    made: dict[str, Any] = {}
    for name in may_hold(value.__class__):
        old = getattr(value, name)
        new = _changed_in(old, change) if old else old
        if new is not old:
            made[name] = new
    return replace(value, **made) if made else value


def _changed_in(value: Any, change: Change) -> Any:
    if isinstance(value, Expression):
        return change(value)
    if not isinstance(value, tuple):
        return value if isinstance(value, Operator) else _changed(value, change)
    items = [_changed_in(item, change) for item in value]
    if all(map(is_, items, value)):
        return value
    return type(value)(*items) if hasattr(value, "_fields") else tuple(items)


def change_expressions(plan: Operator, change: Callable[[Expression], Expression | None]) -> Operator:
    """The whole plan with nodes of its expressions replaced; `change` is as for `expressions.rewrite`."""

    def changed(operator: Operator) -> Operator:
        return map_expressions(operator, lambda expression: rewrite(expression, change))

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

    renamed = map_expressions(operator, lambda expression: rewrite(expression, column))
    renamed = with_inputs(renamed, lambda source: below[id(source)])
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
