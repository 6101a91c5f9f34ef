"""Records in parts while a plan is cut: the plan that makes them, their order, and by what they go to other parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from dqlkit.engines.cluster.fragments import Inlet
from dqlkit.frozen import field, frozen, replace
from dqlkit.plan.expressions import Column, Expression
from dqlkit.plan.operators import Field, Operator
from dqlkit.plan.ops.place import Place
from dqlkit.plan.ops.project import Project
from dqlkit.plan.ops.sort import Order
from dqlkit.plan.typing import infer
from dqlkit.types.kinds import Type, is_own_key

__all__ = ["KEY", "PLACE", "Keys", "Spread"]

#: The names of fields that are added: the place of a record, and the key by which it goes to another part.
PLACE, KEY = "\x01place", "\x01to"


@frozen
class Spread:
    """Records in parts, made by `plan` in each. They come in the order of the field `place`; without one, in that of the
    parts of a table. Their tables have no more than `rows` records, None where that is not known."""

    plan: Operator
    inlets: Mapping[str, Inlet] = field(default_factory=dict)
    table: str | None = None
    place: str = ""
    rows: int | None = None

    @property
    def fields(self) -> list[str]:
        """The fields without the place."""
        return [name for name in self.plan.schema.fields if name != self.place]

    def over(self, change: Callable[[Operator], Operator]) -> Spread:
        """Another plan in the same parts."""
        return replace(self, plan=change(self.plan))

    def placed(self, keys: Iterable[Order] = (), numbered: bool = False) -> Spread:
        """The records with a new place: by the keys, then as before; and where that is not enough, by their number."""
        numbered = numbered or not self.place
        placed = Place(self.plan, KEY, tuple(keys), self.place, numbered)
        return self.renamed(placed)

    def renamed(self, placed: Place) -> Spread:
        """The records with the field of `placed` as their place, instead of the one they had."""
        names = [name for name in placed.schema.fields if name not in (self.place, placed.name)]
        fields = [*(Field(name, Column(name)) for name in names), Field(PLACE, Column(placed.name))]
        return replace(self, plan=Project(placed, tuple(fields), frozenset(names)), place=PLACE)


@frozen
class Keys:
    """By what records go to other parts. Bytes that are equal where the values are stand for the values, unless with `plain`
    all keys are fields whose values do that themselves."""

    expressions: Sequence[Expression]
    plain: bool = True

    def kinds(self, plan: Operator) -> list[Type]:
        """The types of the keys."""
        return [infer(one, plan.schema) for one in self.expressions]

    def named(self, plan: Operator) -> tuple[Operator, tuple[str, ...]]:
        """The plan with the fields by which its records go, and their names."""
        names = tuple(one.name for one in self.expressions if isinstance(one, Column))
        if self.plain and len(names) == len(self.expressions) and all(map(is_own_key, self.kinds(plan))):
            return plan, names
        return Place(plan, KEY, tuple(map(Order, self.expressions))), (KEY,)
