"""A notice for empty answers: the query may treat nested values of a table as text.

The platform stores the nested objects of business events as JSON texts, and queries made there parse them. Exports and
payloads hold the objects themselves, for which functions of texts yield null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import polars as pl

from dqlkit.engines.table import Table
from dqlkit.functions.context import Notice
from dqlkit.plan.expressions import Call, Column, walk
from dqlkit.plan.operators import Operator, expressions
from dqlkit.plan.ops.filter import Filter
from dqlkit.plan.ops.parse import Parse
from dqlkit.plan.walk import main_stream, operators
from dqlkit.types.kinds import Array, Record

__all__ = ["missing_fields", "nested_texts"]

_MESSAGE = (
    "`{0}` holds nested values here, for which functions of texts yield null. The platform stores them as JSON text in "
    "business events: read the table so: `dqlkit.read(…, as_ingested=True)`, or `--as-ingested`."
)


def nested_texts(plan: Operator, tables: Mapping[str, Table], answer: pl.DataFrame) -> Iterator[Notice]:
    """A notice for each nested field that the plan treats as text, where the answer has no records or a field without
    values."""
    if answer.height and not any(column.null_count() == answer.height for column in answer):
        return
    schemas = [table.schema for table in tables.values()]
    nested = {name for schema in schemas for name in schema.stored if isinstance(schema.type(name), (Array, Record))}
    for name in dict.fromkeys(_texts(plan)):
        if name in nested:
            yield Notice("NESTED_VALUES_ARE_NO_TEXT", _MESSAGE.format(name))


def missing_fields(plan: Operator, tables: Mapping[str, Table], answer: pl.DataFrame) -> Iterator[Notice]:
    """A notice for each field of the first conditions that no record has, where the answer has no records."""
    if answer.height:
        return
    known = [name for table in tables.values() for name in table.schema.fields]
    for operator in main_stream(plan)[1:]:
        if not isinstance(operator, Filter):
            return
        for node in walk(operator.condition):
            if isinstance(node, Column) and node.name not in known and known:
                near = get_close_matches(node.name, known, n=1)
                guess = f" Did the query mean `{near[0]}`?" if near else " A text stands in double quotes."
                yield Notice("FIELD_NOT_FOUND", f"No record has the field `{node.name}`.{guess}")


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
