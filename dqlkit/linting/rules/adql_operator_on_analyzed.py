"""A006."""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.diagnostics import Edit, Fix, Span
from dqlkit.languages.adql.schema import schema_of
from dqlkit.languages.adql.tree import Membership, Path, Query
from dqlkit.languages.syntax.tree import Binary, Expression, Name
from dqlkit.linting.rule import Findings, rule
from dqlkit.linting.subject import Subject

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "<>")


@rule("A006", "operator-on-analyzed", severity="warning", languages=("adql",))
def adql_operator_on_analyzed(subject: Subject) -> Findings:
    """A full-text field compared as a whole.

    What: `message` of logs, errors of transactions and stack traces are split into words.
    Why: `=`, `IN` and the like find nothing that is longer than a word.
    Bad: `SELECT message FROM logs WHERE message = 'disk full'`
    Good: `SELECT message FROM logs WHERE message LIKE 'disk full'`
    """
    query = subject.parsed.tree
    if not isinstance(query, Query) or query.source is None:
        return
    analysed = schema_of(query.source.event_type.name, {}).analysed
    for node, field in _compared(subject):
        if field.name in analysed:
            fix = None
            if isinstance(node, Binary) and node.operator == "=":
                start = node.operator_start
                fix = Fix("Write `LIKE`", (Edit(Span(start, start + 1), "LIKE"),), safe=False)
            message = f"`{field.name}` is full text and is not compared as a whole."
            yield subject.finding(node.span, message, help="Use `LIKE`.", fix=fix)


def _compared(subject: Subject) -> Iterator[tuple[Expression, Name | Path]]:
    for node in subject.nodes:
        if isinstance(node, Binary) and node.operator in _OPERATORS and isinstance(node.left, (Name, Path)):
            yield node, node.left
        elif isinstance(node, Membership) and isinstance(node.operand, (Name, Path)):
            yield node, node.operand
