"""What is known of a query when it has run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from dqlkit.cached import cached_property
from dqlkit.engines.table import Facts, Table
from dqlkit.functions.context import Context
from dqlkit.plan.expressions import Expression
from dqlkit.plan.flow import Flow, flows
from dqlkit.plan.operators import Operator, Reader
from dqlkit.plan.walk import operators

__all__ = ["Outcome"]


class Outcome:
    """`tables` are as the query read them, perhaps with few of their fields; `names` tells all names of one's fields,
    `texts` the different texts of a field."""

    def __init__(
        self,
        text: str,
        plan: Operator,
        tables: Mapping[str, Table],
        facts: Mapping[str, Facts],
        names: Callable[[str], list[str]],
        texts: Callable[[str, str], list[str]],
        data: pl.DataFrame,
        context: Context,
    ) -> None:
        self.text, self.plan, self.tables, self.facts = text, plan, tables, facts
        self.names, self.texts, self.data, self.context = names, texts, data, context

    @property
    def lacks_values(self) -> bool:
        """Whether there are no records, a field without any value, or one record that counts nothing."""
        height = self.data.height
        if not height or any(map(_is_empty, self.data)):
            return True
        return height == 1 and all(value in (0, None) for value in self.data.row(0))

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """Each stream of the plan over the schemas of its tables, the main one first."""
        return flows(self.plan, {name: table.schema for name, table in self.tables.items()})

    @property
    def readers(self) -> Iterator[Reader]:
        """What reads a table that was given."""
        found = (operator for operator in operators(self.plan) if isinstance(operator, Reader))
        return (reader for reader in found if reader.table in self.tables)

    def known_names(self) -> list[str]:
        """The names of the fields of all tables that are read."""
        return list(dict.fromkeys(name for reader in self.readers for name in self.names(reader.table)))

    def written(self, expression: Expression) -> str:
        """An expression as it stands in the text, on one line; nothing where it does not stand there."""
        span = expression.span
        return " ".join(self.text[span.start : span.end].split()) if span is not None else ""


def _is_empty(column: pl.Series) -> bool:
    """Whether there is no value in a column, nor in any of its arrays."""
    if isinstance(column.dtype, pl.List):
        return not column.list.drop_nulls().list.len().sum()
    return column.null_count() == len(column)
