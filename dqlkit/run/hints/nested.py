"""Nested values that a query treats as text.

The platform stores the nested objects of business events as JSON texts, and queries made there parse them. Exports and
payloads hold the objects themselves, for which functions of texts yield null.
"""

from __future__ import annotations

from collections.abc import Iterator

from dqlkit.functions.context import Notice
from dqlkit.plan.expressions import Call, Column, walk
from dqlkit.plan.operators import Operator, expressions
from dqlkit.plan.ops.parse import Parse
from dqlkit.plan.walk import operators
from dqlkit.run.hints.outcome import Outcome
from dqlkit.types.kinds import Array, Record

__all__ = ["nested_texts"]

_MESSAGE = (
    "`{0}` holds nested values here, for which functions of texts yield null. The platform stores them as JSON text in "
    "business events: read the table so: `dqlkit.read(…, as_ingested=True)`, or `--as-ingested`."
)


def nested_texts(outcome: Outcome) -> Iterator[Notice]:
    """A notice for each nested field that the plan treats as text."""
    schemas = [table.schema for table in outcome.tables.values()]
    nested = {name for schema in schemas for name in schema.stored if isinstance(schema.type(name), (Array, Record))}
    for name in dict.fromkeys(_texts(outcome.plan)):
        if name in nested:
            yield Notice("NESTED_VALUES_ARE_NO_TEXT", _MESSAGE.format(name))


def _texts(plan: Operator) -> Iterator[str]:
    """Fields that are parsed, or are the first argument of a function that takes text and nothing else."""
    for operator in operators(plan):
        if isinstance(operator, Parse) and isinstance(operator.text, Column):
            yield operator.text.name
        for expression in expressions(operator):
            for node in walk(expression):
                if isinstance(node, Call) and node.arguments and node.function.signature.parameters:
                    first = node.arguments[0]
                    if isinstance(first, Column) and node.function.signature.parameters[0].kind.types == {"string"}:
                        yield first.name
