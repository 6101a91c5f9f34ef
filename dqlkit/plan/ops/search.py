"""Search: records that hold a word anywhere."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from dqlkit.frozen import frozen
from dqlkit.plan.calls import call
from dqlkit.plan.expressions import Call, Column, Expression, literal, rewrite
from dqlkit.plan.operators import Evaluator, Operator, Rows, Stage
from dqlkit.plan.ops.filter import Filter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dqlkit.plan.resolve import Resolver

__all__ = ["ANY_FIELD", "Search"]

#: The operand of `~` that stands for every field of a record.
ANY_FIELD = Column("*")


@frozen
class Search(Stage):
    """Keeps the records for which the condition is true. `~` over `ANY_FIELD` looks in every field: in values, in names
    and values of nested records, in elements; never in the names of root fields. `fields` narrows where it looks,
    `skipped` leaves fields out."""

    condition: Expression
    fields: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    amount = "fewer"
    reads_all = True

    def over(self, names: Iterable[str]) -> Expression:
        """The condition over records with these fields."""
        from dqlkit.functions.boolean import is_false_or_null
        from dqlkit.functions.operators import not_, or_

        chosen = [name for name in names if name not in self.skipped and (not self.fields or name in self.fields)]

        def spread(node: Expression) -> Expression | None:
            if not (isinstance(node, Call) and node.arguments and node.arguments[0] == ANY_FIELD):
                return None
            found = [Call(node.function, (Column(name), *node.arguments[1:])) for name in chosen]
            ways = [call(not_, call(is_false_or_null, way)) for way in found]  # a field that is null holds no word
            return reduce(lambda left, right: call(or_, left, right), ways) if ways else literal(False)

        return rewrite(self.condition, spread)

    def simpler(self, resolver: Resolver) -> Operator:
        return Filter(self.source, self.over(self.source.schema.fields))

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        for row in rows:
            if interpreter.value(self.over(row), row) is True:
                yield row
