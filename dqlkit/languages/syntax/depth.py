"""Limits the depth of a tree: no real text is refused, and later stages may recurse.

The parser does not recurse and reads any depth; a tree that is too deep is made flatter afterwards. Long chains of an
associative operator become balanced trees with the same meaning, since generated queries have `a or b or c …` with
thousands of operands. What is still too deep is left out and reported. Only trees of long texts are checked.

Stages of a pipeline count as levels too: each reads from the one before it, so a plan is as deep as its pipeline is long.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from dqlkit.frozen import fields
from dqlkit.languages.syntax.scanner import Tokens
from dqlkit.languages.syntax.tree import DEEPEST, Bad, Binary, Expression, Node, walk

if TYPE_CHECKING:
    from dqlkit.languages.syntax.parser import Builder

__all__ = ["LONG_CHAIN", "limit_depth"]

_FLAT = 8

LONG_CHAIN = 64
"""Chains of at least this many operands become balanced trees."""


def limit_depth(root: Node, nodes: Iterable[Node], builder: Builder, tokens: Tokens, levels: Sequence[int]) -> None:
    """Make the trees under `nodes`, parts of `root` given innermost first, at most `DEEPEST` levels deep.

    Their tokens tell how deep they can be at most (`levels` for each terminal), so that few have to be walked.
    """
    above = builder.depth(root)
    checked = -1, -1
    for node in reversed([*nodes]):
        if checked[0] <= node.start and node.end <= checked[1]:
            continue
        checked = node.start, node.end
        inside = slice(bisect_left(tokens.starts, node.start), bisect_left(tokens.starts, node.end))
        most = above + sum(map(levels.__getitem__, tokens.kinds[inside]))
        if most >= DEEPEST and _too_deep(node, above, builder):
            _balance(node, builder.associative)
            for parent, child in _too_deep(node, above, builder):
                _replace(parent, child, Bad(child.start, child.end, builder.text[child.start : child.end]))
                _report(child, builder)


def _report(node: Node, builder: Builder) -> None:
    """Report that a node is too deep, unless it is part of another error."""
    if any(error.span.start <= node.start and node.end <= error.span.end for error in builder.diagnostics):
        return
    message = f"expected at most {DEEPEST} levels of nesting, found more"
    builder.error("E001", node.start, node.end, message, help="Split the expression over several commands.")


def _too_deep(root: Node, above: int, builder: Builder) -> list[tuple[Node, Node]]:
    """The topmost expressions below the deepest level allowed, with their parents.

    A nearly flat expression may stay: `on:{a}` beside a sub-query that is too deep, or the name of a function.
    """
    found: list[tuple[Node, Node]] = []
    stack = [(root, above)]
    while stack:
        node, depth = stack.pop()
        for child in node.children():
            if depth >= DEEPEST and isinstance(child, Expression) and not _flat(child, builder):
                found.append((node, child))
            else:
                stack.append((child, depth + builder.depth(child)))
    return found


def _flat(root: Node, builder: Builder) -> bool:
    """Whether few levels are below a node."""
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > _FLAT:
            return False
        stack += [(child, depth + builder.depth(child)) for child in node.children()]
    return True


def _replace(parent: Node, child: Node, instead: Node) -> None:
    for one in fields(parent):
        value = getattr(parent, one.name)
        if value is child:
            setattr(parent, one.name, instead)
        elif isinstance(value, list):
            value[:] = [instead if item is child else item for item in value]


def _balance(root: Node, operators: Collection[str]) -> None:
    for node in walk(root):
        if isinstance(node, Binary) and node.operator in operators:
            _balance_chain(node)


def _balance_chain(top: Binary) -> None:
    """Turn `((a or b) or c) or d` into `(a or b) or (c or d)` where it is long; `top` stays the node on top."""
    starts: list[int] = []
    operands: list[Expression] = []
    node: Expression = top
    while isinstance(node, Binary) and node.operator == top.operator:
        starts.append(node.operator_start)
        operands.append(node.right)
        node = node.left
    if len(operands) < LONG_CHAIN:
        return
    operands = [node, *reversed(operands)]
    starts.reverse()
    while len(operands) > 2:
        pairs = zip(operands[::2], operands[1::2], starts[::2], strict=False)
        odd = operands[-1:] if len(operands) % 2 else []
        operands = [Binary(a.start, b.end, top.operator, a, b, start) for a, b, start in pairs] + odd
        starts = starts[1::2]
    top.left, top.right, top.operator_start = operands[0], operands[1], starts[0]
