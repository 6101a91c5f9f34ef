"""The canonical text of a query, and the labels of columns: trees are normalised, then printed on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dqlkit.frozen import replace
from dqlkit.languages.adql.format import AdqlPrinter
from dqlkit.languages.adql.tree import (
    Between,
    Having,
    IsNull,
    Match,
    Membership,
    OrderBy,
    Query,
    Select,
    Where,
    WhereArgument,
)
from dqlkit.languages.syntax.fold import Normaliser
from dqlkit.languages.syntax.layout import Cat, Doc, render
from dqlkit.languages.syntax.tree import (
    Argument,
    Binary,
    Call,
    Duration,
    Expression,
    Node,
    Number,
    Unary,
)

__all__ = ["canonical", "label"]


def canonical(node: Node) -> str:
    """The canonical text of a query or a condition: one line, one spelling of quotes, units and defaults."""
    return _print(_Canonical().normalise(node))


def label(node: Expression) -> str:
    """The default label of an item's column: its canonical text without back quotes."""
    return _print(_Canonical().normalise(node)).replace("`", "")


def _print(node: Node) -> str:
    printer = _CanonicalPrinter()
    printer.fold(node)
    return render(printer.of(node), width=1 << 29)


class _Canonical(Normaliser):
    """Makes a normalised copy of a tree, which prints as the canonical text."""

    def unary(self, node: Unary) -> Node:
        operand = self.of(node.operand)
        if node.operator == "+":
            return operand  # type: ignore[no-any-return]
        if node.operator == "not" and isinstance(operand, (Membership, Between, Match, IsNull)):
            return replace(operand, negated=not operand.negated)
        return Unary(-1, -1, node.operator, operand)

    def binary(self, node: Binary) -> Node:
        return Binary(-1, -1, node.operator, self.of(node.left), self.of(node.right))

    def membership(self, node: Membership) -> Node:
        return Membership(-1, -1, self.of(node.operand), [self.of(m) for m in node.members], node.negated)

    def between(self, node: Between) -> Node:
        return replace(node, operand=self.of(node.operand), low=self.of(node.low), high=self.of(node.high))

    def match(self, node: Match) -> Node:
        return replace(node, operand=self.of(node.operand), pattern=self.of(node.pattern))

    def isnull(self, node: IsNull) -> Node:
        return IsNull(-1, -1, self.of(node.operand), node.negated)

    def whereargument(self, node: WhereArgument) -> Node:
        return WhereArgument(-1, -1, self.of(node.condition))

    def argument(self, node: Argument) -> Node:
        direction = "" if node.direction == "asc" else node.direction
        return Argument(-1, -1, self.of(node.value), None, node.alias, direction)

    def call(self, node: Call) -> Node:
        return Call(-1, -1, node.function, [self.of(argument) for argument in node.arguments])

    def select(self, node: Select) -> Node:
        return Select(-1, -1, [self.of(item) for item in node.items], node.distinct)

    def where(self, node: Where) -> Node:
        return Where(-1, -1, self.of(node.condition))

    def having(self, node: Having) -> Node:
        return Having(-1, -1, self.of(node.condition))

    def orderby(self, node: OrderBy) -> Node:
        return OrderBy(-1, -1, [self.of(key) for key in node.keys])

    def query(self, node: Query) -> Node:
        changed: Any = {name: getattr(node, name) for name in ("select", "where", "having", "order")}
        return replace(node, **{name: clause and self.of(clause) for name, clause in changed.items()})


class _CanonicalPrinter(AdqlPrinter):
    """One line."""

    chained = frozenset()

    def number(self, node: Number) -> Doc:
        return (
            str(node.value)
            if isinstance(node.value, int)
            else f"{node.value:.17f}".rstrip("0").ljust(3, "0")
            if "e" in repr(node.value)
            else repr(node.value)
        )

    def moment(self, node: Node) -> str:
        return f"{node.amount} {node.unit[0]}" if isinstance(node, Duration) else super().moment(node)

    def between_clauses(self, before: Sequence[Doc]) -> list[Doc]:
        return [" "] if before else []

    def bracketed(self, open: str, items: Sequence[Doc], close: str, **_comments: Sequence[Doc]) -> Doc:
        parts: list[Doc] = [open]
        for index, item in enumerate(items):
            parts += [", ", item] if index else [item]
        return Cat([*parts, close])
