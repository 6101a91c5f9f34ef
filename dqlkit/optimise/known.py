"""A plan that is rewritten, with what rewrites ask about it: each answer is found when it is first asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from dqlkit.cached import cached_property
from dqlkit.frozen import field, mutable
from dqlkit.optimise.demand import Fields, Orders, Reading
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Operator
from dqlkit.plan.walk import all_of, with_inputs

__all__ = ["Known"]


@mutable(eq=False, slots=False)
class Known:
    """`facts` are those of the tables by name. `here` is the operator of the plan that is gone over."""

    plan: Operator
    facts: Mapping[str, Facts]
    _reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        self.here = self.plan

    def after(self, plan: Operator) -> Known:
        """The same of a plan that a rewrite made, most of which is what it was before."""
        return Known(plan, self.facts, self._reading)

    @cached_property
    def operators(self) -> list[Operator]:
        """The operators of the plan, each behind those that it reads."""
        return all_of(self.plan)

    @cached_property
    def shared(self) -> set[int]:
        """The operators that several others read, by identity, changed ones too; what they compute is computed once."""
        read = [id(source) for operator in self.operators for source in operator.inputs]
        return {one for one, count in Counter(read).items() if count > 1} if len(set(read)) < len(read) else set()

    @cached_property
    def _fields(self) -> Mapping[int, Fields | None]:
        return self._reading.of(self.operators)

    @property
    def wanted(self) -> Fields | None:
        """The fields that later stages want of the operator that is gone over, changed or not; None for all of them."""
        return self._fields[id(self.here)]

    @cached_property
    def _orders(self) -> Orders:
        return Orders(self.operators)

    @property
    def ordered(self) -> bool:
        """Whether the order of its records matters."""
        return self._orders.matters(self.here)

    def changed(self, change: Callable[[Operator], Operator]) -> Operator:
        """The plan with every operator changed, once it is over changed inputs; one that is read twice stays one. Sub-queries
        in expressions are not entered."""
        made: dict[int, Operator] = {}
        for old in self.operators:
            self.here = old
            moved = any(id(source) in made for source in old.inputs)
            operator = change(with_inputs(old, lambda source: made.get(id(source), source)) if moved else old)
            if operator is not old:
                made[id(old)] = operator
                if id(old) in self.shared:
                    self.shared.add(id(operator))
        return made.get(id(self.plan), self.plan)
