"""What ADQL adds to the shared expression nodes: clauses, and its predicates."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.frozen import field, mutable
from dqlkit.languages.syntax.tree import Argument, Duration, Expression, Name, Node, Number, Parentheses

__all__ = [
    "Between",
    "Clause",
    "Everything",
    "FromClause",
    "Having",
    "IsNull",
    "Limit",
    "Match",
    "Membership",
    "OrderBy",
    "Path",
    "Query",
    "Select",
    "Since",
    "Where",
    "WhereArgument",
    "bare",
]


def bare(node: Expression) -> Expression:
    """What stands in parentheses, however many."""
    while isinstance(node, Parentheses):
        node = node.inner
    return node


@mutable
class Path(Expression):
    """A nested field: two or more names joined by dots. One name alone, dots inside back quotes or not, is a `Name`."""

    parts: list[Name]

    @property
    def name(self) -> str:
        """The path as one text, without quotes."""
        return ".".join(part.name for part in self.parts)


@mutable
class Everything(Expression):
    """`*` where a value stands: all fields in `SELECT *`, all events in `count(*)`."""


@mutable
class Membership(Expression):
    """`operand IN (members)`."""

    operand: Expression
    members: list[Expression]
    negated: bool = False


@mutable
class Between(Expression):
    """`operand BETWEEN [low, high)`: a bound belongs to the interval unless it is open."""

    operand: Expression
    low: Expression
    high: Expression
    open_low: bool = False
    open_high: bool = False
    negated: bool = False


@mutable
class Match(Expression):
    """`operand LIKE pattern` or `operand REGEXP pattern`; `operator` is lower case."""

    operator: str
    operand: Expression
    pattern: Expression
    negated: bool = False


@mutable
class IsNull(Expression):
    """`operand IS NULL`."""

    operand: Expression
    negated: bool = False


@mutable
class WhereArgument(Expression):
    """`WHERE condition` as an argument of `filter`."""

    condition: Expression


@mutable
class Clause(Node):
    """Base of the clauses."""


@mutable
class Select(Clause):
    """`SELECT items`. A `distinct` list may be written as `DISTINCT a, b` or `distinct(a), b`."""

    items: list[Argument]
    distinct: bool = False


@mutable
class FromClause(Clause):
    event_type: Name | Path


@mutable
class Where(Clause):
    condition: Expression


@mutable
class Since(Clause):
    """`SINCE first UNTIL last`: a number is milliseconds since 1970, a duration a length of time before now."""

    first: Number | Duration
    last: Number | Duration | None = None


@mutable
class Having(Clause):
    condition: Expression


@mutable
class OrderBy(Clause):
    """Each key has a value and perhaps a direction, `asc` or `desc`."""

    keys: list[Argument]


@mutable
class Limit(Clause):
    counts: list[Number]


@mutable
class Query(Node):
    """A statement. `select` and `source` are missing only where the text has none."""

    select: Select | None = None
    source: FromClause | None = None
    where: Where | None = None
    since: Since | None = None
    having: Having | None = None
    order: OrderBy | None = None
    limit: Limit | None = None
    ended: bool = field(default=False, compare=False)

    def clauses(self) -> Iterator[Clause]:
        """The clauses that there are, in the one order ADQL has for them."""
        for clause in (self.select, self.source, self.where, self.since, self.having, self.order, self.limit):
            if clause is not None:
                yield clause
