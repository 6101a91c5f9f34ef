"""Resolving: each operator is rewritten into simpler ones (`Operator.simpler`), until only core operators are left.

Sources come first, so that every operator is rewritten over inputs whose schemas are complete. The result may hold
operators that are not of the core; these are resolved in turn. In each core operator constants are computed and
sub-queries become joins (`blocks.py`).

Nothing is read on the way, with one exception: where only values tell which fields there are (the keys of JSON texts,
the members of mixed values), a probe finds out: a separate core plan that the engine runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from dqlkit.frozen import field, mutable
from dqlkit.functions.context import Context
from dqlkit.plan.evaluate import constant
from dqlkit.plan.expressions import Column, Expression
from dqlkit.plan.operators import Field, Operator, Reader, Row, calls
from dqlkit.plan.ops.dedup import Dedup
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.scan import Scan
from dqlkit.plan.resolve.blocks import joined_blocks
from dqlkit.plan.resolve.constants import computed, is_computed
from dqlkit.plan.schema import Schema
from dqlkit.plan.transform import map_expressions
from dqlkit.plan.walk import with_inputs
from dqlkit.types.values import Timeframe, Value

__all__ = ["Resolver", "resolve"]

Ask = Callable[[Operator], Iterable[Row]]
"""The records of a probe, which is a core plan."""


def resolve(plan: Operator, schemas: Mapping[str, Schema], context: Context, ask: Ask) -> Operator:
    """The core plan of a plan over tables with these schemas."""
    return Resolver(schemas, context, ask)(plan)


@mutable
class Resolver:
    """Resolves one plan. An operator that is read twice is resolved once, so that it stays shared."""

    schemas: Mapping[str, Schema]
    context: Context
    ask: Ask
    _done: dict[int, tuple[Operator, Operator]] = field(default_factory=dict)

    def __call__(self, plan: Operator) -> Operator:
        """The core plan. It is a loop, since a plan may be thousands of stages deep."""
        waiting = [plan]
        while waiting:
            operator = waiting[-1]
            missing = [source for source in operator.inputs if id(source) not in self._done]
            waiting += missing
            if not missing and id(waiting.pop()) not in self._done:
                self._remember(operator, self._core(with_inputs(operator, self._resolved)))
        return self._resolved(plan)

    def _resolved(self, operator: Operator) -> Operator:
        return self._done[id(operator)][1]

    def _remember(self, operator: Operator, core: Operator) -> None:
        self._done[id(operator)] = operator, core  # keep the operator alive, so that its id stays unique
        self._done[id(core)] = core, core

    def _core(self, operator: Operator) -> Operator:
        """The core of an operator over core inputs."""
        simpler = operator.simpler(self)
        if simpler is not operator:
            return self(simpler)
        if any(map(is_computed, calls(operator))):
            operator = map_expressions(operator, lambda one: computed(one, self.context))
        return joined_blocks(operator, self)

    # ---- what operators ask for ---------------------------------------------------------------------------------

    def constant(self, expression: Expression) -> Value:
        """The value of an expression that reads no field."""
        return constant(expression, self.context)

    def scan(self, reader: Reader, within: Timeframe | None = None) -> Scan:
        """The records of the table of a reader."""
        return Scan(reader.table, within, known=self.schemas[reader.table], span=reader.span)

    def overrides(self, name: str, schema: Schema) -> None:
        """Say in the answer that a field takes the place of one that came in."""
        if name in schema.fields:
            self.context.notify("FIELD_OVERRIDDEN", f"The field `{name}` overrides an existing field.")

    def different(self, source: Operator, expression: Expression) -> list[Value]:
        """Probe: the different values that an expression has over the records, in the order in which they come first."""
        values = Project(source, (Field("value", expression),))
        return [row["value"] for row in self.ask(self(Dedup(values, (Column("value"),))))]
