"""RowByRow: a Python function over all records, for what engines cannot do on columns."""

from __future__ import annotations

from collections.abc import Callable

from dqlkit.frozen import field, frozen
from dqlkit.plan.operators import Amount, Evaluator, Ordering, Rows, Stage
from dqlkit.plan.schema import Schema

__all__ = ["RowByRow"]


@frozen
class RowByRow(Stage):
    """Records of the schema `makes`, made by `convert` from all records that come in; `label` says what it does."""

    label: str
    convert: Callable[[Rows], Rows] = field(repr=False)
    makes: Schema = field(repr=False)

    @property
    def ordering(self) -> Ordering:
        return "made"

    @property
    def amount(self) -> Amount:
        return "any"

    @property
    def computes(self) -> bool:
        return True

    @property
    def reads_all(self) -> bool:
        return True

    def keeps(self, name: str) -> bool:
        return False

    def inferred(self) -> Schema:
        return self.makes

    def records(self, rows: Rows, interpreter: Evaluator) -> Rows:
        return self.convert(rows)
