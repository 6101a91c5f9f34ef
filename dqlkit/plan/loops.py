"""Loops that aggregate: `sum(a[])` adds up the first elements of all records, the second ones, and so on.

A language binds it as it is written, as a loop over `a` that holds an aggregation of an element. Engines run the
inverse: one aggregation per position, which yields an array, and a loop over these arrays where more is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dqlkit.frozen import replace
from dqlkit.plan.expressions import Call, Expression, Item, Loop, children, rewrite

__all__ = ["by_position", "is_aggregation", "level"]


def is_aggregation(expression: Expression) -> bool:
    """Whether this is an aggregation: a call, or a loop around one, which aggregates by position."""
    call = expression.body if isinstance(expression, Loop) else expression
    return isinstance(call, Call) and call.function.family == "aggregation"


def by_position(expression: Expression) -> Expression:
    """The expression with loops that aggregate turned inside out: `sum(a[]) / 2` into `s[] / 2` where `s` is
    `sum(a[])`.

    The arrays of one aggregation must be equally long in a record, or it takes no part. An aggregation of no element,
    such as `count()`, stays one for all positions.
    """

    def change(node: Expression) -> Expression | None:
        if isinstance(node, Loop) and any(map(_aggregates_items, level(node.body))):
            return _turned(node)
        return None

    return rewrite(expression, change)


def level(expression: Expression) -> Iterator[Expression]:
    """The nodes in which `Item` refers to the same loop as at the top: all but the bodies of inner loops."""
    yield expression
    for child in expression.sources if isinstance(expression, Loop) else children(expression):
        yield from level(child)


def _aggregates_items(node: Expression) -> bool:
    return is_aggregation(node) and isinstance(node, Call) and any(isinstance(one, Item) for one in level(node))


def _turned(loop: Loop) -> Expression:
    arrays: list[Expression] = []

    def element(array: Expression) -> Item:
        if array not in arrays:
            arrays.append(array)
        return Item(arrays.index(array))

    def change(node: Expression) -> Expression | None:
        if _aggregates_items(node):
            return element(_narrowed(replace(loop, body=node)))
        return element(loop.sources[node.index]) if isinstance(node, Item) and node.index >= 0 else None

    body = _rewrite_level(loop.body, change)
    return arrays[0] if body == Item(0) else replace(loop, sources=tuple(arrays), body=body)


def _narrowed(loop: Loop) -> Loop:
    """The loop over only those arrays that its body takes elements of, if it takes any."""
    used = sorted({node.index for node in level(loop.body) if isinstance(node, Item) and node.index >= 0})
    if not used:
        return loop

    def change(node: Expression) -> Expression | None:
        return Item(used.index(node.index)) if isinstance(node, Item) and node.index >= 0 else None

    return replace(loop, sources=tuple(loop.sources[k] for k in used), body=_rewrite_level(loop.body, change))


def _rewrite_level(expression: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """`rewrite`, but only where `Item` refers to the same loop as at the top."""

    def inner(node: Expression) -> Expression | None:
        if isinstance(node, Loop):
            return replace(node, sources=tuple(_rewrite_level(source, change) for source in node.sources))
        return change(node)

    return rewrite(expression, inner)
