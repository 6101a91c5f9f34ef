"""A plan that is rewritten, with what rewrites ask about it: each answer is found once, when it is first asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeVar

from dqlkit.cached import cached_property
from dqlkit.frozen import frozen
from dqlkit.optimise.demand import Demand, Demands
from dqlkit.plan.facts import Facts
from dqlkit.plan.operators import Operator
from dqlkit.plan.walk import all_of, with_inputs

__all__ = ["Known"]

K = TypeVar("K", bound=Operator)


@frozen(slots=False)
class Known:
    """`facts` are those of the tables by name."""

    plan: Operator
    facts: Mapping[str, Facts]
    _demands: Demands

    @classmethod
    def of(cls, plan: Operator, facts: Mapping[str, Facts]) -> Known:
        return cls(plan, facts, Demands())

    def after(self, plan: Operator) -> Known:
        """The same of a plan that a rewrite made, most of which is what it was before."""
        return Known(plan, self.facts, self._demands)

    @cached_property
    def operators(self) -> list[Operator]:
        """The operators of the plan, each behind those that it reads."""
        return all_of(self.plan)

    @cached_property
    def shared(self) -> frozenset[int]:
        """The operators that several others read, by identity; what they compute is computed once."""
        readers = Counter(id(source) for operator in self.operators for source in operator.inputs)
        return frozenset(one for one, count in readers.items() if count > 1)

    @cached_property
    def demands(self) -> Mapping[int, Demand]:
        """What is wanted of each operator, by its identity."""
        return self._demands.of(self.operators)

    def changed(self, kinds: type[K] | tuple[type[K], ...], change: Callable[[K], Operator]) -> Operator:
        """The plan with every operator of these kinds changed, once it is over changed inputs; one that is read twice
        stays one. Sub-queries in expressions are not entered."""
        return self._changed(kinds, lambda operator, _: change(operator))

    def changed_by_demand(
        self, kinds: type[K] | tuple[type[K], ...], change: Callable[[K, Demand], Operator]
    ) -> Operator:
        """The same, where each is changed by what is wanted of it."""
        return self._changed(kinds, lambda operator, old: change(operator, self.demands[id(old)]))

    def _changed(self, kinds: type[K] | tuple[type[K], ...], change: Callable[[K, Operator], Operator]) -> Operator:
        made: dict[int, Operator] = {}
        for old in self.operators:
            operator = with_inputs(old, lambda source: made.get(id(source), source)) if made else old
            if isinstance(operator, kinds):
                operator = change(operator, old)
            if operator is not old:
                made[id(old)] = operator
        return made.get(id(self.plan), self.plan)
