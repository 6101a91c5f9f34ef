"""DQL syntax trees as a parser could build them, but without positions, and comments to put into texts."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from dqlkit.frozen import fields
from dqlkit.languages.dql.tree import Command, Pipeline, Subquery
from dqlkit.languages.syntax.tree import (
    Argument,
    Binary,
    Boolean,
    Call,
    Duration,
    Each,
    Expression,
    Group,
    Hole,
    Index,
    Name,
    Node,
    Null,
    Number,
    Parentheses,
    String,
    Unary,
    Variable,
)

__all__ = ["expressions", "pipelines", "words"]

WORDS = ("a", "b.c", "dt.entity.host", "by", "in", "is", "asc", "desc", "count", "avail.7d", "true", "NOT", "größe")
UNITS = ("ns", "us", "ms", "s", "m", "h", "d", "w", "M", "q", "y", "min", "hours")
COMMANDS = ("fetch", "fields", "fieldsAdd", "summarize", "sort", "append", "somethingElse")
FUNCTIONS = ("count", "toDouble", "contains", "coalesce", "somethingElse")

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
names = st.builds(
    lambda name: Name(-1, -1, name),
    st.sampled_from(WORDS) | st.text(string.ascii_letters, min_size=1, max_size=6) | texts.filter(bool),
)
durations = st.builds(lambda amount, unit: Duration(-1, -1, amount, unit), st.integers(0, 999), st.sampled_from(UNITS))
steps = st.builds(lambda amount, unit: Duration(-1, -1, amount, unit), st.integers(1, 3), st.sampled_from("smhdwMqy"))
strings = st.builds(lambda value: String(-1, -1, value), texts)
numbers = st.builds(
    lambda value: Number(-1, -1, value),
    st.integers(0, 2**63 - 1) | st.floats(0, allow_nan=False, allow_infinity=False),
)
leaves: st.SearchStrategy[Expression] = st.one_of(
    names,
    strings,
    numbers,
    durations,
    st.builds(lambda value: Boolean(-1, -1, value), st.booleans()),
    st.just(Null(-1, -1)),
    st.builds(lambda mode: Variable(-1, -1, "host", mode), st.sampled_from(("", "noquote", "backtick"))),
    # `{{ value }}` would be a group in a group where a value stands.
    st.builds(lambda text: Hole(-1, -1, text), st.sampled_from(("{{ .value }}", "${value}"))),
)


def _binary(operator: str, left: Expression, right: Expression) -> Binary:
    return Binary(-1, -1, operator, left, right)


def _compound(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    members = st.lists(arguments(inner), max_size=3)
    indexes = st.one_of(names, strings, numbers, st.builds(lambda number: Unary(-1, -1, "-", number), numbers))
    operators = ("or", "xor", "and", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%")
    return st.one_of(
        st.builds(_binary, st.sampled_from(operators), inner, inner),
        st.builds(_binary, st.just("@"), inner, steps),
        st.builds(_binary, st.just("~"), inner, strings),
        st.builds(
            lambda operator, operand: Unary(-1, -1, operator, operand), st.sampled_from(("not", "-", "+")), inner
        ),
        st.builds(lambda step: Unary(-1, -1, "@", step), steps),
        st.builds(lambda base: Each(-1, -1, base), inner),
        st.builds(lambda base, index: Index(-1, -1, base, index), inner, indexes),
        st.builds(lambda inner: Parentheses(-1, -1, inner), inner),
        st.builds(lambda name, given: Call(-1, -1, Name(-1, -1, name), given), st.sampled_from(FUNCTIONS), members),
    )


def arguments(values: st.SearchStrategy[Expression]) -> st.SearchStrategy[Argument]:
    """`name: alias = value direction`, each but the value optional."""
    labels = st.none() | st.builds(lambda name: Name(-1, -1, name), st.sampled_from(("kind", "limit", "first.one")))
    directions = st.sampled_from(("", "", "asc", "desc"))
    return st.builds(
        lambda value, name, alias, direction: Argument(-1, -1, value, name, alias, direction),
        values,
        labels,
        st.none() | names,
        directions,
    )


def _groups(values: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.builds(lambda members: Group(-1, -1, members), st.lists(arguments(values), max_size=3))


expressions: st.SearchStrategy[Expression] = st.recursive(leaves, _compound, max_leaves=12)


def _pipelines(values: st.SearchStrategy[Expression]) -> st.SearchStrategy[Pipeline]:
    commands = st.builds(
        lambda name, given: Command(-1, -1, Name(-1, -1, name), given),
        st.sampled_from(COMMANDS),
        st.lists(arguments(values), max_size=3),
    )
    return st.builds(lambda given: Pipeline(-1, -1, given), st.lists(commands, min_size=1, max_size=3))


def _subqueries(values: st.SearchStrategy[Expression]) -> st.SearchStrategy[Subquery]:
    return st.builds(lambda pipeline: Subquery(-1, -1, pipeline), _pipelines(values))


_groups_too = expressions | _groups(expressions)
_searches = st.builds(_binary, st.just("in"), expressions, _subqueries(_groups_too))

pipelines: st.SearchStrategy[Pipeline] = _pipelines(
    st.one_of(
        _groups_too,
        _subqueries(_groups_too | _searches),
        _searches,
        st.builds(_binary, st.sampled_from(("and", "or", "==")), _searches, expressions),
    )
)


def words(node: object) -> object:
    """What a tree says, as plain values: positions and parentheses left out, chains of `and` and the like flat."""
    if isinstance(node, Parentheses):
        return words(node.inner)
    if isinstance(node, list):
        return [words(item) for item in node]
    if isinstance(node, Binary) and node.operator in ("and", "or", "xor"):
        return node.operator, [*_operands(node.operator, node.left), *_operands(node.operator, node.right)]
    if isinstance(node, Node):
        return type(node).__name__, *(words(getattr(node, field.name)) for field in fields(node) if field.compare)
    return node


def _operands(operator: str, node: Expression) -> list[object]:
    while isinstance(node, Parentheses):
        node = node.inner
    if isinstance(node, Binary) and node.operator == operator:
        return [*_operands(operator, node.left), *_operands(operator, node.right)]
    return [words(node)]
